import Embodiment
import Experience
import Models
import Neural
import Recipe
import Testing

@testable import Learning

/// The edit policy inside the learner: when it learns, what it keeps, what a checkpoint and a snapshot make of it.
@Suite("Edit policy in the learner")
struct EditLearningTests {
    private func session(
        _ settings: AlgorithmSettings = LearnerTests.editing(), seed: UInt64 = 3
    ) -> PointSession {
        let session = PointSession(settings: settings, seed: seed)
        _ = session.demonstrate(6)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        session.publish()
        for number in 0..<3 {
            session.online.admit(session.episode(number, purpose: .training, mode: .exploring))
        }
        return session
    }

    private func weights(_ learner: Learner) -> [Float] {
        var snapshot = [Float](repeating: 0, count: learner.snapshotCount)
        snapshot.withUnsafeMutableBufferPointer { learner.writeSnapshot(into: $0) }
        return Array(snapshot[learner.snapshotLayout.edit])
    }

    @Test("It learns one update in so many of the critic, from its first episode on, online only")
    func due() {
        var settings = LearnerTests.editing()
        settings.optimisation.edit.startEpisode = 4
        let session = session(settings)
        let learner = session.learner
        let fresh = weights(learner)
        #expect(!fresh.isEmpty)
        for _ in 0..<4 {
            #expect(learner.criticUpdate(offline: session.offline, online: nil).edit == nil)
            let metrics = learner.criticUpdate(offline: session.offline, online: session.online)
            #expect(metrics.edit == nil)
        }
        #expect(weights(learner) == fresh)
        session.online.admit(session.episode(3, purpose: .training, mode: .exploring))
        let made = (0..<4).map { _ in
            learner.criticUpdate(offline: session.offline, online: session.online).edit
        }
        #expect(made.map { $0 != nil } == [false, true, false, true])
        #expect(weights(learner) != fresh)
        for case let metrics? in made {
            #expect(metrics.loss.isFinite && metrics.deviation > 0 && metrics.alpha > 0)
        }
    }

    @Test("A checkpoint brings it back to the bit, and what follows is the same")
    func checkpoint() throws {
        let (one, two) = (session(), session(seed: 3))
        func work(_ session: PointSession) -> [Float] {
            (0..<4).map { _ in
                session.learner.criticUpdate(offline: session.offline, online: session.online)
                    .edit?.loss ?? 0
            }
        }
        _ = work(one)
        let saved = one.learner.checkpoint()
        let candidates = one.learner.candidateCheckpoint(offline: one.offline, online: one.online)
        try two.learner.restore(saved)
        try two.learner.restoreCandidates(candidates, offline: two.offline, online: two.online)
        #expect(two.learner.checkpoint() == saved)
        #expect(weights(one.learner) == weights(two.learner))
        let (left, right) = (work(one), work(two))
        #expect(left == right && left.contains { $0 != 0 })
        #expect(one.learner.checkpoint() == two.learner.checkpoint())
    }

    @Test(
        "A snapshot names its tensors, and weights of a session without edits are refused by name")
    func snapshot() {
        let layout = session().learner.snapshotLayout
        #expect(layout.layout.tensor("edit.mean.weight")?.shape == [32, 2])
        #expect(
            layout.edit.upperBound == layout.count
                && layout.networks.contains(layout.edit.lowerBound))
        let plain = PointSession(settings: LearnerTests.small(), seed: 3)
        #expect(plain.learner.snapshotLayout.edit.isEmpty)
        #expect(throws: LearningError.self) {
            try session().learner.restore(plain.learner.checkpoint())
        }
    }
}
