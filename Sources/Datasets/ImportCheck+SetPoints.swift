import Configuration
import Embodiment
import Platform
import Report

extension ImportCheck {
    /// The share of steps in which a set-point may be elsewhere than the arm goes.
    private static let mostAway = 0.5
    /// The share of steps in which another reading of the numbers has to fit to be named.
    private static let fits = 0.9
    /// Of an axis' range: how far a gripper that is read right may be from where it goes, most of the time.
    private static let gripperShare = 0.1
    /// The same share of steps as `fits` for a gripper, which is on its way or holds something in the others.
    private static let gripperFits = 0.8

    /// How often and how far one reading of an axis' numbers is from where the arm is next.
    private struct Distance {
        /// Steps in which it is farther than was allowed.
        var away = 0
        /// The largest, in the axis' unit.
        var worst = 0.0
    }

    /// Holds every absolute set-point against the position that the arm has next.
    ///
    /// An arm goes where it is told, within its tracking error: set-points that it is not at are numbers of something else.
    mutating func checkSetPoints() {
        var isTold = false
        for (index, axis) in launch.robot.axes.enumerated() where axis.kind == .absolute {
            guard let place = launch.robot.observation.firstIndex(of: axis.name) else { continue }
            let range = axis.limits.upper - axis.limits.lower
            let found =
                axis.trackingError < range
                ? arm(index, observed[place]) : gripper(index, observed[place], range)
            guard let found else { continue }
            add(rules.isStrict ? .error : .warning, "axis \(axis.name): " + found)
            isTold = true
        }
        if isTold {
            add(
                .note,
                "set-points that the arm does not go to teach nothing but themselves. Another order is put right with "
                    + "--action-columns, the axes' units are taken with --actions physical; displacements are for axes of "
                    + "kind: delta, or added to the positions in the file, where a sign and other units are put right too"
            )
        }
    }

    /// What is wrong with the set-points of an axis that arrives; nil where they are followed.
    private func arm(_ index: Int, _ column: Int) -> String? {
        let axis = launch.robot.axes[index]
        let most = axis.trackingError
        let own = distance(column, most) { setPoint($0, index, of: index) }
        guard Double(own.away) > Self.mostAway * Double(columns.steps) else { return nil }
        let key = axis.unit == .fraction ? "tracking_error" : "tracking_error_\(axis.unit)"
        let found =
            "its set-point is up to \(NumberText.short(own.worst)) \(axis.unit) from where the arm is next, in "
            + "\(own.away) of \(columns.steps) steps (\(key) \(NumberText.short(most)))"
        let first = number(0, index)
        if (0..<columns.steps).allSatisfy({ number($0, index) == first }) {
            return found + ": they are all \(NumberText.short(first)): was nothing recorded?"
        }
        let all = readings(index, column).filter { reading in
            let there = distance(column, most, reading.value)
            return Double(there.away) <= (1 - Self.fits) * Double(columns.steps)
        }
        if let reading = all.first { return found + ": " + reading.words }
        return found + ": are they displacements, another order, another sign or other units?"
    }

    /// What is wrong with the set-points of a gripper, which never arrives where it holds something: only that they are
    /// where it goes in another unit.
    private func gripper(_ index: Int, _ column: Int, _ range: Double) -> String? {
        let axis = launch.robot.axes[index]
        guard !rules.areActionsPhysical, !rules.fromZero.contains(axis.name), range > 0 else {
            return nil
        }
        let most = Self.gripperShare * range
        let steps = Double(columns.steps)
        let own = distance(column, most) { setPoint($0, index, of: index) }
        let physical = distance(column, most) { number($0, index) }
        guard Double(own.away) > Self.mostAway * steps,
            Double(physical.away) <= (1 - Self.gripperFits) * steps
        else { return nil }
        return
            "its set-point is up to \(NumberText.short(own.worst)) \(axis.unit) from where it is next, in "
            + "\(own.away) of \(columns.steps) steps; its numbers as they stand are there: is this one in \(axis.unit) "
            + "where others are −1…1? It is −1…1 of its action box, \(NumberText.short(axis.actionLow))…"
            + "\(NumberText.short(axis.actionHigh)), that is taken: convert it in the file"
    }

    /// How far `value` of each step is from where an axis is next; by a last step that nothing follows, from where it is.
    private func distance(_ column: Int, _ most: Double, _ value: (Int) -> Double) -> Distance {
        var found = Distance()
        for step in 0..<columns.steps {
            let hasNext = columns.hasNext?[step] ?? true
            let table = hasNext ? columns.nextObservations : columns.observations
            let off = abs(value(step) - Double(table[step, column]))
            if off > most { found.away += 1 }
            found.worst = max(found.worst, off)
        }
        return found
    }

    /// The file's own number of an axis.
    private func number(_ step: Int, _ axis: Int) -> Double {
        Double(columns.actions[step, acted[axis]])
    }

    /// The set-point of an axis, in its unit, by the action that the file has for `axis`; clipped as it would be done.
    private func setPoint(_ step: Int, _ axis: Int, of index: Int, sign: Double = 1) -> Double {
        let box = launch.robot.axes[index]
        let isPhysical = rules.areActionsPhysical && !rules.fromZero.contains(box.name)
        guard isPhysical else {
            let action = axis == index ? self.action(step, axis) : number(step, axis)
            return middle(of: box) + min(1, max(-1, sign * action)) * halfWidth(of: box)
        }
        return min(box.actionHigh, max(box.actionLow, sign * number(step, axis)))
    }

    private func middle(of axis: CommandAxis) -> Double { (axis.actionLow + axis.actionHigh) / 2 }

    private func halfWidth(of axis: CommandAxis) -> Double {
        (axis.actionHigh - axis.actionLow) / 2
    }

    /// Other things that the numbers of an axis may be, each with a set-point it would be and the words that ask for it.
    private func readings(
        _ index: Int, _ column: Int
    ) -> [(words: String, value: (Int) -> Double)] {
        let axes = launch.robot.axes
        let axis = axes[index]
        var found: [(words: String, value: (Int) -> Double)] = []
        if rules.areActionsPhysical {
            found.append(
                (
                    "as −1…1 of its action box they would be there: leave out --actions physical",
                    { middle(of: axis) + number($0, index) * halfWidth(of: axis) }
                ))
        } else {
            found.append(
                (
                    "in \(axis.unit) they would be there: --actions physical",
                    { number($0, index) }
                ))
        }
        let isLarge = (0..<columns.steps).contains { abs(number($0, index)) > UnitGuess.least }
        for unit in UnitGuess.of(axis.unit) where isLarge {
            found.append(
                (
                    "in \(unit.name) they would be there: convert them in the file",
                    { number($0, index) * unit.factor }
                ))
        }
        found.append(
            (
                "with the other sign they would be there: turn it in the file",
                { setPoint($0, index, of: index, sign: -1) }
            ))
        for (other, name) in axes.map(\.name).enumerated() where other != index {
            found.append(
                (
                    "those given to \(name) would be there: are the two in another order?",
                    { setPoint($0, other, of: index) }
                ))
        }
        found.append(
            (
                "as displacements from where it is they would be there: are they?",
                { Double(columns.observations[$0, column]) + number($0, index) }
            ))
        return found
    }
}
