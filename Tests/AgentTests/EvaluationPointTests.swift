import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Report
@testable import TestSupport

/// Evaluations on the way through fine-tuning.
@Suite("Evaluation points")
struct EvaluationPointTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let settings = TinySession.sets([
        "session.robot_minutes=1.1", "session.max_online_episodes=20",
        "training.num_warmup_trajectories=2", "session.checkpoint_episodes=1",
    ])
    private static let points = TinySession.sets([
        "session.evaluate_every_minutes=0.4", "session.curve_episodes=2",
    ])

    /// Those that several tests look at, each run once; gone when the tests end.
    private enum Shared {
        static let scratch = Result { try Scratch() }
        static let without = Result { try run(in: scratch.get(), "without", []) }
        static let with = Result { try run(in: scratch.get(), "with", points) }
        static let removal: Int32 = atexit {
            if let scratch = try? Shared.scratch.get() { scratch.remove() }
        }
    }

    private static func begin(
        in scratch: Scratch, _ name: String, _ more: [String]
    ) -> (FinishedSession, [String]) {
        let session = FinishedSession(scratch.path(name))
        let words = ["demo", "--quiet", "--seed", "3", "--directory", session.folder]
        return (session, words + TinySession.arguments + settings + more)
    }

    private static func run(
        in scratch: Scratch, _ name: String, _ more: [String]
    ) throws -> FinishedSession {
        _ = Shared.removal
        let (session, words) = begin(in: scratch, name, more)
        let outcome = try HoneProgram.run(words)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return session
    }

    private func training(_ session: FinishedSession) throws -> [Episode] {
        try session.log.episodes.filter { $0.purpose == .training }
    }

    @Test(
        "In lockstep a session learns the same with them and without, at either boundary of a swap",
        arguments: ["episode", "step"])
    func learnsTheSame(boundary: String) throws {
        // In lockstep weights change between episodes alone, wherever they may begin to act.
        let without = try Shared.without.get()
        let swap = TinySession.sets(["session.swap_at=step"])
        let with =
            boundary == "episode"
            ? try Shared.with.get() : try Self.run(in: scratch, "step", swap + Self.points)
        #expect(try training(with) == training(without))
        #expect(try with.weights == without.weights)
        #expect(try with.last("checkpoints") == without.last("checkpoints"))
        let (report, plain) = (try with.report, try without.report)
        #expect(report.episodes == plain.episodes && report.episodes.count > 3)
        #expect(report.updates == plain.updates && report.robotMinutes == plain.robotMinutes)
        // The evaluation after them is decided with the same random numbers, too.
        #expect(report.evaluations == plain.evaluations && plain.curve == nil)
        let curve = try #require(report.curve)
        #expect(curve.map(\.robotMinutes) == [0, 0.4, 0.8, report.robotMinutes])
        #expect(curve.map(\.episodes) == [2, 2, 2, 2])
        #expect(curve.last?.successes == report.successAfter?.successes)
        try with.expectReportCountsTheLog()
        let html = try String(contentsOfFile: with.folder + "/report.html", encoding: .utf8)
        #expect(html.contains("Success over robot time") && html.contains("90 % success at"))
        #expect(try #require(report.learnerSeconds) > 0)
        // Every decision of theirs is one that can be recomputed.
        let check = try HoneProgram.run(["replay", with.folder, "--verify"])
        #expect(check.code == 0, "\(check.errors)")
    }

    @Test("Points begin from the same start states and decide with the same random numbers")
    func sameStarts() throws {
        let session = try Shared.with.get()
        let episodes = try session.log.episodes.filter { $0.purpose == .evaluation }
        let seeds = episodes.map(\.seed)
        try #require(seeds.count == 8)
        #expect(Set(seeds[..<2]).count == 2)
        for first in [2, 4, 6] { #expect(seeds[first...].prefix(2) == seeds[..<2]) }
        #expect(
            episodes.map(\.number).dropFirst(2).prefix(4)
                == (0..<4 as Range<UInt32>).map { CurveTally.firstEpisode + $0 }[...])
        let numbers = episodes.flatMap(\.transitions).compactMap { $0.decision?.number }
        #expect(Set(numbers).count == numbers.count)
        let first = episodes[2..<6].compactMap { $0.transitions.first?.decision?.number }
        #expect(
            first
                == (1...2 as ClosedRange<Int>).flatMap { point in
                    (0..<2).map { CurveTally.firstDecision(point: point, index: $0) }
                })
    }

    @Test("Killed at any moment of them, it continues as if it had not been")
    func killed() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = UniformNumbers(state: seed)
        let reference = try Shared.with.get()
        let seconds = try reference.report.wallSeconds
        let (session, words) = Self.begin(in: scratch, "killed", Self.points)
        for kill in 0..<3 {
            let isThere = Files.exists(session.folder + "/session.json")
            let running = try HoneProgram.Running(
                isThere ? ["demo", "--quiet", "--resume", session.folder] : words)
            if kill == 0 {
                try HoneProgram.wait(for: "the first point") {
                    ((try? session.metrics) ?? "").contains("\"0.4 min\"")
                }
            }
            if running.child.wait(timeout: .seconds(random.next() * seconds / 3)) != nil { break }
            running.child.kill()
            _ = running.child.wait()
        }
        if (try? session.report.ended) != "completed" {
            let outcome = try HoneProgram.run(["demo", "--quiet", "--resume", session.folder])
            try #require(outcome.code == 0, "seed \(seed): \(outcome.errors)")
        }
        try KilledSession.expectEqual(session, reference, "seed \(seed)")
    }

    @Test("What a point is cut off in continues from the log, and counts as no robot time")
    func continued() throws {
        let session = try Session.own(
            scratch.path("session"), .finetune,
            settings: ["session.evaluate_every_minutes=10", "session.curve_episodes=4"])
        try session.logbook.enter(.stage("fine-tuning"))
        try session.live(0, .training)
        let before = session.tally
        try session.logbook.enter(.pointBegan(1))
        let first = CurveTally.firstEpisode
        try session.live(first, .evaluation)
        try session.live(first + 1, .evaluation, outcome: .failure)
        // Killed in the third.
        try session.live(first + 2, .evaluation, outcome: nil)
        try session.logbook.enter(.resumed("resumed"))
        #expect(session.tally.curve.open == 1 && session.tally.evaluation.done == 2)
        #expect(session.tally.curve.nextEpisode == first + 3)
        try session.live(first + 3, .evaluation)
        try session.live(first + 4, .evaluation)
        try session.logbook.enter(.pointEnded(1))
        #expect(session.tally.curve.open == nil && session.tally.curve.last == 1)
        #expect(session.tally.evaluation == EvaluationTally())
        #expect(session.tally.robotSeconds == before.robotSeconds)
        #expect(session.tally.decisionNumber == before.decisionNumber)
        #expect(session.tally.episodeNumber == before.episodeNumber)
        let curve = session.reportSoFar.curve
        #expect(curve == [CurvePoint(robotMinutes: 10, successes: 3, episodes: 4)])
        try session.letGo()
    }

    @Test("Weights that are published meanwhile wait, and act in the training episode after it")
    func frozen() throws {
        let session = try Session.own(
            scratch.path("session"), .finetune,
            settings: [
                "session.evaluate_every_minutes=0.0001", "session.curve_episodes=3",
                "session.robot_minutes=0.05",
                "session.swap_at=step",
            ])
        session.trainer.publish()
        session.acting.loadNewest()
        let robot = ScriptedRobot(session.launch.robot)
        let runner = session.runner(on: robot)
        let acting = session.acting
        runner.policy.beforeDecision = { acting.loadNewest() }
        let loop = EpisodeLoop(session: session, runner: runner)
        try session.logbook.enter(.stage("fine-tuning"))
        try session.live(0, .training)
        var versions: [UInt32] = []
        runner.onScene = { () throws(RobotError) in
            session.trainer.publish()
            versions.append(acting.version)
        }
        // Robot time, by the wall clock.
        try session.logbook.enter(.motionBegan("home"))
        SystemClock().sleep(for: .milliseconds(10))
        try session.logbook.enter(.motionEnded("home"))
        #expect(try EvaluationPoint(loop: loop).evaluateIfDue())
        #expect(versions == [1, 1, 1] && acting.version == 1)
        #expect(try !EvaluationPoint(loop: loop).evaluateIfDue())
        _ = try loop.run(purpose: .training, index: 2, driver: .imitation)
        #expect(acting.version > 1)
        try session.letGo()
    }
}
