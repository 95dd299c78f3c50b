import Configuration
import Embodiment
import Experience
import Foundation
import Platform

/// A session directory as `hone replay` opens it: what ran, its logs, its weights.
struct RecordedSession {
    /// Where it is.
    let directory: SessionDirectory
    /// `session.json`.
    let record: SessionRecord
    /// The launch as it ran.
    let launch: Launch

    /// Opens a directory; reads no log.
    ///
    /// - Throws: `SessionError` or `ConfigurationErrors`.
    init(_ path: String) throws {
        directory = SessionDirectory(existing: URL(fileURLWithPath: path))
        record = try SessionRecord(reading: directory.session)
        launch = try record.readLaunch()
    }

    /// The directory's path.
    var path: String { directory.url.path }

    /// Visits every readable record of every log of the session, in order.
    ///
    /// One log is in memory at a time.
    /// - Returns: what is wrong with the logs, each line beginning with the file's name, and whether records are lost by it.
    func records(
        _ visit: (LogRecord, MonotonicTime) -> Void
    ) throws -> (issues: [String], isLossy: Bool) {
        let paths = try SessionFiles(of: path).logs
        guard paths.contains(where: { Files.exists($0) }) else {
            throw SessionError.notASession(path, "it has no log")
        }
        var issues: [String] = []
        var isLossy = false
        for path in paths {
            let report = try SessionLogReader(path: path).records(visit)
            let name = URL(fileURLWithPath: path).lastPathComponent
            issues += report.issues.map { "\(name): \($0)" }
            isLossy = isLossy || report.issues.contains { $0.losesRecords }
        }
        return (issues, isLossy)
    }

    /// Every whole episode of every log, in order, and what is wrong with the logs.
    func episodes() throws -> (episodes: [Episode], issues: [String]) {
        var found: [Episode] = []
        var issues: [String] = []
        for path in try SessionFiles(of: path).logs {
            let (episodes, report) = try SessionLogReader(path: path).episodes()
            found += episodes
            let name = URL(fileURLWithPath: path).lastPathComponent
            issues += report.issues.map { "\(name): \($0)" }
        }
        return (found, issues)
    }
}

extension LogIssue {
    /// Whether something that was recorded is not there any more.
    var losesRecords: Bool {
        switch self {
        case .notALog, .cutShort, .damaged, .gap, .unreadableMessage, .incompleteEpisode: true
        case .notClosed, .harmlessDamage, .otherWriter, .unknownRecord: false
        }
    }
}

extension RobotDescription {
    /// Where the robot that recorded a log differs from this one in what a motion or an action means.
    ///
    /// - Parameters:
    ///   - recorded: the log's robot.
    ///   - observation: compare what the policy sees, too.
    /// - Returns: one readable line each, empty for the same robot; limits may differ, the guardian holds this one's.
    func differences(fromRecorded recorded: RobotDescription, observation: Bool) -> [String] {
        var lines: [String] = []
        func compare(_ what: String, _ log: String, _ here: String) {
            if log != here { lines.append("\(what): \(log) in the log, \(here) here") }
        }
        compare("robot", recorded.name, name)
        compare("control space", recorded.controlSpace, controlSpace)
        compare("command rate", "\(recorded.commandRateHz) Hz", "\(commandRateHz) Hz")
        compare(
            "axes", recorded.axes.map(\.name).joined(separator: ", "),
            axes.map(\.name).joined(separator: ", "))
        for (theirs, ours) in zip(recorded.axes, axes) where theirs.name == ours.name {
            compare("axis \(ours.name): unit", theirs.unit, ours.unit)
            guard observation else { continue }
            compare("axis \(ours.name): kind", theirs.kind.rawValue, ours.kind.rawValue)
            compare(
                "axis \(ours.name): action", "\(theirs.actionLow)…\(theirs.actionHigh)",
                "\(ours.actionLow)…\(ours.actionHigh)")
        }
        guard observation else { return lines }
        compare("policy rate", "\(recorded.policyRateHz) Hz", "\(policyRateHz) Hz")
        compare(
            "observation", recorded.observation.joined(separator: ", "),
            self.observation.joined(separator: ", "))
        return lines
    }
}
