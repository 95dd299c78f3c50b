import ArgumentParser
import Foundation
import Platform

/// The `swift` on the path, for what must be built in its own way before it is measured.
enum SwiftProgram {
    /// Tests as users build the program.
    static let releaseTests = ["-c", "release", "-Xswiftc", "-enable-testing"]

    /// Runs it with this program's output.
    ///
    /// - Throws: its exit code where that is not 0.
    static func run(_ words: [String], environment: [String: String] = [:]) throws {
        try run("swift", words, environment: environment)
    }

    /// Runs any program of the path, likewise.
    static func run(
        _ program: String, _ words: [String], environment: [String: String] = [:]
    ) throws {
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env", arguments: [program] + words, environment: environment,
            sharesOutput: true)
        let code = child.wait()
        if code != 0 { throw ExitCode(code) }
    }

    /// What it says, without the line's end.
    static func output(_ program: String, _ words: [String]) throws -> String {
        let path = NSTemporaryDirectory() + "/hone-bench-\(UUID().uuidString)"
        defer { try? Files.remove(path) }
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env", arguments: [program] + words, output: path)
        let code = child.wait()
        if code != 0 { throw ExitCode(code) }
        return try String(contentsOfFile: path, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
