import Embodiment
import Experience
import Foundation
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

@Suite("A session by the wall clock", .byTheWallClock)
struct RealtimeSessionTests {
    @Test("It fine-tunes with hot swaps while the learner has more to do than it can")
    func finetune() throws {
        let project = try OwnProject()
        let scratch = project.scratch
        try project.allowBusyMachine()
        // The preset's networks: each update costs milliseconds, and twenty are owed per step.
        let amounts =
            TinySession.amounts
            + TinySession.sets([
                "training.critic_utd=20", "session.evaluation_episodes=1",
                "session.robot_minutes=0.2", "session.max_online_episodes=2",
                "task.max_episode_s=2", "session.demonstrations=1",
                // Due after the first of the two training episodes.
                "session.evaluate_every_minutes=0.01", "session.curve_episodes=1",
            ])
        for arguments in [
            [
                "record", "demo", "--directory", scratch.path("data"), "--set",
                "task.max_episode_s=16",
            ],
            [
                "pretrain", "demo", "--data", scratch.path("data"), "--directory",
                scratch.path("pretrained"),
            ],
            [
                "finetune", "demo-realtime", "--weights", scratch.path("pretrained"), "--data",
                scratch.path("data"), "--directory", scratch.path("tuned"),
            ],
        ] {
            let outcome = try HoneProgram.run(
                Array(arguments.prefix(2)) + ["--quiet"] + amounts + arguments.dropFirst(2),
                in: scratch.folder)
            try #require(outcome.code == 0, "\(arguments[0]): \(outcome.errors)")
        }
        let session = FinishedSession(scratch.path("tuned"))
        let report = try session.report
        #expect(report.schedule == "realtime" && report.ended == "completed")
        #expect(report.stops == 0)
        #expect(report.ticks > 300)
        try session.expectReportCountsTheLog()
        let realtime = try #require(report.realtime)
        #expect(["RT0", "RT1", "RT2"].contains(realtime.level) && realtime.speedShare == 1)
        // Memory that cannot be locked may have to be brought in.
        if realtime.summary.contains("memory locked") {
            #expect(realtime.minorFaults == 0 && realtime.majorFaults == 0)
        }
        #expect(try session.metrics.contains("\"event\":\"ticks\""))
        #expect(report.swaps >= 2)
        #expect(report.episodesTrained >= 1)
        // A busy machine may leave some of the 20 a step undone when the minute for them is over.
        #expect(report.criticUpdates > 0 && report.criticUpdates <= report.transitions * 20)
        let curve = try #require(report.curve)
        #expect(curve.map(\.episodes) == [1, 1, 1], "\(curve)")
        #expect(try #require(report.learnerSeconds) > 0)
        let (episodes, log) = try session.log
        #expect(log.isClean, "\(log.issues)")
        #expect(
            episodes.count { $0.purpose == .training && $0.outcome != .aborted }
                == report.episodesTrained)
        expectLeftAtRest(try session.robotsLastWord())

        // Weights were swapped between steps, and each decision is still to be made again.
        let driven = try session.ticks.filter { $0.origin?.decision != nil }
        #expect(driven.count > 300)
        #expect(driven.contains { $0.observationAgeNanoseconds > 0 && $0.acknowledged > 0 })
        let verified = try HoneProgram.run(
            ["replay", session.folder, "--verify", "--quiet"], in: scratch.folder)
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
    }
}
