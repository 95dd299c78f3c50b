import Configuration
import Embodiment
import Platform
import Report

extension ImportCheck {
    /// One action on one axis, −1…1 when it is inside; not clipped.
    func action(_ step: Int, _ axis: Int) -> Double {
        let value = Double(columns.actions[step, acted[axis]])
        if rules.fromZero.contains(launch.robot.axes[axis].name) { return 2 * value - 1 }
        guard rules.areActionsPhysical else { return value }
        let box = launch.robot.axes[axis]
        return 2 * (value - box.actionLow) / (box.actionHigh - box.actionLow) - 1
    }

    mutating func checkActions() {
        for (index, axis) in launch.robot.axes.enumerated() {
            var outside = 0
            var rounded = 0
            var worst = (excess: 0.0, step: 0)
            for step in 0..<columns.steps {
                let excess = abs(action(step, index)) - 1
                if excess <= 0 { continue }
                if excess > ImportRules.rounding { outside += 1 } else { rounded += 1 }
                if excess > worst.excess { worst = (excess, step) }
            }
            if rounded > 0 {
                add(.note, "axis \(axis.name): \(rounded) actions clipped by a rounding error")
            }
            if outside == 0 { continue }
            let found =
                "axis \(axis.name): \(outside) of \(columns.steps) actions leave −1…1, by up to "
                + "\(NumberText.short(worst.excess)) (in \(place(worst.step)))"
            let isLittle =
                worst.excess <= Self.little
                && outside <= max(1, Int(Self.few * Double(columns.steps)))
            if worst.excess <= rules.clip {
                let loss =
                    isLittle
                    ? "" : ", and what they were is lost: " + advice(index, isLittle: false)
                add(.warning, found + "; they are clipped" + loss)
            } else {
                let remedy =
                    isLittle
                    ? "--clip-actions \(NumberText.short(worst.excess * 1.01)) clips them" : nil
                add(
                    .error,
                    found + "; " + (remedy.map { $0 + ", " } ?? "")
                        + advice(index, isLittle: isLittle))
            }
        }
    }

    /// The share of an axis' actions that may be a little beyond −1…1: more are no accidents.
    private static let few = 0.05
    /// How far beyond −1…1 is little, of a box that is 2 wide.
    private static let little = 0.1
    /// The share of an axis' numbers that another unit has to explain.
    private static let explained = 0.95

    /// What to do about actions beyond −1…1: what else they may be, as far as it would bring them into the box.
    private func advice(_ index: Int, isLittle: Bool) -> String {
        let axis = launch.robot.axes[index]
        let values = (0..<columns.steps).map { Double(columns.actions[$0, acted[index]]) }
        func fit(_ low: Double, _ high: Double, by factor: Double = 1) -> Bool {
            let slack = 0.01 * (high - low)
            let inside = values.count { low - slack...high + slack ~= factor * $0 }
            return Double(inside) >= Self.explained * Double(values.count)
        }
        let isPhysical = rules.areActionsPhysical
        if isLittle {
            return isPhysical
                ? "or take these steps out of the file"
                : "--actions physical takes them as \(axis.unit)"
        }
        let isFromZero = rules.fromZero.contains(axis.name)
        let isSwitch =
            values.contains { $0 <= Self.end } && values.contains { $0 >= 1 - Self.end }
        if !isFromZero, axis.gripper != nil || isSwitch, fit(0, 1) {
            return
                "--from-zero \(axis.name) takes 0…1 as the whole of its action box, which they would fit"
        }
        if !isPhysical, fit(axis.actionLow, axis.actionHigh) {
            return "--actions physical takes them as \(axis.unit)"
        }
        let further = isPhysical ? "" : ", and take them with --actions physical"
        let isLarge = values.contains { abs($0) > UnitGuess.least }
        for unit in UnitGuess.of(axis.unit)
        where isLarge && fit(axis.actionLow, axis.actionHigh, by: unit.factor) {
            return
                "are they in \(unit.name)? In these they would fit the action box: convert them to \(axis.unit) in the "
                + "file (times \(unit.times))\(further)"
        }
        if isPhysical, fit(-1, 1) { return "they are −1…1: leave out --actions physical" }
        if fit(-100, 100), !fit(-10, 10) {
            return
                "are they LeRobot's −100…100 or 0…100 of a calibrated range? Divide them by 100 in the file"
                + (isPhysical ? ", and leave out --actions physical" : "")
        }
        return
            "so many or so far are no rounding: are they in another unit, in another order, or of another robot? "
            + "Clipped they would no longer be what was done"
    }

    /// How far from 0 or 1 a number is at that end.
    private static let end = 0.05
    /// The share of an axis' actions that are at an end where it is a switch.
    private static let mostAtEnds = 0.8

    /// Actions from 0 to 1, such as a gripper's in most data of others, are no actions from −1 to 1: 0 would be the middle.
    mutating func checkIntervals() {
        let axes = launch.robot.axes
        for name in rules.fromZero where !axes.contains(where: { $0.name == name }) {
            add(
                .error,
                "--from-zero \(name): the robot has no such axis, but "
                    + axes.map(\.name).joined(separator: ", "))
        }
        guard !rules.areActionsPhysical, columns.facts.actions != "normalised" else { return }
        for (index, axis) in axes.enumerated() where !rules.fromZero.contains(axis.name) {
            let values = (0..<columns.steps).map { Double(columns.actions[$0, acted[index]]) }
            let low = values.count { $0 <= Self.end }
            let high = values.count { $0 >= 1 - Self.end }
            guard values.allSatisfy({ 0...1 ~= $0 }), low > 0, high > 0,
                Double(low + high) >= Self.mostAtEnds * Double(values.count)
            else { continue }
            let middle = NumberText.short((axis.actionLow + axis.actionHigh) / 2)
            add(
                .warning,
                "axis \(axis.name): its actions go from 0 to 1 and are at these ends in \(low + high) of "
                    + "\(values.count) steps, and −1…1 is taken: 0 is then the middle of its action box, \(middle), and "
                    + "its end \(NumberText.short(axis.actionLow)) is never reached: --from-zero \(axis.name) takes "
                    + "0…1 as the whole of it")
        }
    }
}
