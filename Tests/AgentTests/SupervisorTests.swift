import Embodiment
import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

@Suite("A supervised session", .byTheWallClock)
struct SupervisorTests {
    /// Waits for a process of the session's that is not `known`, and kills it.
    private func killNext(
        _ running: HoneProgram.Running, after known: Int32, once condition: () -> Bool
    ) throws -> Int32 {
        var found = known
        try HoneProgram.wait(for: "another process of the session") {
            found = running.childNow("demo") ?? known
            return found != known
        }
        try HoneProgram.wait(for: "the moment to kill", until: condition)
        kill(found, SIGKILL)
        return found
    }

    @Test("Killed twice, it goes on by itself to the end that it would have had")
    func goesOn() throws {
        let scratch = try Scratch()
        let reference = try KilledSession.reference(seed: 0, in: scratch)
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            KilledSession.begin(session, seed: 0) + ["--supervised"])
        var killed: Int32 = 0
        for episodes in [1, 2] {
            killed = try killNext(running, after: killed) { session.episodesSoFar >= episodes }
        }
        let outcome = try running.finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.components(separatedBy: "was ended by signal 9; resuming").count
                == 3, "\(outcome.errors)")
        #expect(outcome.output.contains("report: \(session.folder)"), "\(outcome.output)")
        try KilledSession.expectEqual(session, reference, "supervised")
    }

    @Test("With a bridge that its person typed it goes on by itself, without a question")
    func goesOnWithItsCommand() throws {
        let project = try OwnProject()
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  connect_s: 20")
        try project.change("launch/demo.yaml", "  noise: 1", "  reset_s: 20")
        let session = FinishedSession(project.scratch.path("session"))
        let command =
            "bridge.command=[\(HoneProgram.path), sim, --endpoint, '{endpoint}', --lockstep]"
        let running = try HoneProgram.Running(
            ["finetune", "demo", "--quiet", "--supervised", "--directory", session.folder]
                + KilledSession.arguments + TinySession.sets([command]),
            in: project.scratch.folder)
        try HoneProgram.wait(for: "a training episode") { session.episodesSoFar >= 1 }
        let child = try #require(running.childNow("finetune"))
        kill(child, SIGKILL)
        let outcome = try running.finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("was ended by signal 9; resuming"), "\(outcome.errors)")
        #expect(try session.report.resumes?.count == 1)
        // By hand it is asked for.
        try Files.remove(session.folder + "/report.json")
        let other = try HoneProgram.run(
            ["finetune", "--quiet", "--resume", session.folder], in: project.scratch.folder)
        #expect(other.code == 77 && other.errors.contains("--allow '"), "\(other.errors)")
    }

    @Test("What dies again and again is not restarted for ever, and says how to resume by hand")
    func givesUp() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            KilledSession.begin(session, seed: 0) + ["--supervised"])
        var killed: Int32 = 0
        for _ in 0...Supervisor.mostResumptions {
            killed = try killNext(running, after: killed) {
                FileManager.default.fileExists(atPath: session.folder + "/session.json")
            }
        }
        let outcome = try running.finish()
        #expect(outcome.code == 70)
        #expect(outcome.errors.contains("not restarted again"), "\(outcome.errors)")
        #expect(outcome.errors.contains("resume with: hone demo --resume \(session.folder)"))
    }

    @Test("Other ends are its ends: mistakes, and Ctrl-C")
    func passesOn() throws {
        let scratch = try Scratch()
        let wrong = try HoneProgram.run(
            ["demo", "--supervised", "--directory", scratch.path("wrong"), "--set", "none=1"])
        #expect(wrong.code == 78 && wrong.errors.contains("none"), "\(wrong.errors)")
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            KilledSession.begin(session, seed: 0) + ["--supervised"])
        try HoneProgram.wait(for: "an episode") { session.episodesSoFar >= 1 }
        kill(running.child.identifier, SIGINT)
        let outcome = try running.finish()
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(try session.report.ended == "stopped by the operator")
        let held = try HoneProgram.run(["demo", "--held"])
        #expect(held.code == 64 && held.errors.contains("--resume"), "\(held.errors)")
    }

    @Test("A terminal that is lost ends it in order, and the supervisor sees that through")
    func hangUp() throws {
        let scratch = try Scratch()
        let session = FinishedSession(scratch.path("session"))
        let running = try HoneProgram.Running(
            KilledSession.begin(session, seed: 0) + ["--supervised"])
        try HoneProgram.wait(for: "an episode") { session.episodesSoFar >= 1 }
        let own = try #require(running.childNow("demo"))
        for process in [running.child.identifier, own, running.child.identifier] {
            kill(process, SIGHUP)
        }
        let outcome = try running.finish()
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(try session.report.ended == "stopped by the operator")
        #expect(!outcome.errors.contains("resuming"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(own)"))
    }

    @Test("By the wall clock the robot comes back stopped, and moves once a person starts it")
    func comesBackStopped() throws {
        let project = try OwnProject()
        try project.allowBusyMachine()
        let session = FinishedSession(project.scratch.path("session"))
        let running = try HoneProgram.Running(
            ["demo", "--realtime", "--quiet", "--directory", session.folder, "--supervised"]
                + TinySession.arguments, in: project.scratch.folder)
        _ = try killNext(running, after: 0) { ((try? session.ticks.count) ?? 0) > 50 }
        func status() throws -> String {
            try HoneProgram.run(["status", session.folder]).output
        }
        var told = ""
        try HoneProgram.wait(for: "a robot that may be started") {
            told = (try? status()) ?? ""
            return told.contains("ready")
        }
        let before = try session.ticks
        SystemClock().sleep(for: .milliseconds(500))
        let after = try session.ticks.dropFirst(before.count)
        #expect(!after.isEmpty, "it ticks, and says where it stands")
        let first = try #require(after.first)
        #expect(after.allSatisfy { $0.commanded == first.commanded }, "nothing moves: \(told)")
        let start = try HoneProgram.run(["start", session.folder])
        #expect(start.code == 0, "\(start.errors)")
        let ticks = try session.ticks.count
        try HoneProgram.wait(for: "motion") {
            ((try? session.ticks) ?? []).dropFirst(ticks).contains {
                $0.commanded != first.commanded
            }
        }
        kill(running.child.identifier, SIGINT)
        let outcome = try running.finish()
        #expect(outcome.code == 130, "\(outcome.errors)")
        let holds = try session.report.events.filter { $0.kind == .hold }
        #expect(holds.contains { $0.cause.contains("until a person starts it") }, "\(holds)")
    }
}
