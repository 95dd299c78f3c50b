import Embodiment
import Recipe

/// The blocks of a launch that change a preset, under the published names (DESIGN decision 14).
enum AlgorithmBlocks {
    private enum Preset: String, CaseIterable {
        case paper
        case standard = "default"
    }

    /// What a policy update after imitation does, in a launch file's words.
    private enum Objective: String, CaseIterable {
        case distill
        case maximiseQ = "maximise_q"
        case imitateSuccess = "imitate_success"
        case advantageWeighted = "advantage_weighted"

        init(_ training: PolicyTraining) {
            switch training.supervision {
            case .optimised: self = training.climbs ? .maximiseQ : .distill
            case .successes: self = .imitateSuccess
            case .advantages: self = .advantageWeighted
            }
        }

        var supervision: PolicySupervision {
            switch self {
            case .distill, .maximiseQ: .optimised
            case .imitateSuccess: .successes
            case .advantageWeighted: .advantages
            }
        }
    }

    static func decode(_ file: Block) -> AlgorithmSettings {
        let preset =
            file.choice(
                "preset", Preset.self,
                "where the settings of policy, critic, optimisation and training begin: Hone's own, or the published ones",
                isRequired: false, absent: Preset.standard.rawValue) ?? .standard
        var settings: AlgorithmSettings = preset == .paper ? .paper : .standard
        if let block = file.block("policy", "the base policy", isRequired: false) {
            let wanted = policy(block, settings)
            settings.policy = wanted.policy
            settings.policyTraining = wanted.policyTraining
            settings.chunk = wanted.chunk
        }
        let criticBlock = file.block("critic", "the critic", isRequired: false)
        if let block = criticBlock { critic(block, &settings.critic) }
        let optimiser = file.block(
            "optimisation", "how the critic improves what the policy proposes", isRequired: false)
        if let optimiser { optimisation(optimiser, &settings.optimisation) }
        let schedule = file.block(
            "training", "how much is learned from what, when", isRequired: false)
        if let block = schedule {
            block.update(
                &settings.normaliseObservations, "normalise_observations",
                "whether observed numbers are centred and scaled by what the demonstrations show")
            block.update(
                &settings.normaliseActions, "normalise_actions",
                "whether the policy's −1…1 is what the demonstrations use of an absolute axis' box, not all of it"
            )
            training(block, &settings.schedule)
        }
        freeze(&settings, optimiser, training: schedule)
        checkSupport(settings, critic: criticBlock, training: schedule)
        checkDensity(settings, file: file)
        if settings.policyTraining.supervision == .advantages, settings.critic.loss != .iql {
            file.report(
                "objective: advantage_weighted needs critic.loss: iql, which learns what a state is worth",
                at: "policy")
        }
        return settings
    }

    /// Where the optimiser leaves the policy as imitation made it, no update of it is due.
    private static func freeze(
        _ settings: inout AlgorithmSettings, _ optimiser: Block?, training: Block?
    ) {
        let kind = settings.optimisation.optimiser
        guard !kind.distils else { return }
        if let optimiser, let training, training.has("base_policy_utd"),
            settings.schedule.basePolicyUTD > 0, optimiser.has("optimiser"),
            training.mark(of: "base_policy_utd").source == optimiser.mark(of: "optimiser").source
        {
            training.report(
                "base_policy_utd is of a policy that learns; optimiser: \(kind.rawValue) leaves it as it is",
                at: "base_policy_utd")
        }
        settings.schedule.basePolicyUTD = 0
    }

    /// Only a Gaussian that climbs the critic gives its actions with their densities.
    private static func checkDensity(_ settings: AlgorithmSettings, file: Block) {
        guard settings.critic.importanceSampling else { return }
        if !settings.policy.abilities.density {
            file.report(
                "cql_importance_sample needs a policy with a density: policy.kind gaussian",
                at: "critic")
        } else if !settings.policyTraining.climbs {
            file.report(
                "cql_importance_sample needs policy.objective maximise_q: actions that a critic "
                    + "has optimised have no density", at: "critic")
        }
    }

    /// The returns of failed episodes must be what the critic can make of them.
    ///
    /// They are r/(1 − γ), which the distributional head must be able to take. Where they are cut off instead, the
    /// last steps of a failure are worth about −1, and as a lower bound that would teach that they almost succeeded.
    private static func checkSupport(
        _ settings: AlgorithmSettings, critic: Block?, training: Block?
    ) {
        if !settings.schedule.failedToFloor, settings.critic.returnLowerBound {
            training?.report(
                "push_failed_to_min: false goes with critic.return_lower_bound: false only: the "
                    + "last steps of a failed episode would be worth almost as much as a success",
                at: "push_failed_to_min")
        }
        let floor = -1 / (1 - settings.critic.discount)
        if settings.schedule.failedToFloor, settings.critic.head != .scalar,
            settings.critic.qMin > floor * (1 - 1e-9)
        {
            critic?.report(
                "q_min \(NumberRange.write(settings.critic.qMin)) is above the return of a failed "
                    + "episode, -1/(1 - discount) = \(StoppingDistance.write(floor))",
                at: critic?.has("q_min") == true ? "q_min" : "discount")
        }
    }

    /// The class of policy with its shape, and how it is trained.
    ///
    /// A key that the kind has no use for is a mistake where the same file names both. An override of the kind alone is
    /// none: a launch may switch between kinds by it.
    private static func policy(_ block: Block, _ preset: AlgorithmSettings) -> AlgorithmSettings {
        var settings = preset
        var kind = preset.policy.kind
        var shape = DiffusionSettings()
        if case .diffusion(let given) = preset.policy { shape = given }
        block.update(&kind, "kind", "which network turns noise and an observation into an action")
        block.update(&shape.trunk.hidden, "hidden", 8...4096, "width of the network")
        trunk(block, &shape.trunk)
        block.update(
            &shape.diffusionSteps, "diffusion_steps", 1...100,
            "denoising steps of a diffusion policy")
        let oneStep = oneStep(block, shape.trunk)
        let transformers = transformers(
            block, isPublished: preset.preset == "paper", dropout: shape.trunk.dropout,
            flowSteps: oneStep.flow.steps)
        switch kind {
        case .diffusion: settings.policy = .diffusion(shape)
        case .flow: settings.policy = .flow(oneStep.flow)
        case .oneStep: settings.policy = .oneStep(oneStep)
        case .gaussian: settings.policy = .gaussian(GaussianSettings(hidden: shape.trunk.hidden))
        case .transformer: settings.policy = .transformer(transformers.continuous)
        case .tokens: settings.policy = .tokens(transformers.binned)
        }
        training(block, &settings.policyTraining)
        settings.policyTraining.isAnchored = settings.policyTraining.climbs && kind == .oneStep
        chunk(block, &settings.chunk)
        block.reportKeys()
        reportUnused(block, of: kind)
        reportUnused(block, of: settings.policy.transformerHead)
        if settings.policyTraining.climbs, !settings.policy.abilities.pathwise {
            block.report(
                "objective: maximise_q needs kind: gaussian or onestep, which can be differentiated",
                at: "objective")
        }
        if settings.policyTraining.climbs, settings.chunk.horizon > 1 {
            block.report(
                "objective: maximise_q decides one step at a time; horizon "
                    + "\(settings.chunk.horizon) needs objective: distill", at: "horizon")
        }
        return settings
    }

    /// Steps of a decision, and those of them that are carried out.
    private static func chunk(_ block: Block, _ chunk: inout ChunkSettings) {
        block.update(
            &chunk.horizon, "horizon", 1...ActionChunk.longest,
            "steps that the policy plans with a decision, `policy_rate_hz` being the rate of steps")
        block.update(
            &chunk.executedSteps, "executed_steps", 1...8,
            "steps of a plan that are carried out before the next; the critic judges so many at once"
        )
        guard chunk.executedSteps > chunk.horizon else { return }
        block.report(
            "executed_steps \(chunk.executedSteps) is more than the \(chunk.horizon) that the "
                + "policy plans (horizon)", at: "executed_steps")
    }

    /// What a robot is asked to follow without looking is short, and fits a message.
    static func check(_ chunk: ChunkSettings, on robot: RobotDescription, file: Block) {
        let seconds = Double(chunk.executedSteps) / robot.policyRateHz
        if chunk.executedSteps > 1, seconds > 1 {
            file.report(
                "executed_steps \(chunk.executedSteps) at policy_rate_hz "
                    + "\(NumberRange.write(robot.policyRateHz)) is \(StoppingDistance.write(seconds)) "
                    + "s; a robot follows a plan for 1 s at most before it decides anew",
                at: "policy")
        }
        let most = ActionChunk.longest(axes: robot.axes.count)
        if chunk.horizon > most {
            file.report(
                "horizon \(chunk.horizon) is more than the \(most) steps that a plan for "
                    + "\(robot.axes.count) axes has room for", at: "policy")
        }
    }

    private static func training(_ block: Block, _ training: inout PolicyTraining) {
        block.update(
            &training.imitationLearningRate, "imitation_learning_rate", .above(0, upTo: 1),
            "learning rate of imitation")
        block.update(
            &training.learningRate, "learning_rate", .above(0, upTo: 1),
            "learning rate of fine-tuning")
        block.update(
            &training.warmup, "warmup_steps", 0...10_000_000,
            "updates in which the learning rate rises from 0")
        block.update(
            &training.ema, "ema_rate", .above(0, upTo: 1),
            "rate at which the weights that act follow those that are trained, an update")
        block.update(&training.batchSize, "batch_size", 1...65_536, "rows of a policy update")
        var objective = Objective(training)
        block.update(
            &objective, "objective",
            "`distill`: towards optimised actions (PA-RL); `maximise_q`: up the critic by its own gradient, `gaussian` (Cal-QL's baseline) and `onestep` (FQL) only; `imitate_success`: what was executed in successful episodes; `advantage_weighted`: what was executed, weighed by how much better it was, with `critic.loss: iql`"
        )
        training.valueWeight = objective == .maximiseQ ? 1 : 0
        training.supervision = objective.supervision
        block.update(
            &training.leastSuccesses, "min_successes", 1...1_000_000,
            "successful training episodes before `imitate_success` begins")
        block.update(
            &training.advantageTemperature, "advantage_temperature", .above(0, upTo: 1000),
            "of `advantage_weighted`: what an action must be better by, in return, to count e times as much"
        )
    }

    private static func critic(_ block: Block, _ critic: inout CriticSettings) {
        shape(block, &critic)
        training(block, &critic)
        block.reportKeys()
        if critic.subsampleSize > critic.ensembleSize {
            block.report(
                "critic_subsample_size \(critic.subsampleSize) is more than the "
                    + "critic_ensemble_size \(critic.ensembleSize)", at: "critic_subsample_size")
        }
        if critic.qMin >= critic.qMax {
            block.report("q_min must be below q_max", at: "q_min")
        }
    }

    private static func shape(_ block: Block, _ critic: inout CriticSettings) {
        block.update(
            &critic.head, "head",
            "one number, a distribution over bins (HL-Gauss), or a share of the range from q_min to q_max by cross-entropy"
        )
        block.update(
            &critic.trunk, "trunk", "whether the action enters the first hidden layer or every one")
        block.update(&critic.hidden, "hidden", 8...4096, "width of each hidden layer")
        block.update(&critic.layers, "num_layers", 1...16, "hidden layers")
        block.update(
            &critic.ensembleSize, "critic_ensemble_size", 1...64, "members of the ensemble")
        block.update(
            &critic.subsampleSize, "critic_subsample_size", 1...64,
            "members drawn for the minimum of a target")
        block.update(
            &critic.isSubsampleDistinct, "critic_subsample_distinct",
            "whether no member is drawn twice for it")
        block.update(
            &critic.sharedHead, "shared_head", "one output layer for all members, not one each")
        block.update(&critic.bins, "num_bins", 2...1024, "bins of the distributional head")
        block.update(&critic.qMin, "q_min", .closed(-1e6, 1e6), "lower end of the values")
        block.update(&critic.qMax, "q_max", .closed(-1e6, 1e6), "upper end of the values")
    }

    private static func training(_ block: Block, _ critic: inout CriticSettings) {
        block.update(&critic.loss, "loss", "which loss trains the critic")
        block.update(
            &critic.discount, "discount", NumberRange(lower: 0, upper: 1, isUpperIncluded: false),
            "discount of a step")
        block.update(
            &critic.tau, "tau", .above(0, upTo: 1),
            "rate at which the target critic follows, an update")
        block.update(
            &critic.cqlAlpha, "cql_alpha", .closed(0, 1000), "weight of the conservative term")
        block.update(
            &critic.endsConservatism, "cql_ends_with_warmup",
            "whether the conservative term ends when the robot's own experience is learned from")
        block.update(
            &critic.cqlActions, "cql_n_actions", 1...1000,
            "random actions a state in the conservative term")
        block.update(
            &critic.importanceSampling, "cql_importance_sample",
            "weighs those actions by their densities, `gaussian` with `maximise_q` only")
        block.update(
            &critic.calibrateRandomActions, "use_calql_on_random_actions",
            "calibrates the random actions too")
        block.update(&critic.learningRate, "learning_rate", .above(0, upTo: 1), "learning rate")
        block.update(&critic.batchSize, "batch_size", 1...65_536, "rows of a critic update")
        block.update(
            &critic.returnLowerBound, "return_lower_bound",
            "a target is at least the return that the robot achieved from there")
        block.update(
            &critic.expectile, "expectile", .closed(0.5, 0.999), "expectile of IQL's value loss")
    }

    private static func training(_ block: Block, _ settings: inout ScheduleSettings) {
        block.update(
            &settings.imitationUpdates, "num_imitation_updates", 0...100_000_000,
            "imitation updates before anything else")
        block.update(
            &settings.offlineCriticUpdates, "num_offline_updates", 0...100_000_000,
            "critic updates on the recorded episodes before the robot acts")
        block.update(
            &settings.mixingRatio, "mixing_ratio", .fraction,
            "share of recorded steps in a batch, the others being the session's own")
        block.update(
            &settings.criticUTD, "critic_utd", .closed(0, 100), "critic updates a step of the robot"
        )
        block.update(
            &settings.basePolicyUTD, "base_policy_utd", .closed(0, 100),
            "policy updates a step of the robot")
        block.update(
            &settings.warmupEpisodes, "num_warmup_trajectories", 0...100_000,
            "episodes before the first update of the session")
        block.update(
            &settings.guidedWarmup, "guided_warmup", "whether the critic guides those episodes")
        block.update(
            &settings.noiselessWarmup, "zero_noise_warmup",
            "whether every second of those that it does not guide is acted without noise")
        block.update(
            &settings.candidateCacheAge, "candidate_cache_age", 0...100_000_000,
            "policy updates for which the candidates of a stored state are used again; 0: never")
        block.update(
            &settings.failedToFloor, "push_failed_to_min",
            "the return of a failed episode is the lowest there is")
        block.update(
            &settings.absorbsFailures, "absorb_failures",
            "a state from which the task cannot be done any more keeps the lowest value")
        block.update(
            &settings.policyMixing, "policy_mixing",
            "whether a policy batch is mixed by `mixing_ratio` or by the stores' sizes")
        block.reportKeys()
    }
}
