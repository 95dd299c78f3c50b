import Foundation
import Glibc
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// What a person does wrong, and what the program says about it.
struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let arguments: [String]
    let code: Int32
    let says: [String]

    init(_ name: String, _ arguments: [String], code: Int32, says: [String]) {
        testDescription = name
        self.arguments = arguments
        self.code = code
        self.says = says
    }

    static let all = [
        Mistake(
            "an unknown launch", ["demo", "--launch", "dmeo"], code: 78,
            says: ["dmeo", "did you mean", "demo"]),
        Mistake(
            "an unknown robot", ["demo", "--set", "robot=sim-widow"], code: 78,
            says: ["sim-widow", "did you mean", "sim-widowx"]),
        Mistake(
            "a misspelt key", ["demo", "--set", "critic.hiden=16"], code: 78,
            says: ["--set critic.hiden=16", "hiden", "did you mean", "hidden"]),
        Mistake(
            "a value out of its range", ["demo", "--set", "session.robot_minutes=-1"], code: 78,
            says: ["--set session.robot_minutes=-1", "robot_minutes"]),
        Mistake(
            "a --set without a value", ["demo", "--set", "seed"], code: 78,
            says: ["--set", "seed"]),
        Mistake("an unknown subcommand", ["dmeo"], code: 64, says: ["dmeo"]),
        Mistake("an empty argument", ["check", ""], code: 64, says: ["behind 'check' is empty"]),
        Mistake("an empty first argument", [""], code: 64, says: ["behind 'hone' is empty"]),
        Mistake(
            "a number of episodes below none", ["record", "demo", "--episodes", "-3"], code: 78,
            says: ["session.demonstrations", "-3"]),
        Mistake("an unknown option", ["demo", "--sed", "1"], code: 64, says: ["--sed"]),
        Mistake("a missing argument", ["evaluate", "demo"], code: 64, says: ["--weights"]),
        Mistake("a seed that is no number", ["demo", "--seed", "one"], code: 64, says: ["one"]),
        Mistake(
            "weights that are not there", ["evaluate", "demo", "--weights", "/nonexistent"],
            code: 65, says: ["/nonexistent", "holds no weights", "hone pretrain"]),
        Mistake(
            "a weight file that is not there",
            ["evaluate", "demo", "--weights", "/nonexistent.safetensors"], code: 66,
            says: ["/nonexistent.safetensors"]),
        Mistake(
            "data that is not there", ["pretrain", "demo", "--data", "/nonexistent"], code: 66,
            says: ["/nonexistent"]),
        Mistake(
            "data to begin with that is not there", ["finetune", "demo", "--data", "/nonexistent"],
            code: 66, says: ["/nonexistent"]),
        Mistake(
            "no data at all", ["pretrain", "demo"], code: 65, says: ["--data", "hone record"]),
        Mistake(
            "a demo without a simulator", ["demo", "--launch", "widowx-cup"], code: 78,
            says: ["simulat"]),
        Mistake(
            "a simulator without a task", ["sim", "--endpoint", "ipc:///tmp/x", "--task", "tea"],
            code: 64, says: ["tea", "cup-to-rack", "pot-to-sink"]),
        Mistake(
            "an endpoint that is none", ["sim", "--endpoint", "/tmp/x"], code: 69,
            says: ["/tmp/x", "ipc://"]),
    ]
}

@Suite("Bad input")
struct BadInputTests {
    @Test("A mistake is told in words and by its exit code", arguments: Mistake.all)
    func mistake(mistake: Mistake) throws {
        let scratch = try Scratch()
        let isSession = mistake.arguments.first != "sim" && mistake.arguments.first != "dmeo"
        let outcome = try HoneProgram.run(
            mistake.arguments
                + (isSession ? ["--quiet", "--directory", scratch.path("session")] : []))
        #expect(outcome.code == mistake.code, "\(outcome.errors)")
        for word in mistake.says {
            #expect(outcome.errors.contains(word), "'\(word)' in: \(outcome.errors)")
        }
        #expect(!outcome.errors.contains("Fatal error"))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("session")))
    }

    @Test("A mistake in YAML is shown with its line and a caret below it")
    func yaml() throws {
        let project = try OwnProject()
        try project.change("launch/demo.yaml", "  demonstrations:", "  demonstration:")
        let file = try project.scratch.text("launch/demo.yaml").split(
            separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(file.firstIndex { $0.hasPrefix("  demonstration:") })
        let place = "launch/demo.yaml:\(line + 1):3: error:"
        let outcome = try HoneProgram.run(["demo", "--quiet"], in: project.scratch.folder)
        #expect(outcome.code == 78)
        let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.contains(place) })
        #expect(lines[first].hasSuffix("did you mean \"demonstrations\"?"))
        #expect(lines[first + 1] == "    " + file[line])
        #expect(lines[first + 2] == "      ^")
        #expect(outcome.output.isEmpty)
        let checked = try HoneProgram.run(["check"], in: project.scratch.folder)
        #expect(checked.code == 78)
        #expect(checked.errors.contains(place))
    }

    @Test("YAML that cannot be parsed is shown where it breaks")
    func brokenYAML() throws {
        let project = try OwnProject()
        try project.change("robots/sim-widowx.yaml", "axes:", "axes: [")
        let outcome = try HoneProgram.run(["demo", "--quiet"], in: project.scratch.folder)
        #expect(outcome.code == 78)
        #expect(outcome.errors.contains("robots/sim-widowx.yaml:"))
        #expect(outcome.errors.contains("^"))
    }

    @Test("Outside a project the program says where it looked")
    func noProject() throws {
        let scratch = try Scratch()
        try FileManager.default.copyItem(atPath: HoneProgram.path, toPath: scratch.path("hone"))
        let child = try ChildProcess.spawn(
            executable: "/usr/bin/env", arguments: ["-C", scratch.folder, "./hone", "check"],
            output: scratch.path("output"), errors: scratch.path("errors"))
        #expect(child.wait() == 78)
        #expect(try scratch.text("errors").contains(scratch.folder))
    }

    @Test(
        "A checkpoint that is cut short or has a flipped byte is refused, and nothing moves",
        arguments: ["cut", "flipped", "other network"])
    func damagedCheckpoint(damage: String) throws {
        let scratch = try Scratch()
        let pretrained = try pretrain(in: scratch)
        let folder = pretrained.folder + "/checkpoints"
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).sorted().last)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        var arguments = TinySession.arguments
        switch damage {
        case "cut": bytes.removeLast(bytes.count / 3)
        case "flipped": bytes[20] ^= 0x10
        default: arguments += ["--set", "critic.hidden=24"]
        }
        let path = scratch.path("damaged.safetensors")
        try bytes.write(to: URL(fileURLWithPath: path))
        let outcome = try HoneProgram.run(
            ["evaluate", "demo", "--quiet", "--weights", path, "--directory", scratch.path("e")]
                + arguments)
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains(path))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("e")), "it has not begun")
    }

    private func pretrain(in scratch: Scratch) throws -> FinishedSession {
        for arguments in [
            ["record", "demo", "--episodes", "1", "--directory", scratch.path("data")],
            [
                "pretrain", "demo", "--data", scratch.path("data"), "--directory",
                scratch.path("pretrained"),
            ],
        ] {
            let outcome = try HoneProgram.run(arguments + ["--quiet"] + TinySession.arguments)
            try #require(outcome.code == 0, "\(outcome.errors)")
        }
        return FinishedSession(scratch.path("pretrained"))
    }
}
