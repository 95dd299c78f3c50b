import Embodiment
import Recipe

extension AlgorithmBlocks {
    /// The shapes of both kinds of transformer, of which a launch names one.
    ///
    /// - Parameters:
    ///   - isPublished: whether absent sizes are the published ones.
    ///   - dropout: as the block has it, for all kinds.
    ///   - flowSteps: as the block has it, for all flows.
    static func transformers(
        _ block: Block, isPublished: Bool, dropout: Double, flowSteps: Int
    ) -> (continuous: TransformerSettings, binned: TokenSettings) {
        var continuous = TransformerSettings()
        var binned = isPublished ? TokenSettings.paper : TokenSettings()
        var trunk = binned.trunk
        block.update(&trunk.layers, "layers", 1...32, "blocks of a transformer")
        block.update(
            &trunk.heads, "heads", 1...64, "heads of a transformer's attention, a divisor of width")
        block.update(&trunk.width, "width", 8...4096, "numbers of a transformer's token")
        block.update(
            &continuous.head, "head",
            "what the answer of `transformer` is read as: `mixture`, of normal distributions of the whole plan; `flow`, the velocity from noise to it"
        )
        block.update(&continuous.modes, "modes", 1...64, "normal distributions of such a mixture")
        block.update(&binned.bins, "bins", 2...1024, "values that `tokens` tells an axis by")
        block.update(
            &binned.labels, "labels",
            "what a number between two of them teaches: `two_hot` both, by how near, `nearest` one")
        trunk.dropout = dropout
        if trunk.width % 2 != 0 {
            block.report("width must be even: half sines, half cosines of a time", at: "width")
        }
        if trunk.width % trunk.heads != 0 {
            block.report(
                "width \(trunk.width) is not \(trunk.heads) heads of one width; give a multiple of "
                    + "heads", at: block.has("width") ? "width" : "heads")
        }
        continuous.flowSteps = flowSteps
        continuous.trunk = trunk
        binned.trunk = trunk
        return (continuous, binned)
    }

    /// Reports the keys of a transformer's other head.
    static func reportUnused(_ block: Block, of head: TransformerHead?) {
        guard let head else { return }
        let (keys, owner): ([String], TransformerHead) =
            head == .flow ? (["modes"], .mixture) : (["flow_steps"], .flow)
        block.reportUnused(
            keys, of: "head: \(owner.rawValue)", chosenBy: "head", head.rawValue)
    }

    /// A policy that tells its plan number by number has so many of them at most.
    static func check(_ settings: AlgorithmSettings, on robot: RobotDescription, file: Block) {
        check(settings.chunk, on: robot, file: file)
        let count = settings.chunk.horizon * robot.axes.count
        guard case .tokens = settings.policy, count > TokenSettings.mostTokens else { return }
        file.report(
            "kind: tokens tells a plan number by number, at most \(TokenSettings.mostTokens) of them; "
                + "horizon \(settings.chunk.horizon) with \(robot.axes.count) axes is \(count): give "
                + "horizon \(TokenSettings.mostTokens / robot.axes.count) or kind: transformer",
            at: "policy")
    }
}
