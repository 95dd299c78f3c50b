import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Learning
@testable import Report
@testable import TestSupport

@Suite("Resume by the wall clock", .byTheWallClock)
struct RealtimeResumeTests {
    /// Of a version's file in `weights/`.
    private static func name(of version: UInt32) -> String {
        String(format: "%06d.safetensors", version)
    }

    /// Removes the newest weights that acted, and those behind them, as a loss of power may.
    ///
    /// - Returns: the name of the newest that acted; a number behind it may be used again.
    private func loseNewest(
        of session: FinishedSession, whichActed ticks: [TickRecord]
    ) throws -> String {
        let versions = ticks.compactMap { $0.origin?.policyVersion }
        let newest = try #require(versions.max())
        let lost = Self.name(of: newest)
        for name in try session.weights.keys where name >= lost {
            try Files.remove("\(session.folder)/weights/\(name)")
        }
        return lost
    }

    private static let amounts =
        TinySession.arguments
        + TinySession.sets([
            "session.evaluation_episodes=1", "session.robot_minutes=1",
            "session.max_online_episodes=3", "session.checkpoint_episodes=1",
            "task.max_episode_s=1", "session.demonstrations=1",
        ])

    /// Demonstrations in `data` and what was learned from them in `pretrained`.
    private func pretrain(in scratch: Scratch) throws {
        for arguments in [
            ["record", "demo", "--directory", scratch.path("data")]
                + TinySession.sets(["task.max_episode_s=16"]),
            [
                "pretrain", "demo", "--data", scratch.path("data"), "--directory",
                scratch.path("pretrained"),
            ],
        ] {
            let outcome = try HoneProgram.run(
                Array(arguments.prefix(2)) + ["--quiet"] + Self.amounts + arguments.dropFirst(2),
                in: scratch.folder)
            try #require(outcome.code == 0, "\(arguments[0]): \(outcome.errors)")
        }
    }

    /// A session that is killed after its second training episode.
    private func killWhileItFineTunes(in scratch: Scratch) throws -> FinishedSession {
        let session = FinishedSession(scratch.path("tuned"))
        let running = try HoneProgram.Running(
            [
                "finetune", "demo-realtime", "--quiet", "--weights", scratch.path("pretrained"),
                "--data", scratch.path("data"), "--directory", session.folder,
            ] + Self.amounts, in: scratch.folder)
        try HoneProgram.wait(for: "two training episodes") { session.episodesSoFar >= 2 }
        running.child.kill()
        _ = running.child.wait()
        return session
    }

    /// What a killed session's log holds once that of its rings is in it, read from a copy: the session is
    /// to do the same by itself.
    private func recoveredCopy(
        of session: FinishedSession, in scratch: Scratch
    ) throws -> FinishedSession {
        let copy = FinishedSession(scratch.path("copy"))
        try Files.makeDirectories(copy.folder)
        try FileManager.default.copyItem(
            atPath: session.folder + "/log", toPath: copy.folder + "/log")
        let rings = try LogRings.waiting(in: session.folder + "/log")
        #expect(!rings.isEmpty)
        for ring in rings {
            // The name leads to shared memory, of which the copy gets its own.
            let path = ring.replacingOccurrences(of: session.folder, with: copy.folder)
            let bytes = try Files.read(ring, limit: 1 << 30)
            try FileManager.default.removeItem(atPath: path)
            try Files.replace(path, with: bytes)
        }
        _ = try LogRings.recover(in: copy.folder + "/log")
        return copy
    }

    @Test("Killed while it fine-tunes, it comes back from rest and loses no episode it reported")
    func killed() throws {
        let project = try OwnProject()
        let scratch = project.scratch
        try project.allowBusyMachine()
        try pretrain(in: scratch)
        let session = try killWhileItFineTunes(in: scratch)
        // No checkpoint was written, and what was learned is there for another session, too.
        let learned = try NewestLearner.read(session.folder).file
        #expect(learned.hasSuffix("/learner.safetensors"), "\(learned)")
        let copy = try recoveredCopy(of: session, in: scratch)
        let (before, ticks) = (try copy.log.episodes, try copy.ticks)
        #expect(before.count { $0.purpose == .training && $0.outcome != .aborted } >= 2)
        let weights = try session.weights
        let lost = try loseNewest(of: session, whichActed: ticks)
        let point = try #require(try ResumePoint.newest(in: session.folder + "/checkpoints"))

        let outcome = try HoneProgram.run(
            ["finetune", "--quiet", "--resume", session.folder], in: scratch.folder)
        try #require(outcome.code == 0, "\(outcome.errors)")
        try expectLog(of: session, goesOnFrom: before, ticks)
        try expectReport(of: session)
        try expectWeights(of: session, are: weights, exceptFrom: lost, point)
        // From rest at the measured pose, through the guardian, within every limit of the robot's own.
        // The number of the part that it wrote: what the rings kept may have become one of its own.
        let part = try #require(try SessionLog.parts(in: session.folder + "/log").last?.part)
        expectLeftAtRest(try session.robotsLastWord("bridge-\(part)"))
    }

    /// The resumed session's log begins with all that was before, and has every episode once.
    private func expectLog(
        of session: FinishedSession, goesOnFrom before: [Episode], _ ticks: [TickRecord]
    ) throws {
        let (episodes, log) = try session.log
        #expect(Array(episodes.prefix(before.count)) == before, "nothing is lived once more")
        #expect(try Array(session.ticks.prefix(ticks.count)) == ticks, "no tick is lost")
        #expect(try LogRings.waiting(in: session.folder + "/log").isEmpty)
        #expect(episodes.map(\.number) == episodes.map(\.number).sorted())
        #expect(Set(episodes.map(\.number)).count == episodes.count)
        #expect(!log.issues.contains { if case .damaged = $0 { true } else { false } })
    }

    /// Its report counts what is in the log, of both processes.
    private func expectReport(of session: FinishedSession) throws {
        let report = try session.report
        let training = try session.log.episodes.filter {
            $0.purpose == .training && $0.outcome != .aborted
        }
        #expect(training.count == 3 && report.episodesTrained == 3)
        #expect(report.episodes.map(\.episode) == [1, 2, 3])
        #expect(report.episodes.map(\.length) == training.map(\.transitions.count))
        #expect(report.transitions == training.reduce(0) { $0 + $1.transitions.count })
        #expect(report.ended == "completed" && report.resumes?.count == 1)
        #expect(report.successBefore?.episodes == 1 && report.successAfter?.episodes == 1)
        #expect(report.stops == 0)
        // What happened before it was killed is told with the rest, once.
        try session.expectReportCountsTheLog()
        let told = try session.metrics.split(separator: "\n")
            .count { $0.contains("\"event\":\"event\"") }
        #expect(report.events.count == told)
    }

    /// A number of weights never means two of them, also where the first ones were lost.
    private func expectWeights(
        of session: FinishedSession, are weights: [String: Data], exceptFrom lost: String,
        _ point: ResumePoint
    ) throws {
        let after = try session.weights
        for (name, bytes) in weights where !Files.isAside(name) && name <= lost {
            let isGone = name == lost && after[name] == nil
            #expect(isGone || after[name] == bytes, "\(name)")
        }
        // The point has those that act next: they were written again.
        let published = Self.name(of: point.manifest.trainer.publishedVersion)
        if let bytes = weights[published] { #expect(after[published] == bytes, "\(published)") }
    }
}
