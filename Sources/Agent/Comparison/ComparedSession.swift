import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

/// One session directory as `hone compare` lays it beside others.
struct ComparedSession {
    /// Its folder's name, or the path that it was named by where another has that name.
    var name: String
    let record: SessionRecord
    let settings: SettingTable
    /// What it came to; nil where it has no report yet.
    let figures: SessionFigures?
    /// Why its figures are not compared with others'; nil where they are.
    var problem: String?

    private static let mostReportBytes = 256 << 20

    /// Opens a directory; reads no log.
    ///
    /// - Throws: where it holds no session.
    init(_ path: String) throws {
        let directory = SessionDirectory(existing: URL(fileURLWithPath: path))
        name = directory.url.standardizedFileURL.lastPathComponent
        record = try SessionRecord(reading: directory.session)
        var unreadable: String?
        do throws(ConfigurationErrors) { settings = try record.settingTable() } catch {
            settings = .none
            unreadable =
                "this version of Hone does not read its launch: "
                + (error.errors.first?.message ?? "")
        }
        guard Files.exists(directory.reportJSON.path) else {
            figures = nil
            problem = "it has no report: it is running, or was killed" + Self.remedy(record, path)
            return
        }
        let report: SessionReport
        do {
            let bytes = try Files.read(
                directory.reportJSON.path, limit: Self.mostReportBytes, .record)
            report = try SessionReport(json: Data(bytes), path: directory.reportJSON.path)
        } catch {
            figures = nil
            problem = "\(error)"
            return
        }
        figures = SessionFigures(of: report)
        if let unreadable {
            problem = unreadable
        } else if report.ended != "completed" {
            problem = "it did not run to its end: \(report.ended)" + Self.remedy(record, path)
        } else if report.successAfter == nil {
            problem = "nothing was evaluated in it"
        }
    }

    private static func remedy(_ record: SessionRecord, _ path: String) -> String {
        guard let command = record.command, command.isResumable else { return "" }
        return ". Resume it with: hone \(command.rawValue) --resume \(path)"
    }

    /// Says why it cannot be laid beside another one; nil where it can.
    func refusal(beside first: ComparedSession) -> String? {
        if record.task != first.record.task {
            return "it is of the task \(record.task ?? "(unnamed)"), \(first.name) of "
                + "\(first.record.task ?? "(unnamed)")"
        }
        guard let own = record.meaning, let other = first.record.meaning else { return nil }
        let differences = own.differences(
            from: other, .init(there: "in \(first.name)", here: "in \(name)"))
        guard !differences.isEmpty else { return nil }
        return "it is of another robot: " + differences.joined(separator: "; ")
    }
}
