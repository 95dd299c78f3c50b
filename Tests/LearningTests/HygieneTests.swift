import Embodiment
import Experience
import Models
import Neural
import Recipe
import Testing

@testable import Learning

/// The settings beside the optimiser: what they change, and that they change nothing else.
@Suite("Critic hygiene")
struct HygieneTests {
    private func session(_ settings: AlgorithmSettings, seed: UInt64 = 3) -> PointSession {
        let session = PointSession(settings: settings, seed: seed)
        _ = session.demonstrate(6)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        session.publish()
        return session
    }

    private func live(_ session: PointSession, _ episodes: Int, outcome: EpisodeOutcome? = nil) {
        for number in 0..<episodes {
            var episode = session.episode(number, purpose: .training, mode: .guided)
            if let outcome { episode.outcome = outcome }
            session.online.admit(episode)
        }
    }

    private func part(_ session: PointSession, _ range: Range<Int>) -> [Float] {
        var snapshot = [Float](repeating: 0, count: session.learner.snapshotCount)
        snapshot.withUnsafeMutableBufferPointer { session.learner.writeSnapshot(into: $0) }
        return Array(snapshot[range])
    }

    @Test("Distinct members are, and every set of them comes as often as any other")
    func distinctMembers() {
        var settings = LearnerTests.small().critic
        settings.ensembleSize = 4
        settings.isSubsampleDistinct = true
        let critic = CriticEnsemble(observationCount: 2, actionCount: 1, settings: settings)
        let loss = CalQL(critic: critic, settings: settings, policyCount: 1)
        var counts: [Set<Int>: Int] = [:]
        for update in 0..<3000 {
            let key = RandomKey(seed: 5, stream: 3, step: UInt64(update))
            let members = Set((0..<2).map { loss.member($0, key: key) })
            #expect(members.count == 2 && members.allSatisfy { (0..<4).contains($0) })
            counts[members, default: 0] += 1
        }
        // 3,000 draws of one pair in six: four deviations are 82.
        #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 500) < 82 }, "\(counts)")
    }

    @Test("The conservative term ends where the robot's own experience begins")
    func endOfConservatism() {
        var settings = LearnerTests.small()
        settings.critic.endsConservatism = true
        settings.critic.cqlAlpha = 5
        let ending = session(settings)
        settings.critic.endsConservatism = false
        let lasting = session(settings)
        settings.critic.cqlAlpha = 0
        let never = session(settings)
        func offline(_ session: PointSession) -> CriticMetrics {
            session.learner.criticUpdate(offline: session.offline, online: nil)
        }
        #expect(offline(ending) == offline(lasting) && offline(ending).cqlLoss != 0)
        func online(_ session: PointSession) -> CriticMetrics {
            session.learner.criticUpdate(offline: session.offline, online: session.online)
        }
        for session in [ending, lasting, never] { live(session, 2) }
        _ = offline(lasting)
        let (ended, lasted) = (online(ending), online(lasting))
        #expect(ended.cqlLoss == 0 && lasted.cqlLoss != 0)
        #expect(ended.tdLoss > 0 && ended.qPolicy == 0)
        // One without the term at all is the same update, up to the rounding of other blocks of rows.
        let fresh = session(
            {
                var settings = LearnerTests.small()
                settings.critic.endsConservatism = true
                return settings
            }())
        live(fresh, 2)
        let range = never.learner.snapshotLayout.critic
        #expect(abs(online(fresh).tdLoss - online(never).tdLoss) < 1e-4)
        for (a, b) in zip(part(fresh, range), part(never, range)) { #expect(abs(a - b) < 1e-3) }
    }

    @Test(
        "Candidates grow with the training episodes, and an actor weighs as many as its weights say"
    )
    func growth() {
        var settings = LearnerTests.small()
        settings.optimisation.growsCandidates = true
        let session = session(settings)
        #expect(session.actor.candidateCount == 4)
        let episode = session.episode(0, purpose: .training, mode: .guided)
        func update() {
            _ = session.learner.policyUpdate(offline: session.offline, online: session.online)
            _ = session.learner.criticUpdate(offline: session.offline, online: session.online)
            session.publish()
        }
        for (episodes, count) in [(299, 4), (1, 8), (699, 8), (1, 16)] {
            for _ in 0..<episodes { session.online.admit(episode) }
            update()
            #expect(session.actor.candidateCount == count)
            _ = session.episode(1, purpose: .training, mode: .exploring)
        }
        #expect(settings.optimisation.candidateCount == 16)
    }

    @Test("What was cached of other numbers of candidates is forgotten, and what is kept is finite")
    func growthOfCache() throws {
        var settings = LearnerTests.small()
        settings.optimisation.growsCandidates = true
        settings.schedule.candidateCacheAge = 1000
        let session = session(settings)
        live(session, 2)
        let learner = session.learner
        func update() -> CriticMetrics {
            learner.criticUpdate(offline: session.offline, online: session.online)
        }
        for _ in 0..<5 { _ = update() }
        #expect(update().refreshed < 1)
        let episode = session.episode(0, purpose: .training, mode: .guided)
        for _ in 0..<300 { session.online.admit(episode) }
        _ = update()
        let kept = learner.candidateCheckpoint(offline: session.offline, online: session.online)
        try learner.restoreCandidates(kept, offline: session.offline, online: session.online)
        #expect(
            learner.candidateCheckpoint(offline: session.offline, online: session.online) == kept)
    }

    @Test("A zero-noise candidate is the policy's mode, whatever the key")
    func zeroNoise() {
        var settings = LearnerTests.small()
        // Of a diffusion policy that has learned nothing every candidate is in the same corner.
        settings.policy = .gaussian(GaussianSettings(hidden: 32))
        settings.optimisation.optimiser = .none
        settings.optimisation.zeroNoiseCandidate = true
        let session = session(settings)
        let observation = Observation([-0.8, 0.2, 1.6, 0.1])
        func act(_ mode: ActingMode, _ step: UInt64) -> Action {
            session.actor.act(
                on: observation, mode: mode, key: RandomKey(seed: 1, stream: 2, step: step))
        }
        #expect(act(.guided, 1) == act(.noiseless, 2))
        #expect(act(.policy, 1) != act(.policy, 2) && act(.policy, 1) != act(.noiseless, 1))
        settings.optimisation.optimiser = .random
        let drawn = self.session(settings)
        let mode = drawn.actor.act(
            on: observation, mode: .noiseless, key: RandomKey(seed: 1, stream: 2, step: 0))
        var zeros = 0
        for step in 0..<300 {
            let action = drawn.actor.act(
                on: observation, mode: .guided,
                key: RandomKey(seed: 1, stream: 2, step: UInt64(step)))
            let isZero = (0..<2).allSatisfy { abs(action[$0] - mode[$0]) < 1e-6 }
            #expect((drawn.actor.lastChoice.zero == 1) == isZero)
            if isZero { zeros += 1 }
        }
        // One in six of 300: four deviations are 26.
        #expect(abs(zeros - 50) < 26, "\(zeros)")
    }

    @Test("Imitation of successes waits for enough of them, and learns from their rows alone")
    func successes() {
        var settings = LearnerTests.small()
        settings.policyTraining.supervision = .successes
        settings.policyTraining.leastSuccesses = 3
        settings.policyTraining.warmup = 0
        settings.schedule.mixingRatio = 0
        let session = session(settings)
        let range = session.learner.snapshotLayout.policy
        let fresh = part(session, range)
        func update() -> Float {
            session.learner.policyUpdate(offline: session.offline, online: session.online).loss
        }
        live(session, 2, outcome: .success)
        live(session, 3, outcome: .failure)
        for _ in 0..<3 { #expect(update() == 0) }
        #expect(part(session, range) == fresh)
        live(session, 1, outcome: .success)
        #expect(update() > 0)
        #expect(part(session, range) != fresh)
        let rows = (0..<session.online.count).map { session.online.isOfSuccess(row: $0) }
        #expect(rows.contains(true) && rows.contains(false))
    }
}
