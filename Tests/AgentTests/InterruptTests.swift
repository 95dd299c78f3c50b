import Embodiment
import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Report
@testable import TestSupport

@Suite("Ctrl-C")
struct InterruptTests {
    private func run(
        _ scratch: Scratch, after episodes: Int = 1, _ interrupt: (HoneProgram.Running) -> Void
    ) throws -> (outcome: HoneProgram.Outcome, session: FinishedSession) {
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            ["demo", "--quiet", "--directory", session.folder] + TinySession.arguments
                + TinySession.sets([
                    "session.robot_minutes=600", "session.max_online_episodes=10000",
                ]))
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= episodes }
        interrupt(running)
        return (try running.finish(within: .seconds(30)), session)
    }

    @Test("Once ends the episode, parks the robot and finishes the report")
    func once() throws {
        let scratch = try Scratch()
        let (outcome, session) = try run(scratch) { $0.interrupt() }
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("stopped by the operator"))
        let report = try session.report
        #expect(report.ended == "stopped by the operator")
        #expect(report.stops == 0 && report.successAfter == nil)
        #expect(report.episodesTrained >= 1)
        #expect(outcome.output.contains("report.html"))
        let (episodes, log) = try session.log
        #expect(log.isClean, "\(log.issues)")
        #expect(
            episodes.count { $0.purpose == .training && $0.outcome != .aborted }
                == report.episodesTrained)
        // Parked: the last command is home.
        let last = try #require(try session.ticks.last)
        let home = try SimulatedRobotFileTests().robot.axes.map(\.home)
        for axis in 0..<home.count { #expect(abs(last.commanded[axis] - home[axis]) < 1e-6) }
        expectLeftAtRest(try session.robotsLastWord())
    }

    @Test("A terminal that is lost is one Ctrl-C, however often that is told")
    func hangUp() throws {
        let scratch = try Scratch()
        let (outcome, session) = try run(scratch) { running in
            // From the kernel and from the shell; to the whole group, the robot's bridge among it.
            for _ in 0..<3 { kill(-running.child.identifier, SIGHUP) }
        }
        #expect(outcome.code == 130, "\(outcome.errors)")
        let report = try session.report
        #expect(report.ended == "stopped by the operator")
        #expect(report.stops == 0 && report.episodesTrained >= 1)
        #expect(try session.log.report.isClean)
        let last = try #require(try session.ticks.last)
        let home = try SimulatedRobotFileTests().robot.axes.map(\.home)
        for axis in 0..<home.count { #expect(abs(last.commanded[axis] - home[axis]) < 1e-6) }
        expectLeftAtRest(try session.robotsLastWord())
    }

    @Test("A bridge that the session started outlasts the terminal: the session ends it")
    func bridgeOutlasts() throws {
        let scratch = try Scratch()
        let (outcome, session) = try run(scratch) { running in
            if let robot = try? running.child("sim") { kill(robot, SIGHUP) }
            usleep(200_000)
            running.interrupt()
        }
        #expect(outcome.code == 130, "\(outcome.errors)")
        expectLeftAtRest(try session.robotsLastWord())
    }

    @Test("While minutes of updates are due a line is shown now and then, and Ctrl-C is heard")
    func owedUpdates() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            ["demo", "--directory", session.folder] + TinySession.arguments
                + TinySession.sets([
                    "training.critic_utd=100", "training.base_policy_utd=100",
                    "critic.batch_size=1024", "policy.batch_size=1024", "session.robot_minutes=600",
                ]))
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= 1 }
        SystemClock().sleep(for: .seconds(8))
        let asked = SystemClock().now
        running.interrupt()
        let outcome = try running.finish(within: .seconds(60))
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(SystemClock().now.seconds(since: asked) < 10, "parking and the report included")
        #expect(session.episodesSoFar == 1)
        let lines = outcome.errors.split(separator: "\n").filter {
            $0.hasPrefix("fine-tuning: ") && $0.contains("updates due")
        }
        #expect(!lines.isEmpty, "\(outcome.errors)")
        #expect(try session.report.ended == "stopped by the operator")
        expectLeftAtRest(try session.robotsLastWord())
    }

    @Test("Who was started with nohup goes on")
    func nohup() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            ["demo", "--quiet", "--directory", session.folder] + TinySession.arguments,
            wrapper: ["nohup"])
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= 1 }
        kill(running.child.identifier, SIGHUP)
        #expect(try running.finish(within: .seconds(60)).code == 0)
        #expect(try session.report.ended == "completed")
    }

    @Test("Twice stops at once, and the robot was stopped all the same")
    func twice() throws {
        let scratch = try Scratch()
        let (outcome, session) = try run(scratch) { $0.interruptTwice() }
        #expect(outcome.code == 130, "\(outcome.errors)")
        let report = try session.report
        #expect(report.ended == "stopped by the operator")
        #expect(try session.log.report.isClean)
        expectLeftAtRest(try session.robotsLastWord())
    }

    @Test("Twice while it fine-tunes, and what it has learned is what the next session begins from")
    func keepsWhatWasLearned() throws {
        let scratch = try Scratch()
        // The second episode is told of when the updates for the first one are made.
        let (outcome, session) = try run(scratch, after: 2) { $0.interruptTwice() }
        #expect(outcome.code == 130, "\(outcome.errors)")
        let updates = try session.report.criticUpdates
        // So many were made before the robot lived.
        #expect(updates > 60)
        let file = try NewestLearner.read(session.folder).file
        #expect(file.hasSuffix(String(format: "/%09d.safetensors", updates)), "\(file)")
        let next = try HoneProgram.run(
            [
                "evaluate", "demo", "--quiet", "--weights", session.folder, "--directory",
                scratch.path("next"),
            ] + TinySession.arguments)
        #expect(next.code == 0, "\(next.errors)")
    }

    @Test("While demonstrations are recorded it ends them in order")
    func recording() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            ["record", "demo", "--episodes", "10000", "--quiet", "--directory", session.folder])
        try HoneProgram.wait(for: "the robot") {
            (try? session.log.report.chunks > 2) == true
        }
        running.interrupt()
        let outcome = try running.finish(within: .seconds(30))
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(try session.report.ended == "stopped by the operator")
        expectLeftAtRest(try session.robotsLastWord("bridge-lab"))
    }
}
