import Testing

@testable import Recipe

@Suite("Presets")
struct PresetTests {
    @Test("The paper preset is the published one, to the constant")
    func paper() {
        let paper = AlgorithmSettings.paper
        #expect(paper.preset == "paper")
        let optimisation = paper.optimisation
        #expect(
            (optimisation.baseActions, optimisation.keptActions, optimisation.steps) == (32, 10, 10)
        )
        #expect(optimisation.stepSize == 3e-4 && optimisation.distillTemperature == 1)
        let critic = paper.critic
        #expect((critic.ensembleSize, critic.subsampleSize, critic.bins) == (10, 2, 128))
        #expect((critic.qMin, critic.qMax) == (-100, 0))
        #expect((critic.discount, critic.tau) == (0.99, 0.005))
        #expect((critic.cqlAlpha, critic.cqlActions) == (0.005, 10))
        #expect(critic.sharedHead && critic.head == .distributional && critic.loss == .calQL)
        #expect((critic.learningRate, critic.batchSize) == (3e-4, 256))
        var shape = DiffusionSettings()
        shape.trunk = ResidualTrunkSettings(hidden: 256, blocks: 3, timeDimension: 128)
        (shape.diffusionSteps, shape.trunk.dropout) = (5, 0.1)
        #expect(paper.policy == .diffusion(shape))
        let training = paper.policyTraining
        #expect((training.imitationLearningRate, training.learningRate) == (3e-4, 5e-5))
        #expect((training.warmup, training.ema, training.batchSize) == (2000, 0.002, 256))
        #expect(!training.climbs)
        let schedule = paper.schedule
        #expect((schedule.mixingRatio, schedule.criticUTD) == (0.5, 1))
        #expect((schedule.basePolicyUTD, schedule.warmupEpisodes) == (1, 1))
        #expect(schedule.storeRows == 1_000_000)
    }

    @Test("Every preset makes sense in itself")
    func sense() {
        for settings in [AlgorithmSettings.paper, .standard] {
            #expect(settings.optimisation.keptActions <= settings.optimisation.baseActions)
            #expect(settings.critic.subsampleSize <= settings.critic.ensembleSize)
            #expect(settings.critic.qMin < settings.critic.qMax)
            guard case .diffusion(let shape) = settings.policy else {
                Issue.record("a preset is a diffusion policy")
                continue
            }
            #expect(shape.trunk.timeDimension % 2 == 0)
            // The floor of a failed episode must be within the support of the values.
            let floor = -1 / (1 - settings.critic.discount)
            #expect(settings.critic.qMin <= floor * (1 - 1e-9))
        }
        #expect(AlgorithmSettings.standard.preset == "default")
    }

    @Test("A kind brings what it alone needs, and says what it can do")
    func kinds() {
        let gaussian = AlgorithmSettings.standard.asGaussianCalQL()
        #expect(gaussian.policy == .gaussian(GaussianSettings(hidden: 128)))
        #expect(gaussian.policy.abilities.density && gaussian.policy.abilities.pathwise)
        #expect(gaussian.policyTraining.climbs)
        #expect(gaussian.policy.sampling(in: .half) == gaussian.policy)
        let diffusion = AlgorithmSettings.standard.policy
        #expect(!diffusion.abilities.density && !diffusion.abilities.pathwise)
        #expect(diffusion.abilities.isMap && diffusion.abilities.noise == .gaussian)
        #expect(diffusion.sampling(in: .half) != diffusion)
        for kind in PolicyKind.allCases {
            let other = diffusion.of(kind)
            #expect(other.kind == kind && other.hidden == 128)
            #expect(
                (other.residualTrunk == nil) == [.gaussian, .transformer, .tokens].contains(kind))
            // What a kind has in common with another it brings back from there.
            #expect(other.of(.diffusion).hidden == 128 && other.of(kind) == other)
            #expect(other.abilities.pathwise == (kind == .gaussian || kind == .oneStep))
        }
    }
}
