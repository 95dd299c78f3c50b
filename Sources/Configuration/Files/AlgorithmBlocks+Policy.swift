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

    /// Reports the keys of other kinds.
    static func reportUnused(_ block: Block, _ policy: PolicySettings) {
        let kind = policy.kind
        func report(_ keys: [String], of owners: String, unless isUsed: Bool) {
            guard !isUsed else { return }
            block.reportUnused(keys, of: "kind: \(owners)", chosenBy: "kind", kind.rawValue)
        }
        let attends = kind == .transformer || kind == .tokens
        report(["hidden"], of: "diffusion, flow, onestep and gaussian", unless: !attends)
        report(
            ["num_blocks", "time_dim", "sampling_precision"],
            of: "diffusion, flow and onestep", unless: policy.residualTrunk != nil)
        report(
            ["dropout_rate"], of: "diffusion, flow, onestep, transformer and tokens",
            unless: kind != .gaussian)
        report(["diffusion_steps"], of: "diffusion", unless: kind == .diffusion)
        report(
            ["flow_steps"], of: "flow, onestep and transformer",
            unless: [.flow, .oneStep, .transformer].contains(kind))
        report(
            ["time_distribution"], of: "flow and onestep",
            unless: kind == .flow || kind == .oneStep)
        report(["layers", "heads", "width"], of: "transformer and tokens", unless: attends)
        report(["head", "modes"], of: "transformer", unless: kind == .transformer)
        report(["bins", "labels"], of: "tokens", unless: kind == .tokens)
        report(["distill_weight"], of: "onestep", unless: kind == .oneStep)
    }
}
