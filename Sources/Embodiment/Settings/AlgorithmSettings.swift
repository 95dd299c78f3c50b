/// Which network turns noise and an observation into an action.
public enum PolicyKind: String, Sendable, Equatable, CaseIterable {
    /// Denoising diffusion; `spec/parl.md` 4.2.
    case diffusion
    /// Tanh-squashed Gaussian; `spec/parl.md` 4.4.
    case gaussian
}

/// What the products are made in by which a policy's candidates are sampled.
public enum SamplingPrecision: String, Sendable, Equatable, CaseIterable {
    /// 32 bits, as everything else.
    case single
    /// 16 bits where the processor multiplies those, and the trunk's width is a multiple of 64; else single.
    case half
}

/// The base policy's shape and training.
public struct PolicySettings: Sendable, Equatable {
    /// The class of policy.
    public var kind = PolicyKind.diffusion
    /// Width of the residual trunk (diffusion) or of the two hidden layers (Gaussian).
    public var hidden = 256
    /// Residual blocks (diffusion).
    public var blocks = 3
    /// Width of the Fourier time embedding (diffusion).
    public var timeDimension = 128
    /// Denoising steps (diffusion).
    public var diffusionSteps = 5
    /// Of the residual blocks' products in sampling (diffusion).
    public var samplingPrecision = SamplingPrecision.single
    /// Dropout in training (diffusion).
    public var dropout = 0.1
    /// Learning rate of imitation.
    public var imitationLearningRate = 3e-4
    /// Learning rate of fine-tuning.
    public var learningRate = 5e-5
    /// Linear warm-up, updates.
    public var warmup = 2000
    /// Rate at which the acting (EMA) weights follow, per update.
    public var ema = 0.002
    /// Rows of one update.
    public var batchSize = 256
    /// What an update after imitation does.
    public var objective = PolicyObjective.distill

    /// The published configuration.
    public init() {}
}

/// What a critic's output is.
public enum CriticHead: String, Sendable, Equatable, CaseIterable {
    /// One number, squared error.
    case scalar
    /// HL-Gauss bins, cross-entropy; `spec/parl.md` 3.3.
    case distributional
}

/// The hidden stack of a critic; `spec/parl.md` 3.7.
public enum CriticTrunk: String, Sendable, Equatable, CaseIterable {
    /// Observation and action enter the first layer.
    case mlp
    /// The action enters every layer.
    case layerInput = "layer_input_mlp"
}

/// Which loss trains the critic.
public enum CriticLoss: String, Sendable, Equatable, CaseIterable {
    /// Cal-QL; `spec/parl.md` 3.
    case calQL = "cal_ql"
    /// IQL; `spec/parl.md` 3.8.
    case iql
}

/// What a policy update does.
public enum PolicyObjective: String, Sendable, Equatable, CaseIterable {
    /// One supervised step towards optimised actions: PA-RL.
    case distill
    /// Gradient ascent of the critic's value through the policy's own sample; Gaussian Cal-QL.
    case maximiseQ = "maximise_q"
}

/// Where the offline share of a policy batch comes from; `spec/parl.md` 1.4.
public enum PolicyMixing: String, Sendable, Equatable, CaseIterable {
    /// `mixing_ratio`, as for the critic: image and robot tasks.
    case fixed
    /// In proportion to the sizes of the two stores: D4RL.
    case proportional
}

/// The critic ensemble's shape and training; published names and values.
public struct CriticSettings: Sendable, Equatable {
    /// The loss.
    public var loss = CriticLoss.calQL
    /// The output.
    public var head = CriticHead.distributional
    /// The hidden stack.
    public var trunk = CriticTrunk.mlp
    /// Width of each hidden layer.
    public var hidden = 256
    /// Hidden layers.
    public var layers = 2
    /// Members E.
    public var ensembleSize = 10
    /// Members drawn for the target's minimum, S.
    public var subsampleSize = 2
    /// One output layer for all members (published) or one each.
    public var sharedHead = true
    /// Bins of the distributional head.
    public var bins = 128
    /// Lower end of the value support.
    public var qMin = -100.0
    /// Upper end of the value support.
    public var qMax = 0.0
    /// Discount γ.
    public var discount = 0.99
    /// Polyak rate τ.
    public var tau = 0.005
    /// Weight of the conservative term.
    public var cqlAlpha = 0.005
    /// Random (and repeated policy) actions per state, n.
    public var cqlActions = 10
    /// Learning rate.
    public var learningRate = 3e-4
    /// Rows of one update.
    public var batchSize = 256
    /// Actions enter the conservative term by importance weight; only the Gaussian baseline has a density.
    public var importanceSampling = false
    /// Calibrate the random actions too; only the Gaussian baseline does.
    public var calibrateRandomActions = false
    /// A TD target is at least the row's Monte-Carlo return, which is what the robot has already achieved there.
    ///
    /// Not published with PA-RL: it spares the many updates that carry a success back step by step.
    public var returnLowerBound = false
    /// Expectile of the IQL value loss.
    public var expectile = 0.7

    /// The published configuration for state tasks.
    public init() {}
}

/// Action optimisation; `spec/parl.md` 2, published names and values.
public struct OptimisationSettings: Sendable, Equatable {
    /// `num_base_policy_actions` N.
    public var baseActions = 32
    /// `num_actions_to_keep` K.
    public var keptActions = 10
    /// `num_steps` G.
    public var steps = 10
    /// `step_size` η, in the policy's normalised action space.
    public var stepSize = 3e-4
    /// Standard deviations of the ensemble that candidates' scores are lowered by; 0 as published.
    public var pessimism = 0.0
    /// Temperature β of the distillation draw; 0 is arg-max.
    public var distillTemperature = 1.0
    /// Global re-ranking on (ablation switch).
    public var useGlobal = true
    /// Local gradient steps on (ablation switch).
    public var useLocal = true

    /// The published configuration.
    public init() {}
}

/// How much of what is learned when.
public struct ScheduleSettings: Sendable, Equatable {
    /// Imitation updates before anything else.
    public var imitationUpdates = 20_000
    /// Offline critic updates.
    public var offlineCriticUpdates = 20_000
    /// Share of offline rows in a critic batch, `mixing_ratio`.
    public var mixingRatio = 0.5
    /// How the offline share of a policy batch is found.
    public var policyMixing = PolicyMixing.fixed
    /// Critic updates per environment step, `critic_utd`.
    public var criticUTD = 1.0
    /// Policy updates per environment step, `base_policy_utd`.
    public var basePolicyUTD = 1.0
    /// Episodes collected before the first online update, `num_warmup_trajectories`.
    public var warmupEpisodes = 1
    /// Those episodes are acted by the optimised policy (published) or by the base policy alone.
    public var guidedWarmup = true
    /// Base-policy samples cached per stored state and refreshed by age; 0 is off.
    public var candidateCacheAge = 0
    /// Failed episodes get the floor r/(1−γ) as return (`push_failed_to_min`).
    public var failedToFloor = true
    /// A state in which the task can no longer be done is worth r/(1−γ); otherwise it bootstraps, as published.
    public var absorbsFailures = false
    /// Steps that each replay store holds; older ones give way.
    ///
    /// Memory of a store for O observed scalars and A axes: 4 · (2 O + A + 3) bytes a step. It is touched as the
    /// store fills, but by the wall clock, where the process' memory is locked, all of it at the start.
    public var storeRows = 1_000_000

    /// The published configuration, with imitation and offline lengths of a state task on one robot.
    public init() {}
}

/// The whole algorithm as a value: preset plus what a launch file changes.
public struct AlgorithmSettings: Sendable, Equatable {
    /// `paper` or `default`.
    public var preset = "default"
    /// Base policy.
    public var policy = PolicySettings()
    /// Critic.
    public var critic = CriticSettings()
    /// Action optimisation.
    public var optimisation = OptimisationSettings()
    /// Amounts.
    public var schedule = ScheduleSettings()
    /// Observations are centred and scaled by the statistics of the demonstrations.
    public var normaliseObservations = false

    /// The published PA-RL to the constant.
    public static let paper: AlgorithmSettings = {
        var settings = AlgorithmSettings()
        settings.preset = "paper"
        return settings
    }()

    /// Hone's own: the published algorithm with the fixes of `spec/parl.md` 11, sized for a 2-core robot workstation.
    public static let standard: AlgorithmSettings = {
        var settings = AlgorithmSettings()
        settings.policy.hidden = 128
        settings.policy.blocks = 2
        settings.policy.timeDimension = 32
        settings.policy.warmup = 200
        settings.policy.ema = 0.005
        settings.critic.hidden = 128
        settings.critic.ensembleSize = 4
        settings.critic.sharedHead = false
        settings.critic.bins = 64
        settings.critic.batchSize = 64
        settings.critic.returnLowerBound = true
        settings.critic.tau = 0.02
        settings.policy.batchSize = 128
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
        return settings
    }()

    /// The baseline without policy-agnostic learning: a Gaussian policy that climbs the critic by its own gradient.
    ///
    /// `spec/parl.md` 4.4; the critic keeps the shape it has here, so that an ablation changes one thing.
    public func asGaussianCalQL() -> AlgorithmSettings {
        var settings = self
        settings.policy.kind = .gaussian
        settings.policy.objective = .maximiseQ
        settings.critic.importanceSampling = true
        settings.critic.calibrateRandomActions = true
        return settings
    }

    /// The published values under the name `default`; presets start from here.
    public init() {}
}
