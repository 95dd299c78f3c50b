import Bridge
import Embodiment
import Experience
import Foundation
import Glibc
import Platform
import Simulation
import Testing

@testable import Agent
@testable import Driving
@testable import Report
@testable import TestSupport

@Suite("A bridge in trouble")
struct BridgeTroubleTests {
    /// A demo that would go on for hours.
    private func endless(_ directory: String, _ more: [String] = []) -> [String] {
        ["demo", "--quiet", "--directory", directory] + TinySession.arguments
            + TinySession.sets([
                "session.robot_minutes=600", "session.max_online_episodes=10000",
                "bridge.silence_s=0.5",
            ]) + more
    }

    /// Runs a demo until it has fine-tuned for some episodes, does something to its simulator.
    private func disturb(
        _ disturbance: (Int32) -> Void
    ) throws -> (
        outcome: HoneProgram.Outcome, session: FinishedSession, scratch: Scratch, seen: Int
    ) {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(endless(session.folder))
        try HoneProgram.wait(for: "two training episodes") { session.episodesSoFar >= 2 }
        let simulator = try running.child("sim")
        let seen = session.episodesSoFar
        disturbance(simulator)
        return (try running.finish(within: .seconds(60)), session, scratch, seen)
    }

    /// Nothing that was acknowledged is lost, and the report says what happened.
    private func expectKept(_ session: FinishedSession, atLeast seen: Int) throws {
        let (episodes, log) = try session.log
        #expect(log.isClean, "\(log.issues)")
        let report = try session.report
        let training = episodes.filter { $0.purpose == .training && $0.outcome != .aborted }
        #expect(training.count >= seen)
        #expect(training.count == report.episodes.count)
        #expect(training.reduce(0) { $0 + $1.transitions.count } >= report.transitions)
        #expect(report.ended != "completed")
        #expect(report.events.contains { $0.kind == .stop })
        #expect(FileManager.default.fileExists(atPath: session.folder + "/report.html"))
    }

    @Test("A bridge that is killed ends the session, and everything recorded before is kept")
    func killed() throws {
        let (outcome, session, scratch, seen) = try disturb { kill($0, SIGKILL) }
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("the bridge program"))
        #expect(outcome.errors.contains("137"), "128 and the signal: \(outcome.errors)")
        try expectKept(session, atLeast: seen)
        _ = scratch
    }

    @Test("A bridge that falls silent ends the session within its patience")
    func silent() throws {
        let (outcome, session, scratch, seen) = try disturb { kill($0, SIGSTOP) }
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("waited 0.5 s"), "\(outcome.errors)")
        try expectKept(session, atLeast: seen)
        _ = scratch
    }

    /// A project whose demo uses a bridge that somebody else runs.
    private func foreignBridge(_ endpoint: (Scratch) -> String) throws -> OwnProject {
        let project = try OwnProject()
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 0.5")
        try project.change(
            "launch/demo.yaml", "  noise: 1", "  endpoint: \(endpoint(project.scratch))")
        return project
    }

    @Test("No bridge at the endpoint is an error within the time to connect")
    func nobody() throws {
        let project = try foreignBridge { "ipc://" + $0.path("none") }
        let session = project.scratch.path("session")
        let outcome = try HoneProgram.run(
            ["record", "demo", "--quiet", "--directory", session] + TinySession.arguments,
            in: project.scratch.folder)
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains(project.scratch.path("none")))
        #expect(outcome.errors.contains("0.5 s"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: session), "it has not begun")
    }

    @Test("A bridge that is another robot is refused with every difference")
    func otherRobot() throws {
        let project = try OwnProject()
        // A machine too busy to move that arm in time is told so before anything else.
        try project.change(
            "robots/widowx250s.yaml", "\ntiming:",
            "\ndegraded: {rt1_speed_share: 1, rt2_speed_share: 1}\n\ntiming:")
        let scratch = project.scratch
        let endpoint = "ipc://\(scratch.path("robot"))"
        let robot = try HoneProgram.Running(["sim", "--endpoint", endpoint])
        let outcome = try HoneProgram.run(
            [
                "record", "widowx-cup", "--quiet", "--directory", scratch.path("session"), "--set",
                "bridge.endpoint=\(endpoint)",
            ], in: scratch.folder)
        #expect(outcome.code == 69, "\(outcome.errors)")
        for words in [
            "robot: widowx250s in the file, sim-widowx at the bridge",
            "axis z: upper 0.29 m in the file is outside the hardware's 0.18",
            "feature object.dx: at the bridge, the file does not have it",
            "Correct the YAML or start the right bridge.",
        ] { #expect(outcome.errors.contains(words), "\(outcome.errors)") }
        robot.interrupt()
        let word = try robot.finish().output.split(separator: "\n").last.map(String.init)
        expectLeftAtRest(word ?? "")
    }

    @Test("A schedule that the bridge does not run is refused")
    func otherSchedule() throws {
        let project = try foreignBridge { "ipc://" + $0.path("robot") }
        let endpoint = "ipc://" + project.scratch.path("robot")
        let robot = try HoneProgram.Running(["sim", "--endpoint", endpoint])
        let outcome = try HoneProgram.run(
            [
                "record", "demo", "--quiet", "--directory", project.scratch.path("session"),
                "--set", "bridge.connect_s=30",
            ] + TinySession.arguments, in: project.scratch.folder)
        #expect(outcome.code == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("schedule: the launch file wants lockstep"))
        robot.interrupt()
        #expect(try robot.finish().code == 0)
    }

    @Test("What the bridge says when it refuses the commands stands in the report", .byTheWallClock)
    func refuses() throws {
        let project = try OwnProject()
        try project.allowBusyMachine()
        let endpoint = "ipc://" + project.scratch.path("robot")
        let launch = "launch/demo-realtime.yaml"
        try project.change(launch, "simulation:", "bridge:")
        try project.change(launch, "  variant: field", "  connect_s: 20")
        // Somebody listens on the wire: only so can the session's token be learned.
        let wire = Eavesdropper()
        let proxy = try ChaosProxy(
            address: "ipc://" + project.scratch.path("wire"), bridge: endpoint, edit: wire.edit)
        defer { proxy.end() }
        try project.change(launch, "  noise: 1", "  endpoint: \(proxy.address)")
        let session = FinishedSession(project.scratch.path("session"))
        let robot = try HoneProgram.Running(
            ["sim", "--endpoint", endpoint, "--reset-seconds", "0.05"])
        let running = try HoneProgram.Running(
            [
                "record", "demo-realtime", "--episodes", "1000", "--quiet", "--directory",
                session.folder,
            ], in: project.scratch.folder)
        // Somebody who wants the session's robot.
        let thief = try Rival(address: endpoint)
        func isMoving() throws -> Bool {
            try thief.look(for: .milliseconds(100)).contains { sample in
                sample.isEnabled && (0..<6).contains { abs(sample.velocity[$0]) > 0.02 }
            }
        }
        try HoneProgram.wait(for: "a robot that moves") { (try? isMoving()) == true }
        #expect(thief.samples.allSatisfy { $0.session == 0 && $0.epoch == 0 })
        let command = try #require(wire.command(axes: SimulatedAxes.names.count))
        try thief.attack(knowing: command)
        try HoneProgram.wait(for: "a robot that goes on moving") { (try? isMoving()) == true }
        #expect(running.child.isRunning, "all of that was in vain")
        // And who has the token, takes it away.
        let token = try #require(wire.token)
        let taken = try thief.ask(
            .start(session: command.session, epoch: command.epoch + 1, token: token))
        #expect(taken == .started(epoch: command.epoch + 1, token: token))
        let outcome = try running.finish(within: .seconds(60))
        #expect(outcome.code == 69, "\(outcome.errors)")
        let complaints = try session.report.events.filter { $0.cause.contains("(busy)") }
        #expect(complaints.count == 1 && complaints.first?.kind == .note, "\(complaints)")
        robot.interrupt()
        #expect(try robot.finish().code == 0)
    }

    @Test("A session on a bridge that somebody else runs leaves it running, released")
    func foreign() throws {
        let project = try foreignBridge { "ipc://" + $0.path("robot") }
        let endpoint = "ipc://" + project.scratch.path("robot")
        let robot = try HoneProgram.Running(["sim", "--lockstep", "--endpoint", endpoint])
        for name in ["one", "two"] {
            let outcome = try HoneProgram.run(
                [
                    "record", "demo", "--quiet", "--directory", project.scratch.path(name),
                    "--set", "bridge.connect_s=30",
                ] + TinySession.arguments, in: project.scratch.folder)
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        robot.interrupt()
        let outcome = try robot.finish()
        #expect(outcome.code == 0)
        expectLeftAtRest(outcome.output.split(separator: "\n").last.map(String.init) ?? "")
    }
}
