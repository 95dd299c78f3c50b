import Configuration
import Embodiment
import Experience
import Platform
import Report

/// Turns the columns of a data set into episodes of one robot, and says everything that is wrong with them or assumed.
///
/// Pure: nothing is written. Episodes are only there when no finding is an error.
struct ImportCheck: Sendable {
    /// What the data is to be trained as.
    let launch: Launch
    let rules: ImportRules
    let columns: ImportedColumns
    /// Everything a person should know, in the order it was looked at.
    private(set) var findings: [ImportFinding] = []
    /// What would be written.
    var episodes: [Episode] = []
    /// What was taken and left.
    var account: ImportAccount
    /// What was counted while they were put together.
    var tally = ImportTally()
    /// The rule that was followed.
    var rule: RewardRule?
    /// The file's columns that are observed, in the robot's order.
    var observed: [Int] = []
    /// The file's numbers that are done, in the order of the robot's axes.
    var acted: [Int] = []

    /// Looks at everything.
    init(_ columns: ImportedColumns, rules: ImportRules, launch: Launch) throws(ArgumentError) {
        self.columns = columns
        self.rules = rules
        self.launch = launch
        account = columns.facts.account ?? ImportAccount()
        if columns.facts.account == nil {
            account.found = .init(episodes: columns.lengths.count, steps: columns.steps)
        }
        for note in columns.facts.notes { add(.note, note) }
        for warning in account.warnings { add(.warning, warning) }
        if let reward = rules.reward { rule = try RewardRule(reward) }
        checkRobot()
        observed = chosen(observationSide)
        acted = chosen(actionSide)
        checkObservation()
        checkAxes()
        checkRate()
        checkFinite()
        // Columns of other widths would only be wrong over and over.
        guard isPossible else { return }
        checkActions()
        checkIntervals()
        checkSetPoints()
        checkLimits()
        checkDoubles()
        chooseRule()
        assemble()
        checkAdmission()
        checkLosses()
        if !isPossible { episodes = [] }
    }

    /// No finding forbids the import.
    var isPossible: Bool { !findings.contains { $0.weight == .error } }

    /// What is compared, in words.
    private static let places = Compatibility.Places(
        there: "in the file", here: "in the robot's YAML")

    private var robot: RobotDescription { launch.robot }

    /// Adds a finding.
    mutating func add(_ weight: ImportFinding.Weight, _ text: String) {
        findings.append(ImportFinding(weight: weight, text: text))
    }

    // MARK: Columns

    private mutating func checkObservation() {
        let wanted = robot.observation
        guard observed.count == wanted.count else {
            return add(
                .error,
                "\(observed.count) observed scalars in the file, \(wanted.count) in the robot's "
                    + "YAML (\(wanted.joined(separator: ", "))): \(choice)")
        }
        let known = columns.facts.about.observation ?? []
        var assumed: [String] = []
        for (name, column) in zip(wanted, observed) {
            let unit = robot.unit(of: name)
            let found = column < known.count ? known[column] : nil
            if let found, let foundUnit = found.unit {
                let difference = Compatibility.Observed(name: name, unit: unit).difference(
                    from: .init(name: found.name, unit: foundUnit), number: column, Self.places)
                if let difference { add(.error, difference) }
            } else {
                assumed.append("\(found?.name ?? "column \(column)") → \(name) in \(unit)")
            }
        }
        if !assumed.isEmpty {
            add(
                .note,
                "the file does not say units; observations are taken as the robot's: "
                    + assumed.joined(separator: ", "))
        }
    }

    private mutating func checkAxes() {
        if let space = columns.facts.about.controlSpace, space != robot.controlSpace.rawValue {
            add(
                .error,
                "the axes are \(space) in the file, \(robot.controlSpace.rawValue) in the robot's YAML"
            )
        }
        guard acted.count == robot.axes.count else {
            return add(
                .error,
                "actions of \(acted.count) numbers in the file, \(robot.axes.count) axes "
                    + "in the robot's YAML (\(robot.axes.map(\.name).joined(separator: ", "))): choose "
                    + "with --action-columns")
        }
        if rules.areActionsPhysical, columns.facts.actions == "normalised" {
            add(.error, "--actions physical: the file itself says that its actions are −1…1")
        }
        if !rules.areActionsPhysical, columns.facts.actions == "physical" {
            add(
                .error,
                "the file's actions are in the axes' units, as Hone exports them, and not −1…1: "
                    + "--actions physical takes them by the robot's action boxes")
        }
        let known = columns.facts.about.action ?? []
        var assumed: [String] = []
        for (index, axis) in zip(acted, robot.axes) {
            let found = index < known.count ? known[index] : nil
            guard let found, let unit = found.unit, let low = found.low, let high = found.high
            else {
                assumed.append("\(found?.name ?? "number \(index)") → \(axis.name)")
                continue
            }
            let difference = Compatibility.Acted(axis).difference(
                from: .init(
                    name: found.name, unit: unit, kind: found.kind ?? "?", low: low, high: high,
                    controlSpace: found.controlSpace),
                number: index, Self.places)
            if let difference { add(.error, difference) }
        }
        if !assumed.isEmpty {
            let unit =
                rules.areActionsPhysical
                ? "in the axes' units, mapped by the robot's action boxes"
                : "as −1…1 of the robot's action boxes"
            add(.note, "actions are taken \(unit): " + assumed.joined(separator: ", "))
        }
    }

    private mutating func checkRate() {
        guard let rate = columns.facts.rate else {
            return add(
                .note, "the file does not say its rate; \(robot.policyRateHz) Hz is assumed")
        }
        if abs(rate - robot.policyRateHz) > 0.01 * robot.policyRateHz {
            add(
                .error,
                "\(rate) steps a second in the file, \(robot.policyRateHz) in the robot's YAML: a "
                    + "displacement over one step is another velocity; give a robot's file this "
                    + "policy_rate_hz, or convert the file first")
        }
    }

    private mutating func checkFinite() {
        let tables: [(String, ImportedColumns.Table)] = [
            ("observations", columns.observations),
            ("next observations", columns.nextObservations), ("actions", columns.actions),
            ("rewards", .init(width: 1, values: columns.rewards ?? [])),
        ]
        for (name, table) in tables {
            let wrong = table.values.count { !$0.isFinite }
            guard wrong > 0, let first = table.values.firstIndex(where: { !$0.isFinite }) else {
                continue
            }
            add(
                .error,
                "\(wrong) numbers of the \(name) are not finite, the first \(table.values[first]) "
                    + "in \(place(first / table.width)), column \(first % table.width)\(named(first % table.width, name)); "
                    + "nobody knows what was there: take the episodes with such numbers out of the file "
                    + "(\(damagedEpisodes(of: table).joined(separator: ", ")))")
        }
    }

    // MARK: Losses

    /// With `--strict`, what is left out, missing or not used.
    private mutating func checkLosses() {
        guard rules.isStrict else { return }
        for loss in account.losses { add(.error, "--strict: " + loss) }
        if account.unused.contains(where: \.isLoss) {
            add(.note, "--keys names what is observed; what it does not name is no loss")
        }
    }

    /// A step in words: which of which episode.
    func place(_ row: Int) -> String {
        var start = 0
        for (episode, length) in columns.lengths.enumerated() {
            if row < start + length { return "step \(row - start) of episode \(episode)" }
            start += length
        }
        return "step \(row)"
    }
}
