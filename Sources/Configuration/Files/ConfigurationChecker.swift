import Embodiment
import Foundation

/// Reads everything a project has, for `hone check`.
public enum ConfigurationChecker {
    /// One file and what is wrong with it; nothing when it is right.
    public struct Finding: Sendable, Equatable {
        /// Path relative to the project.
        public var file: String
        /// Its mistakes.
        public var errors: [ConfigurationError]
        /// What a robot's file describes; nil for other files, and for one with mistakes.
        public var robot: RobotDescription?
    }

    /// Checks every robot, calibration, launch and grid of the project at `root`, in this order, by name.
    ///
    /// A mistake is found under the file it stands in, once, however many launches use the file.
    public static func checkAll(root: String) -> [Finding] {
        let project = Project(root: root)
        var findings: [Finding] = []
        for robot in project.robots {
            findings.append(
                finding("robots/\(robot).yaml") { () throws(ConfigurationErrors) in
                    try RobotFile.read(robot, in: project)
                })
        }
        for serial in project.calibrations {
            findings.append(
                finding("calibration/\(serial).yaml") { () throws(ConfigurationErrors) in
                    try checkCalibration(serial, in: project)
                    return nil
                })
        }
        for launch in project.launches {
            findings.append(
                finding("launch/\(launch).yaml") { () throws(ConfigurationErrors) in
                    _ = try LaunchFile.read(launch, in: project)
                    return nil
                })
        }
        for grid in project.grids {
            findings.append(
                finding("launch/grid/\(grid).yaml") { () throws(ConfigurationErrors) in
                    _ = try Grid.read(grid, in: project)
                    return nil
                })
        }
        return findings
    }

    /// Checks the files that a person names, whatever each of them is, and what they name themselves.
    ///
    /// - Parameter paths: each is looked for from here; names in it resolve in the project that the file lies in.
    public static func check(_ paths: [String]) -> [Finding] {
        paths.map { path in
            do throws(ConfigurationErrors) {
                return Finding(file: path, errors: [], robot: try check(path))
            } catch {
                return Finding(file: path, errors: error.errors)
            }
        }
    }

    private static func check(
        _ path: String
    ) throws(ConfigurationErrors) -> RobotDescription? {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL
        let folder = absolute.deletingLastPathComponent().path
        let project = Project.find(from: folder) ?? Project(root: folder)
        let reading = Reading(project: project)
        guard let found = reading.find(absolute.path, in: .launch, mark: nil),
            let root = reading.parse(found)
        else { throw ConfigurationErrors(errors: reading.diagnostics.errors) }
        let file = Block(root: root, diagnostics: reading.diagnostics)
        let kinds = Reading.Folder.allCases
        let schema = file.choice(
            "schema", kinds.map(\.schema) + [Grid.schema],
            "what kind of file it is, in which version")
        if !file.has("schema") { file.reportMissing("schema") }
        try reading.diagnostics.check()
        if schema == Grid.schema {
            _ = try Grid.read(absolute.path, in: project)
            return nil
        }
        switch kinds.first(where: { $0.schema == schema }) {
        case .robots: return try RobotFile.read(absolute.path, in: project)
        case .calibration: try checkCalibration(absolute.path, in: project)
        case .launch, nil: _ = try LaunchFile.read(absolute.path, in: project)
        }
        return nil
    }

    private static func finding(
        _ file: String, _ read: () throws(ConfigurationErrors) -> RobotDescription?
    ) -> Finding {
        do {
            return Finding(file: file, errors: [], robot: try read())
        } catch {
            return Finding(file: file, errors: error.errors.filter { $0.path == file })
        }
    }

    private static func checkCalibration(
        _ serial: String, in project: Project
    ) throws(ConfigurationErrors) {
        let reading = Reading(project: project)
        guard let found = reading.find(serial, in: .calibration, mark: nil),
            let root = reading.parse(found)
        else {
            try reading.diagnostics.check()
            return
        }
        // The robot it is of is named inside; a robot that is wrong is found under its own file.
        var robot: RobotDescription?
        if case .mapping(let entries) = root.content,
            let entry = entries.first(where: { $0.key == "robot" }),
            case .scalar(let name, _) = entry.value.content
        {
            robot = RobotFile.read(name, with: reading, mark: entry.value.mark)
        }
        _ = CalibrationFile.decode(
            root, serial: found.name, robot: robot, diagnostics: reading.diagnostics)
        try reading.diagnostics.check()
    }

    /// What a person is asked about a robot that may be described as it is not; empty for most.
    public static func questions(about robot: RobotDescription) -> [String] {
        robot.axes.compactMap(RobotChecks.question) + RobotQuestions.of(robot)
    }

    /// What a person should read before the first motion: limits and stopping distances per axis.
    ///
    /// `braking` is S(V), formula F1, or with a limit of jerk F7 at its worst; `worst case` is the bound F8 with the file's time budgets.
    public static func stoppingSummary(of robot: RobotDescription) -> String {
        var text = "\(robot.name): \(robot.summary)\n"
        text +=
            "  \(robot.controlSpace), commands at \(NumberRange.write(robot.commandRateHz)) Hz, "
            + "policy at \(NumberRange.write(robot.policyRateHz)) Hz, "
            + "\(robot.observation.count) observed scalars\n"
        if robot.controlSpace == .environmentAction {
            return text + "  an environment's own actions pass unchanged: nothing here brakes\n"
        }
        var rows = [
            ["axis", "unit", "range", "speed /s", "accel /s²", "jerk /s³", "braking", "worst case"]
        ]
        for axis in robot.axes {
            let limits = axis.limits
            let changes: [Double?] =
                axis.isVelocity
                ? [nil, limits.velocity, limits.acceleration]
                : [limits.velocity, limits.acceleration, limits.jerk]
            rows.append(
                [
                    axis.name, axis.unit.rawValue,
                    "\(NumberRange.write(limits.lower)) … \(NumberRange.write(limits.upper))",
                ] + changes.map { $0.map(NumberRange.write) ?? "–" } + [
                    StoppingDistance.write(StoppingDistance.braking(of: axis, robot: robot)),
                    StoppingDistance.write(StoppingDistance.bound(of: axis, robot: robot)),
                ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}
