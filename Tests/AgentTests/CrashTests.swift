import Foundation
import Glibc
import Platform
import Testing

@testable import TestSupport

@Suite("A crash on a terminal")
struct CrashTests {
    /// Runs words of the shell on a terminal of their own, as a person would, without the variable that the
    /// tests themselves are run with.
    private func onTerminal(_ words: String, in scratch: Scratch) throws -> ChildProcess {
        try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: [
                "-u", "SWIFT_BACKTRACE", "/usr/bin/script", "-qefc", "exec \(words)",
                scratch.path("seen"),
            ])
    }

    @Test("The program says its words and ends; nobody is asked anything")
    func words() throws {
        let scratch = try Scratch()
        let child = try onTerminal("\(HoneProgram.benchPath) crash", in: scratch)
        let code = child.wait(timeout: .seconds(20))
        let seen = try scratch.text("seen")
        #expect(code == 128 + SIGILL || code == 128 + SIGTRAP, "\(seen)")
        #expect(seen.contains("crashed because it was asked to"), "\(seen)")
        #expect(!seen.contains("Press ") && !seen.contains("Backtrace"), "\(seen)")
    }

    @Test("A robot's process that crashes is gone at once", arguments: [SIGSEGV, SIGABRT])
    func robot(number: Int32) throws {
        let scratch = try Scratch()
        let endpoint = scratch.path("robot")
        let child = try onTerminal(
            "\(HoneProgram.path) sim --endpoint ipc://\(endpoint)", in: scratch)
        try HoneProgram.wait(for: "the robot's endpoint") {
            FileManager.default.fileExists(atPath: endpoint)
        }
        let robot = try #require(children(of: child.identifier).first)
        kill(robot, number)
        let code = child.wait(timeout: .seconds(20))
        let seen = try scratch.text("seen")
        #expect(code == 128 + number, "\(seen)")
        #expect(!seen.contains("Press ") && !seen.contains("Backtrace"), "\(seen)")
    }

    private func children(of process: Int32) -> [Int32] {
        let list = "/proc/\(process)/task/\(process)/children"
        return ((try? String(contentsOfFile: list, encoding: .utf8)) ?? "")
            .split(separator: " ").compactMap { Int32($0) }
    }
}
