import Embodiment
import Learning
import Models
import Platform
import Report

/// What a person is told of the demonstrations that a policy is to imitate.
struct DemonstrationSummary {
    let robot: RobotDescription
    let seen: DemonstratedRanges
    /// `training.normalise_actions`.
    let normalisesActions: Bool

    /// What may surprise, a line each; none where there is nothing.
    var remarks: [String] {
        var lines: [String] = []
        let still = zip(robot.observation, seen.observations).filter { $0.1.isStill }.map(\.0)
        if !still.isEmpty {
            let pronoun = still.count == 1 ? "its other values mean" : "their other values mean"
            lines.append(
                "\(still.joined(separator: ", ")) did not vary in the demonstrations: what "
                    + "\(pronoun) cannot be learned from them")
        }
        let shares = zip(robot.axes, zip(seen.actions, seen.actionParts)).compactMap {
            axis, pair -> String? in
            guard let used = pair.0, pair.1 != .whole else { return nil }
            return "\(share(used)) % of \(axis.name)'s"
        }
        if !shares.isEmpty {
            lines.append(
                "of the action boxes the demonstrations use \(shares.joined(separator: ", ")): "
                    + (normalisesActions
                        ? "the policy's actions are scaled to that and a tenth more "
                            + "(training.normalise_actions)"
                        : "a narrower box, or training.normalise_actions, makes a finer policy"))
        }
        return lines
    }

    /// Every observed number and every axis: its range, how much it varied, the share of the box that was used.
    var table: String {
        var table = TextTable([
            .init(head: "demonstrated", isRight: false), .init(head: "least"),
            .init(head: "greatest"), .init(head: "deviation"), .init(head: "of its box"),
        ])
        for (name, number) in zip(robot.observation, seen.observations) {
            guard let range = number.range else { continue }
            table.add([
                name, text(range.lowerBound), text(range.upperBound),
                number.isStill ? "did not vary" : NumberText.short(number.deviation), "",
            ])
        }
        for (axis, used) in zip(robot.axes, seen.actions) {
            guard let used else { continue }
            table.add([
                "action \(axis.name)", text(used.lowerBound), text(used.upperBound), "",
                "\(share(used)) %",
            ])
        }
        return table.text
    }

    /// The same for the report.
    var records: [RangeRecord] {
        let observed = zip(robot.observation, seen.observations).compactMap {
            name, number -> RangeRecord? in
            guard let range = number.range else { return nil }
            return RangeRecord(
                name: name, least: Double(range.lowerBound), greatest: Double(range.upperBound),
                deviation: number.isStill ? 0 : number.deviation)
        }
        let acted = zip(robot.axes, seen.actions).compactMap { axis, used -> RangeRecord? in
            guard let used else { return nil }
            return RangeRecord(
                name: "action \(axis.name)", least: Double(used.lowerBound),
                greatest: Double(used.upperBound),
                boxShare: Double(used.upperBound - used.lowerBound) / 2)
        }
        return observed + acted
    }

    private func text(_ value: Float) -> String { NumberText.short(Double(value)) }

    private func share(_ used: ClosedRange<Float>) -> String {
        NumberText.wholePercent(Double(used.upperBound - used.lowerBound) / 2)
    }
}
