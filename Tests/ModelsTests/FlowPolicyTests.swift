import Foundation
import Neural
import Recipe
import Testing

@testable import Models

@Suite("Flow policy")
struct FlowPolicyTests {
    @Test("Euler's steps of v = 2 - x are those of a calculation by hand")
    func euler() {
        let x = Owned(rows: 2, columns: 1)
        let velocity = Owned(rows: 2, columns: 1)
        x.matrix[1, 0] = 1
        var steps: [Int] = []
        FlowNetwork.integrate(x.matrix, steps: 5, velocity: velocity.matrix) { step in
            steps.append(step)
            for row in 0..<2 { velocity.matrix[row, 0] = 2 - x.matrix[row, 0] }
        }
        #expect(steps == [0, 1, 2, 3, 4])
        #expect(abs(x.matrix[0, 0] - 1.34464) < 1e-6 && abs(x.matrix[1, 0] - 1.67232) < 1e-6)
    }

    @Test("Times are uniform, or more of them near the noise")
    func times() {
        #expect(TimeDistribution.uniform.moment(at: 0.5) == 0.5)
        #expect(abs(TimeDistribution.beta.moment(at: 0.5) - 0.369669) < 1e-6)
        #expect(abs(TimeDistribution.beta.moment(at: 0) - 0.999) < 1e-6)
        #expect(abs(TimeDistribution.beta.moment(at: 1)) < 1e-6)
    }

    @Test("A time's features are sines and cosines, of 250 turns as exact as of one")
    func features() {
        let network = FlowNetwork(
            observationCount: 1, actionCount: 1,
            settings: FlowSettings(
                trunk: ResidualTrunkSettings(hidden: 8, blocks: 1, timeDimension: 6)))
        let parameters = Arena(count: network.layout.count)
        let moments: [Float] = [0, 0.3, 0.999]
        let scratch = Scratch.measuring()
        let trace = network.embed(parameters.base, moments, count: 3, scratch: scratch)
        for (row, moment) in moments.enumerated() {
            for (index, period) in [0.004, 0.004 * 1000.squareRoot(), 4].enumerated() {
                let angle = 2 * Double.pi * Double(moment) / period
                let found = (trace.features[row, index], trace.features[row, 3 + index])
                #expect(abs(Double(found.0) - sin(angle)) < 1e-6)
                #expect(abs(Double(found.1) - cos(angle)) < 1e-6)
            }
        }
        withExtendedLifetime((parameters, scratch)) {}
    }
}

/// A second implementation's numbers; `Tests/Golden/flow.py` made them.
@Suite("Flow policy as PyTorch has it")
struct FlowGoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Golden")

    private let file: Safetensors
    private let network: FlowNetwork
    private let weights: TrainableParameters
    private let scratch = Scratch.measuring()

    init() throws {
        let bytes = try Data(contentsOf: Self.folder.appendingPathComponent("flow.safetensors"))
        file = try Safetensors.decode([UInt8](bytes))
        var settings = FlowSettings(
            trunk: ResidualTrunkSettings(hidden: 8, blocks: 2, timeDimension: 8, dropout: 0))
        settings.steps = 5
        network = FlowNetwork(observationCount: 5, actionCount: 3, horizon: 2, settings: settings)
        weights = TrainableParameters(layout: network.layout)
        try file.copy(network.layout, prefix: "parameters.", into: weights.parameters.base)
    }

    private func tensor(_ name: String) throws -> Owned {
        let shape = try #require(file.tensor(name)).shape
        let owned = Owned(rows: shape[0], columns: shape.count > 1 ? shape[1] : 1)
        var layout = ParameterLayout()
        layout.add(name, shape)
        try file.copy(layout, prefix: "", into: owned.arena.base)
        return owned
    }

    /// The largest of |found − wanted| − 1e-4 · |wanted|.
    private func excess(_ found: Arena, _ wanted: Arena) -> Float {
        zip(found.buffer, wanted.buffer).reduce(0) { max($0, abs($1.0 - $1.1) - 1e-4 * abs($1.1)) }
    }

    @Test("Samples are the same")
    func samples() throws {
        let prepared = Arena(count: network.preparedCount)
        network.prepare(weights.parameters.base, into: prepared.base, scratch: scratch)
        let (observations, noise) = try (tensor("input.observations"), tensor("input.noise"))
        var request = SampleRequest(
            observations: observations.matrix, count: 1,
            key: RandomKey(seed: 0, stream: 0, step: 0))
        request.noise = noise.matrix
        let found = Owned(rows: 6, columns: 6)
        network.sample(
            request,
            weights: PolicyWeights(parameters: weights.parameters.base, prepared: prepared.base),
            into: Candidates(actions: found.matrix), scratch: scratch)
        #expect(excess(found.arena, try tensor("output.samples").arena) < 1e-5)
        withExtendedLifetime((observations, noise, prepared)) {}
    }

    @Test("Loss, gradient and a step of Adam are the same, with weights and a mask")
    func step() throws {
        let (observations, targets) = try (tensor("input.observations"), tensor("input.targets"))
        let (noise, moments) = try (tensor("input.noise"), tensor("input.moments"))
        let (counts, mask) = try (tensor("input.weights"), tensor("input.mask"))
        // u and x_τ, each [6, 6].
        let (wanted, noisy) = (Owned(rows: 6, columns: 6), Owned(rows: 6, columns: 6))
        for row in 0..<6 {
            let moment = moments.arena.base[row]
            for column in 0..<6 {
                let (action, drawn) = (targets.matrix[row, column], noise.matrix[row, column])
                wanted.matrix[row, column] = action - drawn
                noisy.matrix[row, column] = moment * action + (1 - moment) * drawn
            }
        }
        let rows = SupervisedRows(
            observations: observations.matrix, targets: targets.matrix,
            weights: UnsafePointer(counts.arena.base), mask: mask.matrix, scale: 1 / 6,
            key: RandomKey(seed: 0, stream: 0, step: 0))
        let gradient = weights.zeroedGradient(of: 0)
        let loss = network.accumulateGradient(
            rows, of: wanted.matrix, at: noisy.matrix, moments.arena.base,
            weights.parameters.base, gradient: gradient, scratch: scratch)
        let mean = Owned(rows: 1, columns: 1)
        mean.matrix[0, 0] = loss / 6
        #expect(excess(mean.arena, try tensor("output.loss").arena) < 1e-5)
        let (expected, stepped) = (
            Arena(count: network.layout.count), Arena(count: network.layout.count)
        )
        try file.copy(network.layout, prefix: "gradient.", into: expected.base)
        let found = Arena(count: network.layout.count)
        found.base.update(from: gradient, count: found.count)
        #expect(excess(found, expected) < 1e-5)
        try file.copy(network.layout, prefix: "stepped.", into: stepped.base)
        weights.apply(
            learningRate: 1e-2, averageRate: 1, batch: 6,
            workspace: ShardedWorkspace(runner: SerialRunner(), scratchCount: nil))
        #expect(excess(weights.parameters, stepped) < 1e-5)
        withExtendedLifetime((observations, targets, noise, moments, counts, mask)) {}
    }
}
