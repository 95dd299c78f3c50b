import Embodiment

/// The page of every key of every YAML file: what the decoders say of the keys that they read.
///
/// Nothing in it is written twice: each row is what was said where the key is read. Files are decoded once for each
/// unit and kind of an axis, and for each preset, so that the keys that depend on those are found.
public enum KeyPage {
    /// The page, as `hone check --keys` prints it and `launch/KEYS.md` has it.
    public static func text() -> String {
        var text = opening
        for folder in Reading.Folder.allCases {
            text += "\n## \(folder.rawValue)/: \(folder.title)\n"
            for block in blocks(of: folder) { text += table(block) }
        }
        return text
    }

    private static let opening = """
        # Keys of the YAML files

        Printed by `hone check --keys` from the decoders themselves: change it there. Units are in the keys' names. A key that is
        *required* must be in its block where the block is there; an axis' keys end with its unit. Any key may stand in `--set`, with
        its block in front: `--set session.demonstrations=20`. Everything else in a file is a mistake, which `hone check` names.

        """

    // MARK: What the decoders say

    /// A block with its keys, in the order in which they are read.
    private struct Keys {
        var block: String
        var rows: [Row]
    }

    /// A key; several where its name depends on the unit.
    private struct Row {
        var names: [String]
        var declaration: KeyDeclaration
        /// What holds where it is absent, with the preset's name where it depends on that.
        var absent: [String]
    }

    private static func blocks(of folder: Reading.Folder) -> [Keys] {
        var blocks: [Keys] = []
        for document in folder.documents {
            for declaration in declarations(of: document.text, in: folder) {
                let index = blocks.firstIndex { $0.block == declaration.block }
                if index == nil { blocks.append(Keys(block: declaration.block, rows: [])) }
                add(declaration, to: &blocks[index ?? blocks.count - 1].rows, document.label)
            }
        }
        return blocks
    }

    private static func add(_ key: KeyDeclaration, to rows: inout [Row], _ label: String) {
        let same = rows.firstIndex {
            $0.declaration.about == key.about && $0.declaration.kind == key.kind
        }
        guard let same else {
            rows.append(
                Row(names: [key.key], declaration: key, absent: key.absent.map { [$0] } ?? []))
            return
        }
        if !rows[same].names.contains(key.key) { rows[same].names.append(key.key) }
        if let absent = key.absent, absent != rows[same].declaration.absent, !label.isEmpty {
            let labelled = "\(absent) (\(label))"
            if !rows[same].absent.contains(labelled) { rows[same].absent.append(labelled) }
        }
        rows[same].declaration.isRequired = rows[same].declaration.isRequired && key.isRequired
    }

    private static func declarations(
        of text: String, in folder: Reading.Folder
    ) -> [KeyDeclaration] {
        let survey = KeySurvey()
        let diagnostics = Diagnostics(survey: survey)
        let source = diagnostics.addSource(path: "keys", text: text)
        guard let root = YAMLReader.read(source: source, diagnostics: diagnostics) else {
            return []
        }
        switch folder {
        case .robots: _ = RobotFile.decode(root, name: "robot", diagnostics: diagnostics)
        case .calibration:
            _ = CalibrationFile.decode(
                root, serial: "serial", robot: anyRobot, diagnostics: diagnostics)
        case .launch:
            _ = LaunchFile.decode(
                root, name: "launch",
                with: Reading(project: Project(root: "/"), diagnostics: diagnostics), overrides: [])
        }
        return survey.declarations
    }

    /// A robot with an axis and a feature of every unit, whose names stand for the names of others.
    private static var anyRobot: RobotDescription {
        let limits = AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 1)
        return RobotDescription(
            name: "robot", summary: "", controlSpace: .jointPosition, commandRateHz: 1,
            policyRateHz: 1,
            axes: AxisUnit.ofAxes.map {
                CommandAxis(
                    name: "axis", unit: $0, limits: limits, kind: .delta, actionLow: -1,
                    actionHigh: 1, home: 0, trackingError: 1)
            }, features: AxisUnit.allCases.map { ObservationFeature(name: "feature", unit: $0) },
            observation: [],
            timing: TimingLimits(
                observationHoldSeconds: 1, observationStopSeconds: 1, commandValiditySeconds: 1,
                trackingSeconds: 1))
    }

    // MARK: Text

    private static func table(_ block: Keys) -> String {
        var text = ""
        if !block.block.isEmpty { text += "\n### `\(block.block.dropLast())`\n" }
        text += "\n| key | value | unit | without it | what it is |\n|---|---|---|---|---|\n"
        for row in block.rows {
            let key = row.declaration
            let names = row.names.map { "`\($0)`" }.joined(separator: " ")
            let value = key.kind + (key.allowed.isEmpty ? "" : ": \(key.allowed)")
            let absent = key.isRequired ? "*required*" : row.absent.joined(separator: ", ")
            text +=
                "| \(names) | \(value) | \(unit(of: row.names)) | \(absent) | \(key.about) |\n"
        }
        return text
    }

    private static func unit(of names: [String]) -> String {
        let units = names.map { KeyDeclaration.unit(of: $0) }
        guard units.contains(where: { $0 != nil }) else { return "" }
        return units.map { $0 ?? "1" }.joined(separator: ", ")
    }
}

extension Reading.Folder {
    /// What a file in it is.
    fileprivate var title: String {
        switch self {
        case .robots: "who a robot is, and its limits"
        case .calibration: "one machine's offsets"
        case .launch: "one session"
        }
    }

    /// Files with nothing but what other keys depend on, with the word by which a key's value differs.
    fileprivate var documents: [(text: String, label: String)] {
        switch self {
        case .robots:
            AxisUnit.ofAxes.flatMap { unit in
                ActionKind.allCases.map {
                    ("axes: [{unit: \(unit.rawValue), kind: \($0.rawValue)}]", "")
                }
            }
        case .calibration: [("robot: robot", "")]
        case .launch: [("preset: default", "default"), ("preset: paper", "paper")]
        }
    }
}
