import Configuration
import Embodiment
import Platform
import Report

/// Where one column of a data set goes, beside where it can go.
struct ImportRange: Sendable, Equatable {
    /// The axis or feature, or `action` and the axis.
    var name: String
    var unit: String
    var least: Double
    var largest: Double
    /// What the robot's YAML allows, where it says: an axis' limits, or −1…1 of its action box.
    var allowed: ClosedRange<Double>?

    /// How much of what is allowed is used, 0…1 and beyond; nil where nothing says what is.
    var share: Double? {
        guard let allowed, allowed.upperBound > allowed.lowerBound else { return nil }
        return (largest - least) / (allowed.upperBound - allowed.lowerBound)
    }

    /// Whether it is somewhere else than it can be, by more than rounding.
    var leaves: Bool {
        guard let allowed else { return false }
        let slack = 1e-6 * (allowed.upperBound - allowed.lowerBound)
        return least < allowed.lowerBound - slack || largest > allowed.upperBound + slack
    }

    /// For `--json` and the session.
    var value: JSONValue {
        .object([
            "name": .string(name), "unit": .string(unit), "least": .number(least),
            "largest": .number(largest),
            "allowed": allowed.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
                ?? .null,
            "share": share.map { .number($0) } ?? .null,
        ])
    }
}

extension ImportCheck {
    /// Least and largest of every column that is observed or done, in the robot's order.
    var ranges: [ImportRange] {
        let robot = launch.robot
        func range(
            _ name: String, _ unit: String, _ allowed: ClosedRange<Double>?,
            _ value: (Int) -> Double
        ) -> ImportRange {
            let values = (0..<columns.steps).map(value)
            return ImportRange(
                name: name, unit: unit, least: values.min() ?? 0, largest: values.max() ?? 0,
                allowed: allowed)
        }
        var found: [ImportRange] = []
        if observed.count == robot.observation.count {
            for (name, column) in zip(robot.observation, observed) {
                let limits = robot.axes.first { $0.name == name }?.limits
                found.append(
                    range(
                        name, robot.unit(of: name),
                        limits.map { $0.lower...max($0.lower, $0.upper) }
                    ) { Double(columns.observations[$0, column]) })
            }
        }
        if acted.count == robot.axes.count {
            for (index, axis) in robot.axes.enumerated() {
                found.append(
                    range("action \(axis.name)", "−1…1", -1...1) { action($0, index) })
            }
        }
        return found
    }

    /// The same as a table.
    var rangeTable: TextTable {
        var table = TextTable([
            .init(head: "column", isRight: false), .init(head: "unit", isRight: false),
            .init(head: "least"), .init(head: "largest"), .init(head: "the robot's"),
            .init(head: "used"),
        ])
        for range in ranges {
            table.add([
                range.name, range.unit, NumberText.short(range.least),
                NumberText.short(range.largest),
                range.allowed.map {
                    NumberText.short($0.lowerBound) + "…" + NumberText.short($0.upperBound)
                } ?? "",
                range.leaves
                    ? "outside"
                    : range.share.map { NumberText.fixed($0 * 100, decimals: 0) + " %" } ?? "",
            ])
        }
        return table
    }
}
