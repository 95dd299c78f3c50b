import Recipe

extension AlgorithmBlocks {
    /// The residual trunk of the kinds that have one; its width every kind has.
    static func trunk(_ block: Block, _ trunk: inout ResidualTrunkSettings) {
        block.update(
            &trunk.blocks, "num_blocks", 1...32,
            "residual blocks of `diffusion`, `flow` and `onestep`")
        block.update(
            &trunk.timeDimension, "time_dim", 2...1024,
            "width of the time embedding of `diffusion`, `flow` and `onestep`, even")
        block.update(
            &trunk.samplingPrecision, "sampling_precision",
            "`half`: candidates are sampled with 16-bit products where the processor has them")
        block.update(
            &trunk.dropout, "dropout_rate", .closed(0, 0.9),
            "dropout in training, of every kind but `gaussian`")
        if trunk.timeDimension % 2 != 0 {
            block.report("time_dim must be even: half cosines, half sines", at: "time_dim")
        }
    }

    /// What a flow, and the one-step policy that is distilled from it, need beside the trunk.
    static func oneStep(_ block: Block, _ trunk: ResidualTrunkSettings) -> OneStepSettings {
        var settings = OneStepSettings(flow: FlowSettings(trunk: trunk))
        block.update(
            &settings.flow.steps, "flow_steps", 1...100,
            "Euler steps from noise to a candidate of `flow`, of `transformer` with `head: flow`, or to what `onestep` learns from"
        )
        block.update(
            &settings.flow.times, "time_distribution",
            "where between noise and action a flow learns: everywhere alike, or more of it near the noise"
        )
        block.update(
            &settings.distillWeight, "distill_weight", .above(0, upTo: 1e6),
            "with `maximise_q`, what the distance of `onestep` from its flow counts beside the value"
        )
        return settings
    }

    /// Keys of a policy's shape, and the kinds that have a use for them.
    private static let owners: [(keys: [String], kinds: [PolicyKind])] = [
        (["hidden"], [.diffusion, .flow, .oneStep, .gaussian]),
        (["num_blocks", "time_dim", "sampling_precision"], [.diffusion, .flow, .oneStep]),
        (["dropout_rate"], [.diffusion, .flow, .oneStep, .transformer, .tokens]),
        (["diffusion_steps"], [.diffusion]),
        (["flow_steps"], [.flow, .oneStep, .transformer]),
        (["time_distribution"], [.flow, .oneStep]), (["distill_weight"], [.oneStep]),
        (["layers", "heads", "width"], [.transformer, .tokens]),
        (["head", "modes"], [.transformer]), (["bins", "labels"], [.tokens]),
    ]

    /// Reports the keys of other kinds.
    static func reportUnused(_ block: Block, of kind: PolicyKind) {
        for (keys, kinds) in owners where !kinds.contains(kind) {
            block.reportUnused(
                keys, of: "kind: " + kinds.map(\.rawValue).joined(separator: ", "),
                chosenBy: "kind", kind.rawValue)
        }
    }
}
