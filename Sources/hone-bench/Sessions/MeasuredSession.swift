import Foundation
import Platform
import Report

/// One whole session of `hone`, run as a person would, and its row of a table.
struct MeasuredSession {
    /// The first column, and the folder's name.
    let name: String
    let seed: UInt64
    /// The command and what else it is given.
    let arguments: [String]
    /// Where it is started: the project.
    var project = FileManager.default.currentDirectoryPath

    /// Where the sessions of all tables are.
    static var folder: String { FileManager.default.currentDirectoryPath + "/sessions/measure" }

    /// The session's own.
    var directory: String { "\(Self.folder)/\(name)-\(seed)" }

    /// Whether it ran before.
    var hasReport: Bool { Files.exists(directory + "/report.json") }

    /// The `hone` that was built with this program.
    static func program() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = (own as NSString).deletingLastPathComponent + "/hone"
        guard Files.exists(path) else {
            throw SessionBenchError.noProgram(path)
        }
        return path
    }

    /// Runs it, unless it has a report.
    ///
    /// - Parameter meanwhile: called every few seconds while it runs.
    /// - Returns: its report.
    func report(meanwhile: () throws -> Void = {}) throws -> SessionReport {
        if !hasReport { try run(meanwhile) }
        let path = directory + "/report.json"
        return try SessionReport(
            json: try Data(contentsOf: URL(fileURLWithPath: path)), path: path)
    }

    /// Its row, once it has run.
    func row() throws -> String { Self.row(name, seed, try report()) }

    private func run(_ meanwhile: () throws -> Void) throws {
        let child = try begin()
        var code: Int32?
        while code == nil {
            code = child.wait(timeout: .seconds(5))
            if code == nil { try meanwhile() }
        }
        try check(code ?? -1)
    }

    /// What it said, where it did not end well.
    private var errors: String { directory + "-errors.txt" }

    /// Begins it, anew where it was interrupted.
    func begin() throws -> ChildProcess {
        try? FileManager.default.removeItem(atPath: directory)
        try Files.makeDirectories((directory as NSString).deletingLastPathComponent)
        // env only changes the folder and becomes hone.
        return try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: ["-C", project, try Self.program()] + arguments
                + ["--seed", "\(seed)", "--directory", directory, "--quiet"],
            errors: errors)
    }

    /// It has ended, with this code.
    ///
    /// - Throws: what it said, where that is not 0.
    func check(_ code: Int32) throws {
        guard code == 0 else {
            let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw SessionBenchError.failed(directory, code: code, said: said)
        }
        try? Files.remove(errors)
    }

    /// What `row` fills.
    static let header = """
        | session | seed | success before | success after | roll-backs | training episodes | transitions \
        | critic updates | robot min | wall s |
        |---|---|---|---|---|---|---|---|---|---|
        """

    /// One row of a table.
    static func row(_ name: String, _ seed: UInt64, _ report: SessionReport) -> String {
        let cells = [
            name, "\(seed)", rate(report.successBefore), rate(report.successAfter),
            "\(report.rollbacks)", "\(report.episodesTrained)", "\(report.transitions)",
            "\(report.criticUpdates)", "\(rounded(report.robotMinutes, 1))",
            rounded(report.wallSeconds, 0),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    /// Such as `78 % (69–85)`; a dash where nothing was evaluated.
    static func rate(_ success: SuccessRate?) -> String {
        guard let success, success.episodes > 0, success.ci95.count == 2 else { return "–" }
        func percent(_ share: Double) -> String { rounded(100 * share, 0) }
        return
            "\(percent(success.rate)) % (\(percent(success.ci95[0]))–\(percent(success.ci95[1])))"
    }
}
