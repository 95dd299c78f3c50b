import Platform
import Testing

@testable import Report
@testable import TestSupport

/// Inputs that once reached new code of a parser, and some hundreds made from them.
///
/// `launch/measure fuzz` looks for more.
@Suite("What others wrote")
struct FuzzTests {
    @Test(
        "Every kept input is read or refused, within memory of four times its size and 1 MiB",
        arguments: ["frame", "message", "yaml", "weights", "log", "report"])
    func kept(parser: String) throws {
        let scratch = try Scratch()
        let seed = UInt32.random(in: 0...999_999)
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: [
                "-C", HoneProgram.root, HoneProgram.benchPath, "fuzz", parser, "--runs", "200",
                "--seed", "\(seed)",
            ], output: scratch.path("output"), errors: scratch.path("output"))
        let code = child.wait()
        let output = try scratch.text("output")
        #expect(code == 0, "seed \(seed): \(output)")
        #expect(output.contains("200 changed inputs read"), "seed \(seed): \(output)")
        #expect(!output.contains("\(parser): 0 kept inputs"), "\(output)")
    }
}
