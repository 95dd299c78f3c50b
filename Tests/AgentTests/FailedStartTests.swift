import Configuration
import Embodiment
import Foundation
import Glibc
import Platform
import Simulation
import Testing

@testable import Report
@testable import TestSupport

@Suite("A start that fails")
struct FailedStartTests {
    /// A project whose demo starts a bridge of its own: a script.
    private func project(bridge script: String, connect seconds: Double = 60) throws -> OwnProject {
        let project = try OwnProject()
        let path = project.scratch.path("bridge.sh")
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o755)
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: \(seconds)")
        try project.change(
            "launch/demo.yaml", "  noise: 1", "  command: [\(path), --endpoint, \"{endpoint}\"]")
        return project
    }

    private func record(_ project: OwnProject, _ more: [String] = []) throws -> (
        outcome: HoneProgram.Outcome, seconds: Double
    ) {
        let began = SystemClock().now
        let outcome = try HoneProgram.run(
            ["record", "demo", "--quiet", "--directory", project.scratch.path("session")]
                + TinySession.arguments + more, in: project.scratch.folder)
        return (outcome, SystemClock().now.seconds(since: began))
    }

    @Test(
        "A bridge that dies at start ends the wait at once, with what it said last",
        arguments: [
            (
                "echo first; echo \"mybridge: no task 'drawer-opne-v3'\" >&2; exit 64",
                "no task 'drawer-opne-v3'"
            ),
            ("sleep 1; echo late >&2; kill -9 $$", "late"),
            (
                "echo 'Traceback (most recent call last):'; echo '  File x'; "
                    + "echo \"ModuleNotFoundError: No module named 'zmq'\"; exit 1",
                "install the Python package"
            ),
            ("echo bye", "bye"),
        ])
    func dies(script: String, says: String) throws {
        let project = try project(bridge: "#!/bin/sh\n" + script + "\n")
        let (outcome, seconds) = try record(project)
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("the bridge program: it ended with code"))
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(!outcome.errors.contains("resume with"), "\(outcome.errors)")
        #expect(seconds < 20)
    }

    @Test("A bridge whose interpreter is missing, or that is no program, is told so in one line")
    func cannotRun() throws {
        let missing = try project(bridge: "#!/usr/bin/no-such-python\n")
        let (outcome, _) = try record(missing)
        #expect(outcome.code == 69)
        #expect(outcome.errors.contains("the program that its first line names is not"))
        let text = try project(bridge: "just words\n")
        let (other, _) = try record(text)
        #expect(other.code == 69)
        #expect(other.errors.contains("#!/usr/bin/env"), "\(other.errors)")
    }

    @Test(
        "Where the socket was to be a file stays as it is", arguments: ["sim", "launch", "foreign"])
    func preciousFile(how: String) throws {
        let project = try project(
            bridge: "#!/bin/sh\nexec \(HoneProgram.path) sim --lockstep \"$@\"\n")
        let precious = project.scratch.path("keep.yaml")
        try "precious\n".write(toFile: precious, atomically: true, encoding: .utf8)
        let endpoint = "ipc://\(precious)"
        let outcome: HoneProgram.Outcome
        switch how {
        case "sim": outcome = try HoneProgram.run(["sim", "--endpoint", endpoint])
        case "launch":
            outcome = try record(project, ["--set", "bridge.endpoint=\(endpoint)"]).outcome
        default:
            let text = try project.scratch.text("launch/demo.yaml")
            let command = try #require(
                text.split(separator: "\n").first { $0.contains("command:") })
            try project.change("launch/demo.yaml", String(command), "  endpoint: \(endpoint)")
            outcome = try record(project).outcome
        }
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("stays as it is"), "\(outcome.errors)")
        #expect(try project.scratch.text("keep.yaml") == "precious\n")
    }

    @Test("A robot that serves already is not replaced, and goes on serving")
    func taken() throws {
        let scratch = try Scratch()
        let endpoint = "ipc://" + scratch.path("robot")
        let robot = try HoneProgram.Running(["sim", "--endpoint", endpoint])
        try HoneProgram.wait(for: "the robot") {
            (try? LocalPlace.check(scratch.path("robot"))) == nil
        }
        let other = try HoneProgram.run(["sim", "--endpoint", endpoint])
        #expect(other.code == 69 && other.errors.contains("listens there"), "\(other.errors)")
        let test = try HoneProgram.run(
            ["bridge-test", endpoint, "--only", "describes"], in: HoneProgram.root)
        #expect(test.code == 0, "\(test.errors)")
        robot.interrupt()
        #expect(try robot.finish().code == 0)
    }

    @Test(
        "The corrected command may name the same directory, which stays as it was",
        arguments: [false, true])
    func corrected(isThere: Bool) throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let manager = FileManager.default
        if isThere {
            try manager.createDirectory(
                atPath: session.folder, withIntermediateDirectories: true)
        }
        let arguments = ["--quiet", "--directory", session.folder] + TinySession.arguments
        for mistake in [
            ["finetune", "demo", "--data", "/nowhere"], ["pretrain", "demo"],
            ["record", "widowx-cup", "--set", "bridge.connect_s=0.3"],
        ] {
            let outcome = try HoneProgram.run(mistake + arguments)
            #expect(outcome.code != 0)
            #expect(!outcome.errors.contains("resume with"), "\(outcome.errors)")
            #expect(manager.fileExists(atPath: session.folder) == isThere)
            if isThere { #expect(try manager.contentsOfDirectory(atPath: session.folder) == []) }
        }
        let outcome = try HoneProgram.run(["record", "demo", "--episodes", "1"] + arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try session.report.ended == "completed")
    }

    @Test("What somebody puts beside a session that never begins stays")
    func others() throws {
        let project = try project(bridge: "#!/bin/sh\nexec sleep 600\n", connect: 2)
        let folder = project.scratch.path("session")
        let running = try HoneProgram.Running(
            ["record", "demo", "--quiet", "--directory", folder] + TinySession.arguments,
            in: project.scratch.folder)
        let record = folder + "/session.json"
        try HoneProgram.wait(for: "the record") { FileManager.default.fileExists(atPath: record) }
        let mine = ["notes.txt", "log/mine.txt", "weights/best.safetensors", "log/session.txt"]
        for name in mine {
            try "mine\n".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        let outcome = try running.finish()
        #expect(outcome.code == 69, "\(outcome.errors)")
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder)
        #expect(Set(left) == Set(mine + ["log", "weights"]))
    }

    @Test("What the bridge of a failed start said is kept where the message says")
    func bridgesWords() throws {
        let project = try project(bridge: "#!/bin/sh\necho one; echo two; exit 3\n")
        let (outcome, _) = try record(project)
        let words = outcome.errors.split(separator: " ").last ?? ""
        let file = words.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "one\ntwo\n")
        try? FileManager.default.removeItem(atPath: file)
        #expect(!FileManager.default.fileExists(atPath: project.scratch.path("session")))
    }

    @Test("Weights and data of which only a Git LFS pointer is there are told so")
    func pointers() throws {
        let scratch = try Scratch()
        let text =
            "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 9\n"
        for name in ["w.safetensors", "session.mcap"] {
            try text.write(toFile: scratch.path(name), atomically: true, encoding: .utf8)
        }
        for arguments in [
            ["weights", "show", scratch.path("w.safetensors")],
            ["evaluate", "demo", "--weights", scratch.path("w.safetensors")],
            ["episodes", "list", scratch.path("session.mcap")],
            ["finetune", "demo", "--data", scratch.path("session.mcap")],
        ] {
            let isSession = ["evaluate", "finetune"].contains(arguments[0])
            let outcome = try HoneProgram.run(
                arguments + (isSession ? ["--quiet", "--directory", scratch.path("s")] : []))
            #expect(outcome.code == 66, "\(outcome.errors)")
            #expect(outcome.errors.contains("git lfs pull"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("s")))
        }
    }

    @Test("A session.json that is none is told in words")
    func noJSON() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.path("s"), withIntermediateDirectories: true)
        for text in ["{\"a\":", "[]", "{}", ""] {
            try text.write(
                toFile: scratch.path("s/session.json"), atomically: true, encoding: .utf8)
            let outcome = try HoneProgram.run(["replay", scratch.path("s"), "--verify"])
            #expect(outcome.code == 65, "\(outcome.errors)")
            for raw in ["Error Domain", "NSCocoa", "Context(", "DecodingError"] {
                #expect(!outcome.errors.contains(raw), "\(outcome.errors)")
            }
        }
    }

    @Test("Without an operator nothing is recorded, at once and with what to do")
    func noOperator() throws {
        let project = try OwnProject()
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 60")
        let endpoint = "ipc://" + project.scratch.path("robot")
        try project.change("launch/demo.yaml", "  noise: 1", "  endpoint: \(endpoint)")
        var options = SimulationOptions(
            endpoint: endpoint, task: .cupToRack, variant: .field, isLockstep: true, seed: 0)
        options.hasOperator = false
        let server = try SimulationServer(options)
        let isOver = Guarded(false)
        let thread = try HoneThread.start(name: "robot") {
            _ = try? server.run(until: { isOver.withLock { $0 } })
        }
        let (outcome, seconds) = try record(project)
        isOver.withLock { $0 = true }
        thread.join()
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("no operator"), "\(outcome.errors)")
        #expect(outcome.errors.contains("hone episodes import"))
        #expect(!outcome.errors.contains("hone record"))
        #expect(seconds < 20)
        #expect(!FileManager.default.fileExists(atPath: project.scratch.path("session")))
    }

    @Test(
        "An operator who is announced and gives no action is told of after one episode, not after twenty"
    )
    func silentOperator() throws {
        let project = try OwnProject()
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 60")
        let endpoint = "ipc://" + project.scratch.path("robot")
        try project.change("launch/demo.yaml", "  noise: 1", "  endpoint: \(endpoint)")
        let robot = try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
        let bridge = try PlainBridge(
            robot, at: endpoint, isLockstep: true, hasOperator: true, isOperatorSilent: true)
        let (outcome, _) = try record(project)
        bridge.end()
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("no sample had an operator's action"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("hone record"))
        // Home, reset, and one episode in which nothing moved.
        let home = robot.axes.map(\.home)
        #expect(zip(bridge.seen.position, home).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
