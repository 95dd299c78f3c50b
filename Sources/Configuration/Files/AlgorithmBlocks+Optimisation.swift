import Recipe

extension AlgorithmBlocks {
    /// How one action is made of the candidates.
    ///
    /// A key that the optimiser has no use for is a mistake where the same file names both. An override of the optimiser
    /// alone is none: a launch may switch between optimisers by it.
    static func optimisation(_ block: Block, _ settings: inout OptimisationSettings) {
        block.update(
            &settings.optimiser, "optimiser",
            "how one action is made of the candidates: `gradient` ranks and climbs (PA-RL), `rerank` ranks, `edit` adds as many edited ones (EXPO), `edit+gradient` climbs on its choice, `mean` weighs by value (Q-Planning), `vgps` draws by value of a frozen policy (V-GPS); `random` and `none` are controls of a frozen one"
        )
        block.update(
            &settings.baseActions, "num_base_policy_actions", 1...1024,
            "candidates that the policy proposes a decision; `none` takes one")
        block.update(
            &settings.growsCandidates, "grow_candidates",
            "instead of that number: 4 below 300 training episodes, 8 below 1000, then 16")
        block.update(
            &settings.zeroNoiseCandidate, "zero_noise_candidate",
            "whether the first of them is the policy's mode, sampled without noise")
        block.update(
            &settings.keptActions, "num_actions_to_keep", 1...1024,
            "candidates that the critic's ranking keeps")
        block.update(
            &settings.steps, "num_steps", 0...10_000,
            "gradient steps up the critic on each of those")
        block.update(
            &settings.stepSize, "step_size", .closed(0, 1),
            "size of such a step, in the policy's −1…1")
        block.update(
            &settings.pessimism, "pessimism", .closed(0, 100),
            "standard deviations of the ensemble that a candidate's value is lowered by")
        temperature(block, &settings)
        block.update(
            &settings.vgpsTemperature, "vgps_temperature", .closed(0, 1000),
            "temperature of the draw of `vgps`; 0: the best")
        block.update(
            &settings.meanRadius, "mean_radius", .closed(0, 2),
            "`mean` takes candidates whose axes are this near the best one's, in the policy's −1…1")
        if let edit = block.block("edit", "the edit policy of `edit`", isRequired: false) {
            self.edit(edit, &settings.edit)
        }
        reportReplaced(block)
        block.reportKeys()
        reportUnused(block, settings)
        if settings.keptActions > settings.baseActions, !settings.growsCandidates {
            block.report(
                "num_actions_to_keep \(settings.keptActions) is more than "
                    + "num_base_policy_actions \(settings.baseActions)", at: "num_actions_to_keep")
        }
    }

    private static func edit(_ block: Block, _ settings: inout EditSettings) {
        block.update(
            &settings.scale, "scale", .closed(0, 1),
            "an edit is at most this much per axis, in the policy's −1…1; 0.05 to 0.15 where contact is fine"
        )
        block.update(
            &settings.hidden, "hidden", 8...4096,
            "width of its hidden layers: two, or three twice as wide where an action has more than 32 numbers"
        )
        block.update(
            &settings.alpha, "alpha", .above(0, upTo: 100),
            "what its entropy counts beside the value; where it is tuned, what that begins with")
        block.update(
            &settings.tunesAlpha, "tune_alpha",
            "whether `alpha` follows the entropy −n/2 of an action of n numbers")
        block.update(
            &settings.learningRate, "learning_rate", .above(0, upTo: 1), "learning rate")
        block.update(
            &settings.every, "critic_updates", 1...1_000_000,
            "critic updates from one of its own to the next")
        block.update(
            &settings.startEpisode, "start_episode", 0...100_000,
            "training episodes before its first update")
        block.update(
            &settings.normalisesValue, "normalise_value",
            "whether the value is divided by the mean size that it has over the batch")
        block.reportKeys()
    }

    private static func temperature(_ block: Block, _ settings: inout OptimisationSettings) {
        let temperature = block.number(
            "distill_temperature", .closed(0, 1000),
            "temperature of the draw among optimised actions that the policy learns from; 0: the best",
            isRequired: false, absent: NumberRange.write(settings.distillTemperature))
        let isArgmax = block.boolean(
            "distill_argmax", "true: the policy learns from the best optimised action alone",
            isRequired: false)
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
    }

    /// Tells what the switches of before are called now.
    private static func reportReplaced(_ block: Block) {
        let names = [
            "improve_base_policy_actions_with_local_search":
                "optimiser: rerank is without gradient steps, optimiser: gradient is with them",
            "improve_base_policy_actions_with_global_search":
                "num_base_policy_actions: 1 with num_actions_to_keep: 1 is without ranking",
        ]
        for (key, name) in names.sorted(by: { $0.key < $1.key }) where block.has(key) {
            _ = block.node(key, isRequired: false)
            block.report("\(key) is no switch of its own any more: \(name)", at: key)
        }
    }

    private static func reportUnused(_ block: Block, _ settings: OptimisationSettings) {
        let optimiser = settings.optimiser
        func report(_ keys: [String], of owners: String, unless isUsed: Bool) {
            guard !isUsed else { return }
            block.reportUnused(keys, of: owners, chosenBy: "optimiser", optimiser.rawValue)
        }
        report(
            ["num_steps", "step_size"], of: "optimiser: gradient and edit+gradient",
            unless: optimiser.climbs)
        report(
            ["num_base_policy_actions"], of: "grow_candidates: false",
            unless: !settings.growsCandidates || optimiser == .none)
        report(["num_actions_to_keep"], of: "optimisers that rank", unless: optimiser.ranks)
        report(["edit"], of: "optimiser: edit and edit+gradient", unless: optimiser.edits)
        report(["vgps_temperature"], of: "optimiser: vgps", unless: optimiser == .vgps)
        report(["mean_radius"], of: "optimiser: mean", unless: optimiser == .mean)
        report(
            ["distill_temperature", "distill_argmax"],
            of: "optimisers that a policy draws its targets from",
            unless: optimiser.distils && optimiser != .mean)
    }
}
