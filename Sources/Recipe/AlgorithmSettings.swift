/// The whole algorithm as a value: preset plus what a launch file changes.
public struct AlgorithmSettings: Sendable, Equatable {
    /// `paper` or `default`.
    public var preset = "default"
    /// Base policy: its class and shape.
    public var policy = PolicySettings.diffusion(DiffusionSettings())
    /// Steps that it plans at once, and that are carried out of them.
    public var chunk = ChunkSettings()
    /// Base policy: how it is trained.
    public var policyTraining = PolicyTraining()
    /// Critic.
    public var critic = CriticSettings()
    /// Action optimisation.
    public var optimisation = OptimisationSettings()
    /// Amounts.
    public var schedule = ScheduleSettings()
    /// Observations are centred and scaled by the statistics of the demonstrations.
    public var normaliseObservations = false
    /// The policy's −1…1 is what the demonstrations used of an absolute axis' action box, with some room, not all of it.
    public var normaliseActions = false

    /// The published PA-RL to the constant.
    public static let paper: AlgorithmSettings = {
        var settings = AlgorithmSettings()
        settings.preset = "paper"
        return settings
    }()

    /// Hone's own: the published algorithm with the fixes of `Learning/Algorithm.md` 6, sized for a 2-core robot workstation.
    public static let standard: AlgorithmSettings = {
        var settings = AlgorithmSettings()
        settings.policy = .diffusion(DiffusionSettings(hidden: 128, blocks: 2, timeDimension: 32))
        settings.policyTraining.warmup = 200
        settings.policyTraining.ema = 0.005
        settings.critic.hidden = 128
        settings.critic.ensembleSize = 4
        settings.critic.sharedHead = false
        settings.critic.bins = 64
        settings.critic.batchSize = 64
        settings.critic.returnLowerBound = true
        settings.critic.tau = 0.02
        settings.policyTraining.batchSize = 128
        settings.optimisation.baseActions = 4
        settings.optimisation.keptActions = 2
        settings.optimisation.steps = 1
        settings.optimisation.stepSize = 1e-3
        settings.optimisation.pessimism = 2
        settings.optimisation.distillTemperature = 1
        settings.schedule.candidateCacheAge = 1000
        settings.schedule.warmupEpisodes = 25
        settings.schedule.guidedWarmup = false
        settings.schedule.absorbsFailures = true
        settings.schedule.mixingRatio = 0.1
        settings.schedule.criticUTD = 4
        settings.schedule.basePolicyUTD = 0.25
        settings.schedule.imitationUpdates = 4000
        settings.schedule.offlineCriticUpdates = 500
        settings.schedule.storeRows = 200_000
        settings.normaliseObservations = true
        settings.normaliseActions = true
        return settings
    }()

    /// The baseline without policy-agnostic learning: a Gaussian policy that climbs the critic by its own gradient.
    ///
    /// `Learning/Algorithm.md` 4.3; the critic keeps the shape it has here, so that an ablation changes one thing.
    public func asGaussianCalQL() -> AlgorithmSettings {
        var settings = self
        settings.policy = policy.of(.gaussian)
        settings.policyTraining.valueWeight = 1
        settings.critic.importanceSampling = true
        settings.critic.calibrateRandomActions = true
        return settings
    }

    /// The published values under the name `default`; presets start from here.
    public init() {}
}
