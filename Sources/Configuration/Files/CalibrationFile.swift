import Embodiment

/// Reads `calibration/<serial>.yaml`: one machine's offsets.
public enum CalibrationFile {
    /// Reads one calibration and checks it against its robot, or reports every mistake at once.
    ///
    /// - Parameter nameOrPath: a serial in the project's `calibration/`, or a path when it has a slash or
    ///   ends in `.yaml`.
    public static func read(
        _ nameOrPath: String, for robot: RobotDescription, in project: Project
    ) throws(ConfigurationErrors) -> Calibration {
        let reading = Reading(project: project)
        let calibration = read(nameOrPath, for: robot, with: reading, mark: nil)
        try reading.diagnostics.check()
        guard let calibration else {
            throw ConfigurationErrors(errors: reading.diagnostics.errors)
        }
        return calibration
    }

    /// The same as a part of a larger reading.
    ///
    /// - Parameter robot: nil when the robot itself is wrong; then only the shape is checked.
    static func read(
        _ nameOrPath: String, for robot: RobotDescription?, with reading: Reading, mark: Mark?
    ) -> Calibration? {
        guard let found = reading.find(nameOrPath, in: .calibration, mark: mark),
            let root = reading.parse(found)
        else { return nil }
        return decode(root, serial: found.name, robot: robot, diagnostics: reading.diagnostics)
    }

    static func decode(
        _ root: YAMLNode, serial: String, robot: RobotDescription?, diagnostics: Diagnostics
    ) -> Calibration? {
        let mistakes = diagnostics.count
        let file = Block(root: root, diagnostics: diagnostics)
        guard Reading.checkSchema(of: file, is: .calibration) else { return nil }
        let robotName = file.name("robot", "the robot that it is of, a name in robots/")
        let date = file.text("date", "when it was measured: 2026-03-31")
        let tool = file.text("tool", "with what it was measured")
        if let date, !isDate(date) {
            file.report("date: \"\(date)\" is not a date such as 2025-03-31", at: "date")
        }
        if let robotName, let robot, robotName != robot.name {
            file.report(
                "this is a calibration of \(robotName), not of \(robot.name)", at: "robot")
        }
        let axisBlock = file.block(
            "axis_offsets", "one number for each axis of the robot, named after it with its unit",
            isRequired: true)
        let featureBlock = file.block(
            "feature_offsets", "the same for reported features; those that are left out have none",
            isRequired: false)
        file.reportKeys()
        guard let robot, robot.name == robotName else { return nil }

        var axisOffsets: [String: Double] = [:]
        if let axisBlock {
            for axis in robot.axes {
                let key = Self.key(of: axis)
                let half = (axis.limits.upper - axis.limits.lower) / 2
                axisOffsets[axis.name] = axisBlock.number(
                    key, .closed(-half, half), "added to the measured position of `axis`",
                    allowed: "half of the axis' range, either way")
            }
            let known = robot.axes.map(key(of:))
            axisBlock.reportKeys { AxisUnit.sameStem($0, in: known) }
        }
        var featureOffsets: [String: Double] = [:]
        if let featureBlock {
            for feature in robot.features {
                let key = Self.key(of: feature)
                featureOffsets[feature.name] = featureBlock.number(
                    key, .any, "added to the reported `feature`", isRequired: false, absent: "0")
            }
            let known = robot.features.map(key(of:))
            featureBlock.reportKeys { AxisUnit.sameStem($0, in: known) }
        }
        guard diagnostics.count == mistakes, let robotName, let date, let tool else { return nil }
        return Calibration(
            serial: serial, robot: robotName, date: date, tool: tool, axisOffsets: axisOffsets,
            featureOffsets: featureOffsets)
    }

    private static func key(of axis: CommandAxis) -> String {
        axis.unit.position(axis.name)
    }

    private static func key(of feature: ObservationFeature) -> String {
        feature.unit.position(feature.name)
    }

    /// `YYYY-MM-DD` of a real month and day.
    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
