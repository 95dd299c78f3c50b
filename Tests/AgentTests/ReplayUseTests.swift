import Configuration
import Control
import Embodiment
import Experience
import Foundation
import FoundationXML
import Platform
import Simulation
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Report
@testable import TestSupport

@Suite("Replay: another policy, a learner, a robot")
struct ReplayUseTests {
    private func run(_ arguments: [String]) throws -> HoneProgram.Outcome {
        try HoneProgram.run(["replay"] + arguments + ["--quiet"])
    }

    @Test("A session's own checkpoint decides as the session did at its end, and differs before")
    func comparison() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.session()
        let outcome = try run([
            session.folder, "--policy", session.folder, "--directory", scratch.path("compared"),
            "--json",
        ])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let result = try #require(printed as? [String: Any])
        let steps = try session.log.episodes.flatMap(\.transitions)
        #expect(result["steps"] as? Int == steps.count)
        // The last version is the checkpoint: what it decided comes out again, the rest does not.
        let last = try #require(steps.map(\.policyVersion).max())
        let own = steps.count { $0.policyVersion == last }
        let equal = try #require(result["equal"] as? Int)
        #expect(own > 0 && equal >= own && equal < steps.count)
        #expect((result["axes"] as? [Any])?.count == 7)
        let largest = try #require(result["largest"] as? [[String: Any]])
        #expect(largest.count == PolicyComparison.listLimit)
        #expect(try outcome.output == scratch.text("compared/report.json"))

        let page = try scratch.text("compared/report.html")
        let parser = XMLParser(data: Data(page.utf8))
        #expect(parser.parse(), "line \(parser.lineNumber)")
        #expect(page.components(separatedBy: "<figure").count == 1 + 1 + 7)
        #expect(!page.contains("<script") && !page.contains("src="))
        let again = try run([
            session.folder, "--policy", session.folder, "--directory", scratch.path("compared"),
        ])
        #expect(again.code == 73)
    }

    @Test("Training on the log again gives the session's weights, whatever the number of threads")
    func training() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.session()
        func train(_ name: String, _ more: [String]) throws -> FinishedSession {
            let outcome = try run(
                [session.folder, "--train", "--directory", scratch.path(name)] + more)
            try #require(outcome.code == 0, "\(outcome.errors)")
            return FinishedSession(scratch.path(name))
        }
        let first = try train("first", ["--set", "session.workers=1"])
        let second = try train("second", ["--set", "session.workers=2"])
        let checkpoint = try first.last("checkpoints")
        #expect(try checkpoint == second.last("checkpoints"))
        // The learner lives again what it lived in the session, update for update.
        #expect(try first.last("weights") == session.last("weights"))
        #expect(try first.report.criticUpdates == session.report.criticUpdates)
        #expect(try first.report.ticks == 0)

        let other = try train("other", ["--seed", "6"])
        #expect(try other.last("checkpoints").bytes != checkpoint.bytes)
        let short = try train("short", ["--updates", "40"])
        #expect(try short.report.criticUpdates == 40)

        let evaluated = try HoneProgram.run(
            ["evaluate", "demo", "--weights", first.folder, "--episodes", "1", "--quiet"]
                + ["--directory", scratch.path("evaluated")] + TinySession.arguments)
        #expect(evaluated.code == 0, "\(evaluated.errors)")
    }

    @Test("The motion of an episode goes through the guardian and ends where it did")
    func motion() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.session()
        let episode = try #require(try session.log.episodes.last)
        for speed in ["1", "0.5"] {
            let folder = scratch.path("played-" + speed)
            let outcome = try run([
                session.folder, "--robot", "demo", "--episode", "\(episode.number)", "--speed",
                speed, "--directory", folder,
            ])
            try #require(outcome.code == 0, "\(outcome.errors)")
            let played = FinishedSession(folder)
            let tracking = try #require(try played.report.tracking)
            let axes = try SimulatedRobotFileTests().robot.axes
            #expect(tracking.map(\.axis) == axes.map(\.name))
            for (axis, expected) in zip(tracking, axes) {
                #expect(axis.rms <= axis.maximum && axis.maximum <= expected.trackingError)
                // A gripper's dwell counts from when it crosses its middle: in a replay that is where the command
                // crossed, not, as in the episode, the wish that came before it.
                if expected.gripper == nil { #expect(axis.gap < 1e-6, "\(axis.axis)") }
            }
            #expect(tracking.contains { $0.maximum > 0 })
            let moved = try played.ticks.filter { $0.origin?.driver == .replay }
            let driven = try session.ticks.filter {
                $0.episode == episode.number && $0.origin?.driver == .guided
            }
            let wanted = try #require(driven.last).commanded
            let reached = try #require(moved.last).commanded
            for axis in 0..<wanted.count { #expect(abs(wanted[axis] - reached[axis]) < 1e-6) }
            #expect(moved.count > Int(Double(driven.count - 1) / (Double(speed) ?? 1)))
            expectLeftAtRest(try played.robotsLastWord())
            // The motion and the way to its start, but not the way back home.
            let report = try played.report
            let minutes =
                try SimulatedRobotFileTests().robot.tickSeconds * Double(report.ticks) / 60
            #expect(report.robotMinutes <= minutes + 1)
            #expect(report.robotMinutes * 60 > Double(moved.count) / 100)
        }
    }

    @Test(
        "A motion that a person holds pauses at rest, and goes on from there to its end",
        .byTheWallClock)
    func heldMotion() throws {
        let bench = try RobotBench(.realtime)
        let ticks = Guarded<[TickReport]>([])
        bench.robot.onTick = { report in ticks.withLock { $0.append(report) } }
        try bench.begin()
        var target = AxisVector(bench.description.axes.map(\.home))
        var setpoints = [target]
        for _ in 0..<300 {
            target[1] += 0.0003
            setpoints.append(target)
        }
        let motion = Motion(setpoints)
        // The desk's person: holds in the middle of the motion, looks, starts again.
        let desk = bench.desk
        let person = try HoneThread.start(name: "person") {
            let clock = SystemClock()
            while ticks.withLock({ $0.last?.motionTick ?? 0 }) < 60 {
                clock.sleep(for: .milliseconds(2))
            }
            _ = desk.ask(.init(number: 1, act: .hold, deadline: clock.now + .seconds(5)))
            clock.sleep(for: .milliseconds(600))
            var state = OperatorDesk.State()
            while let newer = desk.newest() { state = newer }
            _ = desk.ask(
                .init(
                    number: 2, act: .start(challenge: state.machine.challenge),
                    deadline: clock.now + .seconds(5)))
        }
        let error = #expect(throws: RobotError.self) { try bench.robot.play(motion) }
        guard case .held = error else {
            Issue.record("expected a hold, found \(String(describing: error))")
            return
        }
        try bench.robot.awaitOperator(seconds: 10) { Issue.record("\($0)") }
        try bench.robot.resume(playing: motion)
        person.join()
        try bench.robot.settle()
        bench.leave(after: nil)
        let seen = ticks.withLock { $0 }
        let stretches = Dictionary(
            grouping: seen.filter { (1..<300).contains($0.motionTick) }, by: \.motionTick)
        let held = stretches.values.max { $0.count < $1.count } ?? []
        #expect(held.count > 20, "the motion waits")
        #expect(held.last?.command.velocity.values.allSatisfy { $0 == 0 } == true)
        let end = try #require(seen.last { $0.motionTick > 0 })
        #expect(end.motionTick == 300 && abs(end.command.position[1] - target[1]) < 1e-6)
        #expect(bench.server.statistics.violations == 0)
    }

    @Test(
        "hone hold makes a played motion pause, and hone start lets it go on to its end",
        .byTheWallClock)
    func heldFromTheCommandLine() throws {
        let recorded = try SharedDemo.session()
        let project = try OwnProject()
        let scratch = project.scratch
        try project.allowBusyMachine()
        let played = FinishedSession(scratch.path("played"))
        let running = try HoneProgram.Running(
            [
                "replay", recorded.folder, "--robot", "demo-realtime", "--speed", "0.3", "--quiet",
                "--directory", played.folder,
            ], in: scratch.folder)
        func status() -> String {
            (try? HoneProgram.run(["status", played.folder]).output) ?? ""
        }
        try HoneProgram.wait(for: "the motion") {
            ((try? played.ticks) ?? []).contains { $0.origin?.driver == .replay }
        }
        #expect(try HoneProgram.run(["hold", played.folder]).code == 0)
        try HoneProgram.wait(for: "a hold") { status().hasPrefix("held") }
        SystemClock().sleep(for: .milliseconds(300))
        let started = try HoneProgram.run(["start", played.folder])
        #expect(started.code == 0, "\(started.errors)")
        let outcome = try running.finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try played.report
        #expect(report.holds >= 1 && report.stops == 0 && report.robotMinutes > 0)
        #expect(report.events.contains { $0.kind == .hold })
        let moved = try played.ticks.filter { $0.origin?.driver == .replay }
        let number = try #require(recorded.ticks.first { $0.origin?.driver == .operatorAction })
        let driven = try recorded.ticks.filter {
            $0.episode == number.episode && $0.origin?.driver == .operatorAction
        }
        let wanted = try #require(driven.last).commanded
        let reached = try #require(moved.last).commanded
        for axis in 0..<wanted.count { #expect(abs(wanted[axis] - reached[axis]) < 1e-6) }
        expectLeftAtRest(try played.robotsLastWord())
    }

    @Test("Another robot is refused with a diff, and a real one without --hardware")
    func refusals() throws {
        let session = try SharedDemo.session()
        let real = try run([session.folder, "--robot", "widowx-cup"])
        #expect(real.code == 64 && real.errors.contains("--hardware"))
        let other = try run([session.folder, "--robot", "metaworld-push", "--hardware"])
        #expect(other.code == 65 && other.errors.contains("robot: sim-widowx in the log"))
        let fast = try run([session.folder, "--robot", "demo", "--speed", "2"])
        #expect(fast.code == 64)
        let none = try run([session.folder, "--robot", "demo", "--episode", "999"])
        #expect(none.code == 65 && none.errors.contains("no episode 999"))
    }

    @Test("An interrupt ends a motion where it is", .byTheWallClock, arguments: [true, false])
    func interruptedMotion(isLockstep: Bool) throws {
        let bench = try RobotBench(isLockstep ? .lockstep : .realtime)
        let interrupt = bench.interrupt
        bench.robot.onTick = {
            if $0.motionTick >= 50, !interrupt.isRequested { interrupt.request() }
        }
        try bench.begin()
        var target = AxisVector(bench.description.axes.map(\.home))
        var setpoints = [target]
        for _ in 0..<2000 {
            target[1] += 0.00005
            setpoints.append(target)
        }
        try bench.robot.play(Motion(setpoints))
        try bench.robot.settle()
        let ticks = bench.robot.counters.ticks
        bench.leave(after: nil)
        #expect(ticks < 1000)
        #expect(bench.server.drive.isAtRest && bench.server.statistics.violations == 0)
    }
}
