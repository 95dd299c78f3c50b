import Platform
import Testing

@testable import TestSupport

/// `hone-bench directories --runs 100000` opens more of them.
@Suite("Spoiled session directories", .timeLimit(.minutes(5)))
struct SpoiledDirectoryTests {
    @Test("Listed, verified, resumed and recovered they change nothing around them, and end")
    func opened() throws {
        let scratch = try Scratch()
        let seed = UInt32.random(in: 0...999_999)
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: [
                "-C", HoneProgram.root, HoneProgram.benchPath, "directories", "--runs", "40",
                "--seed", "\(seed)", "--folder", scratch.path("lab"),
            ], output: scratch.path("output"), errors: scratch.path("output"))
        let code = child.wait()
        let output = try scratch.text("output")
        #expect(code == 0, "seed \(seed): \(output)")
        #expect(output.contains("40 opened in "), "\(output)")
        #expect(output.contains(" 0 wrong, seed \(seed)"), "\(output)")
    }
}
