import Configuration
import Embodiment
import Platform
import Report

extension ImportCheck {
    /// Nothing that an import can do makes other numbers of what is observed.
    private static let remedy =
        "no option converts what is observed: convert the column in the file"

    /// Observed positions far beyond where an axis can be, and features larger than a robot sees them, are in another unit,
    /// or of another robot.
    mutating func checkLimits() {
        let robot = launch.robot
        for (name, column) in zip(robot.observation, observed) {
            let values = (0..<columns.steps).map { Double(columns.observations[$0, column]) }
            guard let least = values.min(), let most = values.max() else { continue }
            switch robot.observed(name) {
            case .position(let axis): checkPosition(robot.axes[axis], least...most)
            case .feature(let index):
                let unit = robot.features[index].unit
                guard let largest = UnitGuess.largest(of: unit), max(-least, most) > largest,
                    let other = UnitGuess.of(unit).first
                else { continue }
                add(
                    .warning,
                    "observed \(name) goes from \(NumberText.short(least)) to \(NumberText.short(most)), and it is taken "
                        + "in \(unit): is the file in \(other.name)? " + Self.remedy)
            case .velocity, nil: continue
            }
        }
    }

    private mutating func checkPosition(_ axis: CommandAxis, _ values: ClosedRange<Double>) {
        let (low, high) = (axis.limits.lower, axis.limits.upper)
        let margin = high - low
        if values.lowerBound >= low - margin, values.upperBound <= high + margin { return }
        let found =
            "observed \(axis.name) goes from \(NumberText.short(values.lowerBound)) to "
            + "\(NumberText.short(values.upperBound)), and the axis can be in \(low)…\(high) \(axis.unit): "
        func fits(_ factor: Double) -> Bool {
            factor * values.lowerBound >= low - margin / 10
                && factor * values.upperBound <= high + margin / 10
        }
        let isShare =
            axis.gripper != nil && -0.01...1.01 ~= values.lowerBound
            && -0.01...1.01 ~= values.upperBound
        if isShare {
            return add(
                .warning,
                found
                    + "is it 0…1 of the gripper's way, in another unit? --from-zero is of actions only, and "
                    + Self.remedy + ", or give the robot's file this axis with unit: 1")
        }
        let guess = UnitGuess.of(axis.unit).first { fits($0.factor) }
        add(
            .warning,
            found + "is the file in another unit\(guess.map { ", \($0.name)" } ?? "")? "
                + Self.remedy)
    }

    /// The name of a column in brackets, where the file has one.
    func named(_ column: Int, _ table: String) -> String {
        let known =
            table == "actions" ? columns.facts.about.action : columns.facts.about.observation
        guard let known, table != "rewards", column < known.count else { return "" }
        return " (\(known[column].name))"
    }

    /// Which episodes have numbers that are not finite in a table, the first few.
    func damagedEpisodes(of table: ImportedColumns.Table) -> [String] {
        var found: [String] = []
        var start = 0
        for (episode, length) in columns.lengths.enumerated() {
            let numbers = table.values[start * table.width..<(start + length) * table.width]
            if !numbers.allSatisfy(\.isFinite) { found.append("episode \(episode)") }
            start += length
        }
        let most = 4
        return found.count <= most
            ? found : Array(found.prefix(most)) + ["and \(found.count - most) more"]
    }

    /// How to come to as many observed numbers as the robot has.
    var choice: String {
        let missing = launch.robot.observation.count - observed.count
        let others = account.unused.compactMap { thing in
            thing.width.map { (name: thing.name, width: $0) }
        }
        let taken = columns.facts.observed ?? []
        guard rules.columns.isEmpty, missing > 0, !others.isEmpty else {
            return missing > 0 && rules.columns.isEmpty
                ? "the file has no more numbers that --keys or --columns could name"
                : "choose with --columns"
        }
        if let beside = Self.together(others.map(\.width), missing), !taken.isEmpty {
            let keys = taken + beside.map { others[$0].name }
            return "--keys \(keys.joined(separator: ",")) observes as many"
        }
        let all = others.prefix(12).map { "\($0.name) (\($0.width))" }
        return "--keys names what is observed, among what is not: "
            + all.joined(separator: ", ")
    }

    /// The only fewest of some widths that are `sum` together, by their places; nil where none or several are.
    private static func together(_ widths: [Int], _ sum: Int) -> [Int]? {
        let all = Array(widths.indices.prefix(12))
        let sets = (1..<1 << all.count).map { bits in all.filter { bits >> $0 & 1 == 1 } }
            .filter { $0.reduce(0) { $0 + widths[$1] } == sum }
        guard let fewest = sets.map(\.count).min() else { return nil }
        let best = sets.filter { $0.count == fewest }
        return best.count == 1 ? best[0] : nil
    }
}
