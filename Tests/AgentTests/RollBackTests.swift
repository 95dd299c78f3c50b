import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Models
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Report
@testable import TestSupport

/// Weights that the guardian has to hold again and again are not what training goes on with.
@Suite("Roll-back of the weights that act", .byTheWallClock)
struct RollBackTests {
    private let scratch: Scratch
    private let session: Session

    init() throws {
        scratch = try Scratch()
        let request = SessionRequest(
            launch: "demo-realtime", overrides: [], directory: scratch.path("session"),
            json: false, quiet: true)
        let project = try ProjectLocation.find()
        session = try Session(
            request: request, launch: LaunchFile.read("demo-realtime", in: project),
            project: project)
    }

    private func close() throws {
        session.operatorServer.finish()
        session.trainer.learner.stop()
        try session.recorder.close()
    }

    /// What the trainer does with weights that passed its gate, every number of them scaled.
    private func publish(version: UInt32, scale: Float) throws {
        let learner = session.trainer.learner
        let weights = UnsafeMutableBufferPointer<Float>.allocate(capacity: learner.snapshotCount)
        defer { weights.deallocate() }
        learner.writeSnapshot(into: weights)
        for index in learner.snapshotLayout.policy { weights[index] *= scale }
        try VersionFolder(session.directory.weights.path).write(
            UnsafeBufferPointer(weights), layout: learner.snapshotLayout.layout, version: version)
        session.trainer.slot.publish(version: version) { _ = $0.update(fromContentsOf: weights) }
        session.acting.loadNewest()
    }

    private func decide() -> Decision {
        let policy = session.acting.policy
        return policy.decide(
            Observation(count: session.launch.robot.observation.count), mode: .guided,
            key: Actor.key(seed: session.launch.seed, decision: 7))
    }

    private func hold(_ cause: StopCause, in purpose: EpisodePurpose) throws {
        let start = EpisodeStart(number: 0, seed: 0, purpose: purpose)
        try session.logbook.enter(.episodeStart(start), at: session.pace.clock.now)
        var verdict = SafetyVerdict()
        verdict.cause = cause
        session.answerHold(verdict)
    }

    @Test(
        "Training goes on with the version before until there is a newer one",
        arguments: [StopCause.clampShare, .chatter])
    func training(cause: StopCause) throws {
        try publish(version: 1, scale: 1)
        let first = decide()
        try publish(version: 2, scale: 0.5)
        let second = decide()
        #expect(second.version == 2 && second.action != first.action)

        try hold(cause, in: .training)
        #expect(decide().version == 1 && decide().action == first.action)
        session.acting.loadNewest()
        #expect(decide().version == 1)
        // Nothing older acted: one version is all that it goes back.
        try hold(cause, in: .training)
        #expect(decide().version == 1)
        #expect(session.tally.rollbacks == 1)

        try publish(version: 3, scale: 2)
        #expect(decide().version == 3)
        try hold(cause, in: .training)
        #expect(decide().version == 1 && decide().action == first.action)
        try close()
    }

    @Test("An evaluation, and a hold for anything else, leave the weights alone")
    func others() throws {
        try publish(version: 1, scale: 1)
        try publish(version: 2, scale: 0.5)
        try hold(.clampShare, in: .evaluation)
        try hold(.clampShare, in: .demonstration)
        try hold(.observationLate, in: .training)
        #expect(decide().version == 2 && session.tally.rollbacks == 0)
        try close()
    }

    @Test("Where the version before is not on the disk, the present one acts on and that is told")
    func missing() throws {
        try publish(version: 1, scale: 1)
        try publish(version: 2, scale: 0.5)
        let second = decide()
        try Files.remove("\(session.directory.weights.path)/000001.safetensors")
        try hold(.clampShare, in: .training)
        #expect(decide().version == 2 && decide().action == second.action)
        #expect(session.tally.rollbacks == 0)
        var report = session.report
        session.journal.fill(&report)
        #expect(
            report.events.contains {
                $0.kind == .note && $0.cause.contains("could not be rolled back")
            })
        try close()
    }
}
