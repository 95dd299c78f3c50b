import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

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
    /// - Throws: `SessionRecordError` or `ConfigurationErrors`.
    init(_ path: String) throws {
        directory = SessionDirectory(existing: URL(fileURLWithPath: path))
        record = try SessionRecord(reading: directory.session)
        launch = try record.readLaunch()
    }

    /// Refuses a robot on which its numbers, or its motions, are not what they were.
    ///
    /// - Throws: `ReplayError.otherRobot`
    func check(_ robot: RobotDescription, for use: Compatibility.Use) throws(ReplayError) {
        let differences = Compatibility(robot).differences(
            from: record.meaning ?? Compatibility(launch.robot), for: use,
            .init(there: "in the log", here: "here"))
        guard differences.isEmpty else { throw .otherRobot(path, differences: differences) }
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
        let archive = try SessionArchive(path)
        guard archive.files.logs.contains(where: { Files.exists($0) }) else {
            throw ReplayError.notASession(path, "it has no log")
        }
        let reports = try archive.records(visit)
        let isLossy = reports.contains { $0.report.issues.contains { $0.losesRecords } }
        return (try issues(of: reports, in: archive.files), isLossy)
    }

    /// Every whole episode of every log, in order, and what is wrong with the logs.
    func episodes() throws -> (episodes: [Episode], issues: [String]) {
        let archive = try SessionArchive(path)
        var found: [Episode] = []
        let reports = try archive.entries { found.append($0.recorded) }
        return (found, try issues(of: reports, in: archive.files))
    }

    /// What a reader should know of the logs, each line beginning with a file's name.
    private func issues(
        of reports: [SessionArchive.FileReport], in files: SessionFiles
    ) throws -> [String] {
        var lines: [String] = []
        for file in reports {
            let name = URL(fileURLWithPath: file.path).lastPathComponent
            lines += file.report.issues.map { "\(name): \($0)" }
            if file.report.wasLeftOpen { lines.append("\(name): \(LogReport.leftOpenText)") }
        }
        lines += try LogRings.waiting(in: files.folder).map { name in
            "\(URL(fileURLWithPath: name).lastPathComponent): what a killed process recorded last is "
                + "not in the log yet; `hone episodes recover` adds it"
        }
        return lines
    }
}
