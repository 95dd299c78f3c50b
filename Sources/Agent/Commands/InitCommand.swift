import Bridge
import Configuration
import Embodiment
import Foundation
import Platform
import Report

/// `hone init`: the files of a robot from what its bridge says of itself.
public enum InitCommand {
    /// Writes `robots/`, `calibration/` and `launch/` files that pass `hone check` and fit the bridge; none is overwritten.
    ///
    /// Moves nothing and does not take command of the robot.
    ///
    /// - Parameters:
    ///   - endpoint: where the bridge listens.
    ///   - secretKey: file with the secret key to speak with, where the bridge encrypts.
    ///   - bridgeKey: the bridge's public key, with it.
    ///   - launch: name of the launch file; nil for the robot's.
    ///   - folder: the project; nil for the one around the working directory, else that itself.
    /// - Throws: `BridgeError` when there is none; what says why a file was not written.
    public static func run(
        endpoint: String, secretKey: String?, bridgeKey: String?, launch: String?,
        project folder: String?, json: Bool
    ) throws {
        let keys = try AgentKeys.read(secretFile: secretKey, bridgeKey: bridgeKey)
        let client = try BridgeClient(address: endpoint, keys: keys)
        let found = try client.hello(agent: "hone init", timeout: .seconds(5))
        for (what, name) in [("model", found.robot), ("serial number", found.serial)]
        where !Project.isFileName(name) {
            throw InitError.name(what: what, name: name)
        }
        let name = launch ?? found.robot
        guard Project.isFileName(name) else {
            throw ArgumentError("--launch \(name.printable): a name of letters, digits, ., _ and -")
        }
        let project = project(folder)
        let draft = LaunchDraft(
            found, endpoint: endpoint,
            curve: secretKey.flatMap { key in bridgeKey.map { (key, $0) } })
        let robot = Piece(path: "robots/\(found.robot).yaml") {
            RobotDraft(found, pose: try pose(client, found)).text
        }
        let calibration = Piece(path: "calibration/\(found.serial).yaml") {
            draft.calibration(date: today())
        }
        let first = Piece(path: "launch/\(name).yaml") { draft.launch }
        guard !Files.exists("\(project.root)/\(first.path)") else {
            throw InitError.there(path: "\(project.root)/\(first.path)")
        }
        var outcomes: [Outcome] = []
        for piece in [robot, calibration, first] {
            outcomes.append(try piece.write(in: project))
            guard piece.path == robot.path else { continue }
            let lines = found.differences(from: try RobotFile.read(found.robot, in: project))
            if !lines.isEmpty {
                throw InitError.differs(path: "\(project.root)/\(robot.path)", lines: lines)
            }
        }
        // What was written is read as a session would read it.
        _ = try LaunchFile.read(name, in: project)
        tell(outcomes, project, found: found, launch: name, endpoint: endpoint, json: json)
    }

    /// One file.
    private struct Piece {
        let path: String
        let text: () throws -> String

        /// Writes it unless it is there.
        func write(in project: Project) throws -> Outcome {
            let full = "\(project.root)/\(path)"
            guard !Files.exists(full) else {
                return Outcome(path: path, isNew: false, decisions: 0)
            }
            let text = try text()
            try Files.makeDirectories((full as NSString).deletingLastPathComponent)
            try Files.replace(full, with: Array(text.utf8), permissions: 0o644)
            return Outcome(
                path: path, isNew: true,
                decisions: text.components(separatedBy: "DECIDE:").count - 1)
        }
    }

    private struct Outcome {
        let path: String
        let isNew: Bool
        /// Lines that want a person.
        let decisions: Int
    }

    private static func project(_ folder: String?) -> Project {
        let here = FileManager.default.currentDirectoryPath
        if let folder {
            return Project(root: URL(fileURLWithPath: folder).standardizedFileURL.path)
        }
        return Project.find(from: here) ?? Project(root: here)
    }

    /// Where the robot stands; nil where no sample comes without a command, as in lockstep.
    private static func pose(
        _ client: BridgeClient, _ found: BridgeDescription
    ) throws -> [Double]? {
        var sample = SensorSample(axes: found.axes.count, features: found.features.count)
        guard try client.receive(into: &sample, timeout: .seconds(1)) == .sample else { return nil }
        return found.axes.indices.map { Double(sample.position[$0]) }
    }

    private static func today() -> String {
        let form = DateFormatter()
        form.locale = Locale(identifier: "en_US_POSIX")
        form.dateFormat = "yyyy-MM-dd"
        return form.string(from: Date())
    }

    private static func tell(
        _ outcomes: [Outcome], _ project: Project, found: BridgeDescription, launch: String,
        endpoint: String, json: Bool
    ) {
        guard !json else {
            let object: JSONValue = [
                "project": .string(project.root), "robot": .string(found.robot),
                "serial": .string(found.serial), "launch": .string(launch),
                "files": .array(
                    outcomes.map { outcome in
                        [
                            "path": .string(outcome.path), "written": .bool(outcome.isNew),
                            "decisions": JSONValue(outcome.decisions),
                        ]
                    }),
            ]
            return Terminal.writeToStandardOutput(object.pretty + "\n")
        }
        var lines = ["\(found.robot) (\(found.serial)) at \(endpoint); files in \(project.root)"]
        for outcome in outcomes {
            lines.append(
                outcome.isNew
                    ? "  wrote \(outcome.path), \(outcome.decisions) lines to decide (DECIDE)"
                    : "  \(outcome.path) is there, fits and stays as it is")
        }
        lines += [
            "next, in this order:",
            "  look at each line with DECIDE, with the arm in front of you",
            "  hone check launch/\(launch).yaml",
            "  hone bridge-test \(endpoint) --robot \(found.robot)",
            found.hasOperator
                ? "  hone record \(launch)"
                : "  hone episodes import DATA --launch \(launch): this bridge has no operator to record",
        ]
        Terminal.writeToStandardOutput(lines.joined(separator: "\n") + "\n")
    }
}
