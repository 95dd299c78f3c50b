import Foundation
import Neural
import Recipe
import Testing

@testable import Models

/// Tiny networks against PyTorch; `Golden/transformers.py` wrote the files.
@Suite("Golden networks")
struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Golden")

    /// A file's network with its weights, and what came of it elsewhere.
    private struct Golden {
        let policy: any TrainablePolicy
        let file: Safetensors
        let observations = Owned(rows: 3, columns: 5)

        init(_ name: String, _ settings: PolicySettings) throws {
            var training = PolicyTraining()
            training.ema = 1
            policy = PolicyFactory.policy(
                observationCount: 5, actionCount: 3, horizon: 2, settings: settings,
                training: training, key: RandomKey(seed: 1, stream: 1, step: 0))
            file = try Safetensors.decode(
                Array(Data(contentsOf: GoldenTests.folder.appendingPathComponent(name))))
            let state = policy.state
            for group in state.groups.prefix(2) {
                try file.copy(group.layout, prefix: "weight.", into: group.arena.base)
            }
            state.changed()
            try file.copy("observations", shape: [3, 5], into: observations.arena.base)
        }

        /// A tensor of the file.
        func tensor(_ name: String, _ shape: [Int]) throws -> Owned {
            let owned = Owned(rows: shape[0], columns: shape.count > 1 ? shape[1] : 1)
            try file.copy(name, shape: shape, into: owned.arena.base)
            return owned
        }

        /// The one number of a tensor.
        func number(_ name: String) throws -> Float {
            var value: Float = 0
            try file.copy(name, shape: [1], into: &value)
            return value
        }

        /// All the layout's tensors under a prefix.
        func all(_ prefix: String) throws -> Arena {
            let arena = Arena(count: policy.state.actingLayout.count)
            try file.copy(policy.state.actingLayout, prefix: prefix, into: arena.base)
            return arena
        }
    }

    static let kinds: [(String, PolicySettings)] = {
        let trunk = TrunkSettings(layers: 2, heads: 2, width: 16, dropout: 0)
        var mixture = TransformerSettings(trunk: trunk)
        mixture.modes = 3
        return [
            ("tokens.safetensors", .tokens(TokenSettings(trunk: trunk, bins: 8))),
            ("mixture.safetensors", .transformer(mixture)),
        ]
    }()

    static let carried = (
        "transformer_flow.safetensors",
        PolicySettings.transformer(
            TransformerSettings(
                trunk: TrunkSettings(layers: 2, heads: 2, width: 16, dropout: 0), head: .flow))
    )

    @Test("Loss, gradients and one Adam step are PyTorch's", arguments: kinds)
    func learning(kind: (String, PolicySettings)) throws {
        let golden = try Golden(kind.0, kind.1)
        let weights = try golden.tensor("weights", [3])
        let (targets, mask) = (
            try golden.tensor("targets", [3, 6]), try golden.tensor("mask", [3, 2])
        )
        var batch = PolicyBatch(
            observations: golden.observations.matrix, targets: targets.matrix)
        batch.weights = UnsafePointer(weights.arena.base)
        batch.mask = mask.matrix
        let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: nil)
        let loss = golden.policy.step(
            batch, key: RandomKey(seed: 1, stream: 1, step: 1), learningRate: 1e-3,
            workspace: workspace)
        let expected = try golden.number("loss") / 3
        #expect(abs(loss - expected) < 1e-5 + 1e-4 * abs(expected))
        let state = golden.policy.state
        let (gradients, stepped) = (try golden.all("gradient."), try golden.all("stepped."))
        // After one step the first moments are a tenth of the gradient.
        let moments = state.groups[2].arena.base
        var (worstGradient, worstStep): (Float, Float) = (0, 0)
        for index in 0..<gradients.count {
            let gradient = gradients.base[index]
            let excess = abs(10 * moments[index] - gradient) - 1e-4 * abs(gradient)
            worstGradient = max(worstGradient, excess)
            // Where a gradient is nothing but rounding, as that of a key's bias, the step is nothing else.
            guard moments[index] == 0 || abs(gradient) > 1e-6 else { continue }
            let value = stepped.base[index]
            let off = abs(state.groups[0].arena.base[index] - value) - 1e-4 * abs(value)
            worstStep = max(worstStep, off)
        }
        #expect(worstGradient < 1e-5)
        #expect(worstStep < 1e-5)
        withExtendedLifetime((golden, weights, targets, mask)) {}
    }

    @Test("A flow's loss and gradients at given times and noise are PyTorch's")
    func flow() throws {
        let golden = try Golden(Self.carried.0, Self.carried.1)
        guard case .transformer(let settings) = Self.carried.1 else { return }
        let network = FlowTransformer(
            observationCount: 5, actionCount: 3, horizon: 2, settings: settings)
        let (targets, mask) = (
            try golden.tensor("targets", [3, 6]), try golden.tensor("mask", [3, 2])
        )
        let (weights, times) = (try golden.tensor("weights", [3]), try golden.tensor("times", [3]))
        let (noisy, wanted) = (
            try golden.tensor("noisy", [3, 6]), try golden.tensor("wanted", [3, 6])
        )
        let found = Arena(count: network.layout.count)
        let loss = network.accumulate(
            SupervisedRows(
                observations: golden.observations.matrix, targets: targets.matrix,
                weights: UnsafePointer(weights.arena.base), mask: mask.matrix,
                scale: Float(1) / 3, key: RandomKey(seed: 1, stream: 1, step: 1)),
            of: wanted.matrix, at: noisy.matrix, UnsafePointer(times.arena.base),
            golden.policy.state.acting, gradient: found.base, scratch: .measuring())
        let expected = try golden.number("loss")
        #expect(abs(loss - expected) < 1e-5 + 1e-4 * abs(expected))
        let gradients = try golden.all("gradient.")
        for (a, b) in zip(found.buffer, gradients.buffer) {
            #expect(abs(a - b) < 1e-5 + 1e-4 * abs(b))
        }
        withExtendedLifetime((golden, targets, mask, weights, times, noisy, wanted)) {}
    }

    @Test(
        "Samples of given noise and their log-densities are PyTorch's", arguments: kinds + [carried]
    )
    func sampling(kind: (String, PolicySettings)) throws {
        let golden = try Golden(kind.0, kind.1)
        let noise = try golden.tensor("noise", [12, golden.policy.shape.noiseCount])
        let actions = try golden.tensor("actions", [12, 6])
        let densities = try golden.tensor("densities", [12])
        let (found, foundDensities) = (Owned(rows: 12, columns: 6), Arena(count: 12))
        var request = SampleRequest(
            observations: golden.observations.matrix, count: 4,
            key: RandomKey(seed: 1, stream: 1, step: 1))
        request.noise = noise.matrix
        golden.policy.sample(
            request,
            into: Candidates(
                actions: found.matrix,
                logDensities: golden.policy.abilities.density ? foundDensities.base : nil),
            scratch: .measuring())
        for (a, b) in zip(found.arena.buffer, actions.arena.buffer) {
            #expect(abs(a - b) < 1e-5 + 1e-4 * abs(b))
        }
        for (a, b) in zip(foundDensities.buffer, densities.arena.buffer) {
            #expect(abs(a - b) < 1e-5 + 1e-4 * abs(b))
        }
        withExtendedLifetime((golden, noise)) {}
    }
}
