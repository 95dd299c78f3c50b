import Embodiment
import Foundation
import Glibc
import Platform
import Simulation
import Synchronization
import Testing

@testable import Agent
@testable import Bridge
@testable import Driving
@testable import TestSupport

/// A simulated robot on all addresses of this machine, and the files of both sides' keys.
private final class GuardedRobot {
    let server: SimulationServer
    let project: OwnProject
    private let isOver = Flag()
    private let thread: HoneThread

    private final class Flag: Sendable { let value = Atomic<Bool>(false) }

    /// - Parameter isOpen: admits everybody, as no bridge may.
    init(isOpen: Bool = false) throws {
        project = try OwnProject()
        let scratch = project.scratch
        for side in ["robot", "agent"] {
            let made = try HoneProgram.run(["keys", "new", scratch.path(side)])
            try #require(made.code == 0, "\(made.errors)")
        }
        let shown = try HoneProgram.run(["keys", "show", scratch.path("agent")])
        let agent = try #require(PublicKey(shown.output.dropLast()))
        let allowed = try HoneProgram.run(
            ["keys", "allow", scratch.path("allowed"), "\(agent)", "this test"])
        try #require(allowed.code == 0, "\(allowed.errors)")
        let own = try KeyPair.read(secretFile: KeyPair.secretFile(in: scratch.path("robot")))
        var options = SimulationOptions(endpoint: "tcp://0.0.0.0:*", seed: 3)
        options.resetSeconds = 0.05
        options.keys =
            isOpen
            ? BridgeKeys(own: own, admits: { _ in true })
            : BridgeKeys(own: own, allowed: try AllowList(file: scratch.path("allowed")))
        let server = try SimulationServer(options)
        self.server = server
        let flag = isOver
        thread = try HoneThread.start(name: "robot") {
            _ = try? server.run { flag.value.load(ordering: .relaxed) }
        }
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 20")
        try project.change(
            "launch/demo.yaml", "  noise: 1",
            """
              endpoint: \(server.address.replacingOccurrences(of: "0.0.0.0", with: "127.0.0.1"))
              curve:
                secret_key: agent/secret.key
                bridge_key: '\(own.publicKey)'
            """)
    }

    deinit { end() }

    func end() {
        isOver.value.store(true, ordering: .relaxed)
        thread.join()
    }

    /// One episode by the program.
    func record() throws -> HoneProgram.Outcome {
        try HoneProgram.run(
            [
                "record", "demo", "--quiet", "--episodes", "1", "--directory",
                project.scratch.path("session"),
            ] + TinySession.arguments, in: project.scratch.folder)
    }
}

@Suite("Keys, as a person uses them")
struct KeysTests {
    @Test("An agent on the list records an episode on a robot that other machines can reach")
    func known() throws {
        let robot = try GuardedRobot()
        let outcome = try robot.record()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try FinishedSession(robot.project.scratch.path("session")).log.episodes.count == 1)
        robot.end()
        #expect(robot.server.refusedConnections >= 1, "the agent tried an unknown key")
        #expect(robot.server.statistics.violations == 0)
    }

    @Test("An agent that is not on the list, or has no key, is told so and moves nothing")
    func unknown() throws {
        let robot = try GuardedRobot()
        let scratch = robot.project.scratch
        #expect(try HoneProgram.run(["keys", "new", scratch.path("other")]).code == 0)
        let file = "launch/demo.yaml"
        try robot.project.change(file, "agent/secret.key", "other/secret.key")
        var outcome = try robot.record()
        #expect(outcome.code == 77, "\(outcome.errors)")
        #expect(outcome.errors.contains("does not admit this agent's key"), "\(outcome.errors)")
        #expect(outcome.errors.contains("hone keys allow"))
        #expect(!Files.exists(scratch.path("session")), "a start that failed leaves no directory")
        let text = try scratch.text(file).split(separator: "\n").filter {
            !$0.contains("curve:") && !$0.contains("_key:")
        }
        try text.joined(separator: "\n").write(
            toFile: scratch.path(file), atomically: true, encoding: .utf8)
        try robot.project.change(file, "connect_s: 20", "connect_s: 3")
        outcome = try robot.record()
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("admits only encrypted ones"), "\(outcome.errors)")
        robot.end()
        #expect(robot.server.statistics.ticks == 0)
    }

    @Test("A robot that admits anybody is refused before anything moves")
    func open() throws {
        let robot = try GuardedRobot(isOpen: true)
        let outcome = try robot.record()
        #expect(outcome.code == 76, "\(outcome.errors)")
        #expect(outcome.errors.contains("it would obey anybody"), "\(outcome.errors)")
        robot.end()
        #expect(robot.server.statistics.ticks == 0)
    }

    @Test("A secret that others can read is refused, with what to do, and leaves no session behind")
    func readable() throws {
        let robot = try GuardedRobot()
        let secret = robot.project.scratch.path("agent/secret.key")
        #expect(chmod(secret, 0o644) == 0)
        let outcome = try robot.record()
        #expect(outcome.code == 77, "\(outcome.errors)")
        #expect(outcome.errors.contains("chmod 600 \(secret)"), "\(outcome.errors)")
        let session = robot.project.scratch.path("session")
        #expect(!FileManager.default.fileExists(atPath: session))
    }

    @Test("The simulator and the bridge test take the same files")
    func programs() throws {
        let robot = try GuardedRobot()
        let scratch = robot.project.scratch
        let endpoint = "ipc://\(scratch.path("socket"))"
        let files = ["--key", scratch.path("robot/secret.key"), "--allow", scratch.path("allowed")]
        let running = try HoneProgram.Running(
            ["sim", "--lockstep", "--endpoint", endpoint] + files)
        try HoneProgram.wait(for: "the robot") {
            FileManager.default.fileExists(atPath: scratch.path("socket"))
        }
        let key = try scratch.text("robot/public.key").dropLast()
        let tested = try HoneProgram.run([
            "bridge-test", endpoint, "--only", "refuses-keys", "--key",
            scratch.path("agent/secret.key"), "--bridge-key", String(key),
        ])
        #expect(tested.code == 0, "\(tested.output)\(tested.errors)")
        #expect(tested.output.contains("\n1 of 1 duties fulfilled"), "\(tested.output)")
        running.interrupt()
        let ended = try running.finish()
        #expect(ended.code == 0 && ended.output.contains("its public key is \(key)"))
        #expect(ended.output.contains(" connections with unknown keys"), "\(ended.output)")
        #expect(!ended.output.contains(" 0 connections with unknown keys"))
    }

    @Test("What is wrong with keys is told in words and by the exit code")
    func mistakes() throws {
        let scratch = try Scratch()
        #expect(try HoneProgram.run(["keys", "new", scratch.path("a")]).code == 0)
        let secret = scratch.path("a/secret.key")
        let key = String(try scratch.text("a/public.key").dropLast())
        let list = scratch.path("list")
        #expect(try HoneProgram.run(["keys", "allow", list, scratch.path("a"), "me"]).code == 0)
        let mistakes: [(arguments: [String], code: Int32, words: String)] = [
            (["keys", "new", scratch.path("a")], 73, "never overwritten"),
            (["keys", "show", scratch.path("b")], 66, scratch.path("b")),
            (["keys", "allow", list, key, "me"], 73, "on the list"),
            (["keys", "allow", list, "nonsense", "me"], 66, "nonsense"),
            (["sim", "--endpoint", "tcp://0.0.0.0:5570"], 69, "hone keys"),
            (["sim", "--endpoint", "tcp://0.0.0.0:5570", "--key", secret], 64, "--allow"),
            (
                [
                    "sim", "--endpoint", "tcp://0.0.0.0:5570", "--key", list, "--allow", list,
                ], 77, "chmod 600"
            ),
            (["bridge-test", "tcp://192.168.1.2:5570", "--key", secret], 64, "--bridge-key"),
        ]
        for (arguments, code, words) in mistakes {
            let outcome = try HoneProgram.run(arguments)
            #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
    }
}
