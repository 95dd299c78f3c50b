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
            if worst.excess <= rules.clip {
                add(.warning, found + "; they are clipped")
            } else {
                add(
                    .error,
                    found + "; --clip-actions \(NumberText.short(worst.excess * 1.01)) clips them"
                        + (rules.areActionsPhysical
                            ? "" : ", --actions physical takes them as \(axis.unit)"))
            }
        }
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
