import Embodiment
import Experience
import Foundation
import Learning
import Models
import Recipe
import Testing

/// The whole algorithm on a task small enough for a test.
///
/// Seeds are arguments; `HONE_TRIAL_SEEDS=0,1,2` runs others and prints what happens.
@Suite("Improvement")
struct ImprovementTests {
    static let seeds: [UInt64] = {
        guard let text = ProcessInfo.processInfo.environment["HONE_TRIAL_SEEDS"] else {
            return [0, 1, 2]
        }
        return text.split(separator: ",").compactMap { UInt64($0) }
    }()

    static func settings() -> AlgorithmSettings {
        // Every value is named here, so that tuning a preset does not change the test.
        var settings = AlgorithmSettings()
        settings.policy = .diffusion(DiffusionSettings(hidden: 64, blocks: 2, timeDimension: 32))
        settings.critic.sharedHead = false
        settings.critic.returnLowerBound = true
        settings.critic.tau = 0.02
        settings.optimisation.stepSize = 1e-3
        settings.optimisation.distillTemperature = 1
        settings.normaliseObservations = true
        settings.policyTraining.batchSize = 64
        settings.policyTraining.warmup = 50
        settings.policyTraining.imitationLearningRate = 1e-3
        settings.policyTraining.learningRate = 3e-4
        settings.policyTraining.ema = 0.01
        settings.critic.hidden = 64
        settings.critic.ensembleSize = 3
        settings.critic.bins = 32
        settings.critic.batchSize = 64
        settings.critic.discount = 0.98
        settings.critic.qMin = -50
        settings.optimisation.baseActions = 4
        settings.optimisation.keptActions = 2
        settings.optimisation.steps = 1
        settings.schedule.imitationUpdates = 1500
        settings.schedule.offlineCriticUpdates = 400
        settings.schedule.candidateCacheAge = 300
        settings.schedule.basePolicyUTD = 0.5
        settings.schedule.criticUTD = 4
        settings.schedule.mixingRatio = 0.1
        return settings
    }

    @Test(
        "Fine-tuning turns an imitated policy that often fails into one that rarely does",
        arguments: seeds)
    func improvement(seed: UInt64) {
        let settings = Self.settings()
        let session = PointSession(settings: settings, seed: seed, workers: 2)
        defer { session.learner.stop() }
        _ = session.demonstrate(20)
        let losses = session.imitate()
        #expect(losses.suffix(50).reduce(0, +) / 50 < losses[0] / 4, "seed \(seed)")
        let before = session.evaluate(200, mode: .policy)
        session.learner.beginOffline()
        for _ in 0..<settings.schedule.offlineCriticUpdates {
            _ = session.learner.criticUpdate(offline: session.offline, online: nil)
        }
        let offline = session.evaluate(200, mode: .guided)
        session.finetune(episodes: 80)
        let after = session.evaluate(200, mode: .guided)
        let alone = session.evaluate(200, mode: .policy)
        print("seed \(seed): policy \(before), guided \(offline), then \(after), alone \(alone)")
        #expect(before > 0.2 && before < 0.8, "seed \(seed): \(before) is no start to improve from")
        // Seeds 0 to 2 gained 0.42, 0.25 and 0.37; other kernels round differently.
        #expect(after > before + 0.05, "seed \(seed): \(before) to \(after)")
        #expect(alone > before - 0.1, "seed \(seed): distillation spoilt the policy, \(alone)")
    }
}
