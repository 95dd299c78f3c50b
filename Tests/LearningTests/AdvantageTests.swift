import Embodiment
import Experience
import Models
import Neural
import Recipe
import Testing

@testable import Learning

/// A policy that learns from what was executed, the more the better it was.
@Suite("Weights by advantage")
struct AdvantageTests {
    @Test("Advantages weigh e^{clip(A / T, ±3)}, mean 1")
    func weights() {
        // Of temperature 0.5, by hand: e^−1, e^0.6, and e^3 and e^−3 where it is clipped.
        var rows: [Float] = [-0.5, 0.3, 2, -40]
        rows.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            Learner.weigh(base, count: rows.count, temperature: 0.5)
        }
        let mean = (0.3678794 + 1.8221188 + 20.0855369 + 0.0497871) / 4
        for (row, expected) in zip(rows, [0.3678794, 1.8221188, 20.0855369, 0.0497871]) {
            #expect(abs(Double(row) - expected / mean) < 1e-5 * expected)
        }
    }

    /// Steps at one and the same place: what went up succeeded, what went down did not.
    private func choices(_ settings: AlgorithmSettings) -> ReplayStore {
        let store = ReplayStore(
            observationCount: 1, actionCount: 1, capacity: 1000,
            discount: Float(settings.critic.discount),
            failedToFloor: settings.schedule.failedToFloor)
        for number in 0..<40 {
            let isGood = number % 4 == 0
            let action = Action([isGood ? 0.5 : -0.5])
            store.admit(
                Episode(
                    number: UInt32(number), seed: 1, purpose: .training,
                    outcome: isGood ? .success : .failure,
                    transitions: [
                        Transition(
                            episode: UInt32(number), step: 0, source: .policy, policyVersion: 0,
                            observation: Observation([0.2]), proposed: action, executed: action,
                            reward: isGood ? 0 : -1, isTerminal: isGood,
                            nextObservation: Observation([0.2]))
                    ]))
        }
        return store
    }

    /// The policy's mode after some updates towards what was executed, and candidate sets that those drew.
    private func learned(isWeighed: Bool) -> (action: Double, refreshed: Float) {
        var settings = LearnerTests.small()
        settings.critic.loss = .iql
        settings.critic.learningRate = 3e-3
        settings.critic.tau = 0.1
        settings.normaliseObservations = false
        settings.policy = .gaussian(GaussianSettings(hidden: 16))
        settings.policyTraining.supervision = .advantages
        settings.policyTraining.learningRate = 1e-2
        settings.policyTraining.imitationLearningRate = 1e-2
        settings.policyTraining.ema = 0.1
        settings.policyTraining.warmup = 0
        settings.schedule.imitationUpdates = 1000
        let learner = Learner(
            observationCount: 1, actionCount: 1, settings: settings, seed: 4, workers: 1)
        let store = choices(settings)
        for _ in 0..<60 { _ = learner.criticUpdate(offline: store, online: nil) }
        var refreshed: Float = 0
        for _ in 0..<200 {
            if isWeighed {
                refreshed += learner.policyUpdate(offline: store, online: nil).refreshed
            } else {
                _ = learner.imitationUpdate(offline: store)
            }
        }
        var snapshot = [Float](repeating: 0, count: learner.snapshotCount)
        snapshot.withUnsafeMutableBufferPointer { learner.writeSnapshot(into: $0) }
        let actor = Actor(observationCount: 1, actionCount: 1, settings: settings)
        snapshot.withUnsafeBufferPointer { actor.load($0) }
        let action = actor.act(
            on: Observation([0.2]), mode: .noiseless, key: RandomKey(seed: 4, stream: 9, step: 0))
        return (action[0], refreshed)
    }

    @Test("Of good and bad actions in one state it learns the good ones, and asks for no candidate")
    func learnsTheGood() {
        let (action, refreshed) = learned(isWeighed: true)
        #expect(action > 0.4, "\(action)")
        #expect(refreshed == 0)
        // Three of four were bad: what imitates them all goes their way.
        #expect(learned(isWeighed: false).action < 0)
    }
}
