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
    }

    static func decode(_ file: Block) -> AlgorithmSettings {
        let preset = file.choice("preset", Preset.self, isRequired: false) ?? .standard
        var settings: AlgorithmSettings = preset == .paper ? .paper : .standard
        if let block = file.block("policy", isRequired: false) {
            let wanted = policy(block, settings)
            settings.policy = wanted.policy
            settings.policyTraining = wanted.policyTraining
        }
        if let block = file.block("critic", isRequired: false) { critic(block, &settings.critic) }
        if let block = file.block("optimisation", isRequired: false) {
            optimisation(block, &settings.optimisation)
        }
        let schedule = file.block("training", isRequired: false)
        if let block = schedule {
            block.update(&settings.normaliseObservations, "normalise_observations")
            block.update(&settings.normaliseActions, "normalise_actions")
            training(block, &settings.schedule)
        }
        checkSupport(settings, file: file, training: schedule)
        checkDensity(settings, file: file)
        return settings
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
        _ settings: AlgorithmSettings, file: Block, training: Block?
    ) {
        if !settings.schedule.failedToFloor, settings.critic.returnLowerBound {
            training?.report(
                "push_failed_to_min: false goes with critic.return_lower_bound: false only: the "
                    + "last steps of a failed episode would be worth almost as much as a success",
                at: "push_failed_to_min")
        }
        let floor = -1 / (1 - settings.critic.discount)
        if settings.schedule.failedToFloor, settings.critic.head == .distributional,
            settings.critic.qMin > floor * (1 - 1e-9)
        {
            file.report(
                "q_min \(NumberRange.write(settings.critic.qMin)) is above the return of a failed "
                    + "episode, -1/(1 - discount) = \(StoppingDistance.write(floor))", at: "critic")
        }
    }

    /// The class of policy with its shape, and how it is trained.
    ///
    /// A key that the named kind has no use for is checked like any other: a launch may switch between kinds by
    /// one override.
    private static func policy(_ block: Block, _ preset: AlgorithmSettings) -> AlgorithmSettings {
        var settings = preset
        var kind = preset.policy.kind
        var shape = DiffusionSettings()
        if case .diffusion(let given) = preset.policy { shape = given }
        block.update(&kind, "kind")
        block.update(&shape.hidden, "hidden", 8...4096)
        block.update(&shape.blocks, "num_blocks", 1...32)
        block.update(&shape.timeDimension, "time_dim", 2...1024)
        block.update(&shape.diffusionSteps, "diffusion_steps", 1...100)
        block.update(&shape.samplingPrecision, "sampling_precision")
        block.update(&shape.dropout, "dropout_rate", .closed(0, 0.9))
        switch kind {
        case .diffusion: settings.policy = .diffusion(shape)
        case .gaussian: settings.policy = .gaussian(GaussianSettings(hidden: shape.hidden))
        }
        training(block, &settings.policyTraining)
        block.reportKeys()
        if settings.policyTraining.climbs, !settings.policy.abilities.pathwise {
            block.report(
                "objective: maximise_q needs kind: gaussian, the policy that can be differentiated",
                at: "objective")
        }
        if shape.timeDimension % 2 != 0 {
            block.report("time_dim must be even: half cosines, half sines", at: "time_dim")
        }
        return settings
    }

    private static func training(_ block: Block, _ training: inout PolicyTraining) {
        block.update(&training.imitationLearningRate, "imitation_learning_rate", .above(0, upTo: 1))
        block.update(&training.learningRate, "learning_rate", .above(0, upTo: 1))
        block.update(&training.warmup, "warmup_steps", 0...10_000_000)
        block.update(&training.ema, "ema_rate", .above(0, upTo: 1))
        block.update(&training.batchSize, "batch_size", 1...65_536)
        var objective = training.climbs ? Objective.maximiseQ : .distill
        block.update(&objective, "objective")
        training.valueWeight = objective == .maximiseQ ? 1 : 0
    }

    private static func critic(_ block: Block, _ critic: inout CriticSettings) {
        block.update(&critic.loss, "loss")
        block.update(&critic.head, "head")
        block.update(&critic.trunk, "trunk")
        block.update(&critic.hidden, "hidden", 8...4096)
        block.update(&critic.layers, "num_layers", 1...16)
        block.update(&critic.ensembleSize, "critic_ensemble_size", 1...64)
        block.update(&critic.subsampleSize, "critic_subsample_size", 1...64)
        block.update(&critic.sharedHead, "shared_head")
        block.update(&critic.bins, "num_bins", 2...1024)
        block.update(&critic.qMin, "q_min", .closed(-1e6, 1e6))
        block.update(&critic.qMax, "q_max", .closed(-1e6, 1e6))
        block.update(
            &critic.discount, "discount", NumberRange(lower: 0, upper: 1, isUpperIncluded: false))
        block.update(&critic.tau, "tau", .above(0, upTo: 1))
        block.update(&critic.cqlAlpha, "cql_alpha", .closed(0, 1000))
        block.update(&critic.cqlActions, "cql_n_actions", 1...1000)
        block.update(&critic.importanceSampling, "cql_importance_sample")
        block.update(&critic.calibrateRandomActions, "use_calql_on_random_actions")
        block.update(&critic.learningRate, "learning_rate", .above(0, upTo: 1))
        block.update(&critic.batchSize, "batch_size", 1...65_536)
        block.update(&critic.returnLowerBound, "return_lower_bound")
        block.update(&critic.expectile, "expectile", .closed(0.5, 0.999))
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

    private static func optimisation(_ block: Block, _ settings: inout OptimisationSettings) {
        block.update(&settings.baseActions, "num_base_policy_actions", 1...1024)
        block.update(&settings.keptActions, "num_actions_to_keep", 1...1024)
        block.update(&settings.steps, "num_steps", 0...10_000)
        block.update(&settings.stepSize, "step_size", .closed(0, 1))
        block.update(&settings.pessimism, "pessimism", .closed(0, 100))
        let temperature = block.number("distill_temperature", .closed(0, 1000), isRequired: false)
        let isArgmax = block.boolean("distill_argmax", isRequired: false)
        block.update(&settings.useGlobal, "improve_base_policy_actions_with_global_search")
        block.update(&settings.useLocal, "improve_base_policy_actions_with_local_search")
        block.reportKeys()
        if let temperature { settings.distillTemperature = temperature }
        switch (isArgmax, temperature) {
        case (true, let given):
            if let given, given != 0 {
                block.report(
                    "distill_argmax: true leaves nothing for distill_temperature "
                        + "\(NumberRange.write(given)); give one of the two", at: "distill_argmax")
            }
            settings.distillTemperature = 0
        case (false, nil):
            // The preset may be arg-max; asking for the draw without a temperature means the published one.
            if settings.distillTemperature == 0 { settings.distillTemperature = 1 }
        case (false, 0):
            block.report(
                "distill_argmax: false needs a distill_temperature above 0", at: "distill_argmax")
        default: break
        }
        if settings.keptActions > settings.baseActions {
            block.report(
                "num_actions_to_keep \(settings.keptActions) is more than "
                    + "num_base_policy_actions \(settings.baseActions)", at: "num_actions_to_keep")
        }
    }

    private static func training(_ block: Block, _ settings: inout ScheduleSettings) {
        block.update(&settings.imitationUpdates, "num_imitation_updates", 0...100_000_000)
        block.update(&settings.offlineCriticUpdates, "num_offline_updates", 0...100_000_000)
        block.update(&settings.mixingRatio, "mixing_ratio", .fraction)
        block.update(&settings.criticUTD, "critic_utd", .closed(0, 100))
        block.update(&settings.basePolicyUTD, "base_policy_utd", .closed(0, 100))
        block.update(&settings.warmupEpisodes, "num_warmup_trajectories", 0...100_000)
        block.update(&settings.guidedWarmup, "guided_warmup")
        block.update(&settings.candidateCacheAge, "candidate_cache_age", 0...100_000_000)
        block.update(&settings.failedToFloor, "push_failed_to_min")
        block.update(&settings.absorbsFailures, "absorb_failures")
        block.update(&settings.policyMixing, "policy_mixing")
        block.reportKeys()
    }
}
