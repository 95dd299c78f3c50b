import Neural
import Recipe
import Testing

@testable import Models

/// Policies whose action is a chunk of several steps.
@Suite("Policies of chunks")
struct ChunkPolicyTests {
    static let trunk = ResidualTrunkSettings(
        hidden: 24, blocks: 2, timeDimension: 8, dropout: 0)
    static let kinds: [PolicySettings] = [
        .diffusion(DiffusionSettings(trunk: trunk)), .flow(FlowSettings(trunk: trunk)),
        .oneStep(OneStepSettings(flow: FlowSettings(trunk: trunk))),
        .gaussian(GaussianSettings(hidden: 24)),
        .transformer(TransformerSettings(trunk: TransformerTests.trunk())),
        .transformer(TransformerSettings(trunk: TransformerTests.trunk(), head: .flow)),
        .tokens(TransformerTests.tokens(bins: 32)),
    ]
    static let (rows, horizon, axes) = (9, 3, 2)

    let observations = Owned.normal(rows: rows, columns: 4, seed: 4)
    let targets = Owned.uniform(rows: rows, columns: horizon * axes, seed: 5)
    let mask = Owned(rows: rows, columns: horizon)
    /// What each row's loss counts.
    let counts = Owned.uniform(rows: 1, columns: rows, seed: 8)
    let scratch = Scratch.measuring()

    init() {
        for row in 0..<Self.rows { counts.matrix[0, row] += 1 }
        // One step at least is there, of every third row all.
        for row in 0..<Self.rows {
            for step in 0..<Self.horizon {
                mask.matrix[row, step] = step <= row % Self.horizon ? 1 : 0
            }
        }
    }

    private static func network(_ settings: PolicySettings) -> any PolicyNetwork {
        PolicyFactory.network(
            observationCount: 4, actionCount: axes, horizon: horizon, settings: settings)
    }

    /// Loss and gradient of all rows, with the mask.
    private func loss(
        _ network: any PolicyNetwork, _ parameters: Arena, _ prepared: Arena,
        taughtBy averages: PolicyWeights? = nil, into gradient: Arena
    ) -> Double {
        network.prepare(parameters.base, into: prepared.base, scratch: scratch)
        var rows = SupervisedRows(
            observations: observations.matrix, targets: targets.matrix,
            weights: UnsafePointer(counts.arena.base), mask: mask.matrix,
            scale: 0.25, key: RandomKey(seed: 6, stream: 2, step: 3), firstRow: 7)
        rows.averages = averages
        let loss = network.accumulateGradient(
            rows,
            weights: PolicyWeights(parameters: parameters.base, prepared: prepared.base),
            gradient: gradient.base, scratch: scratch)
        return 0.25 * Double(loss)
    }

    private func parameters(_ network: any PolicyNetwork) -> Arena {
        let parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
        let noise = Owned.normal(rows: 1, columns: parameters.count, seed: 3, scale: 0.05)
        VectorMath.add(noise.arena.base, into: parameters.base, count: parameters.count)
        return parameters
    }

    @Test("Backward agrees with finite differences, with steps left out", arguments: kinds)
    func gradient(settings: PolicySettings) {
        let network = Self.network(settings)
        let parameters = parameters(network)
        let gradient = Arena(count: parameters.count)
        let spare = Arena(count: parameters.count)
        let prepared = Arena(count: max(1, network.preparedCount))
        // Of one that follows its own average: that stays as it is.
        let teacher = (self.parameters(network), Arena(count: max(1, network.preparedCount)))
        network.prepare(teacher.0.base, into: teacher.1.base, scratch: scratch)
        let averages = PolicyWeights(parameters: teacher.0.base, prepared: teacher.1.base)
        _ = loss(network, parameters, prepared, taughtBy: averages, into: gradient)
        let largest = gradient.buffer.reduce(Float(0)) { max($0, abs($1)) }
        let error = gradientError(
            at: parameters, gradient: gradient.base, step: 1e-3, floor: largest,
            indices: probes(network.layout, each: 4)
        ) { loss(network, parameters, prepared, taughtBy: averages, into: spare) }
        withExtendedLifetime(teacher) {}
        #expect(error < 0.01, "\(settings.kind)")
    }

    @Test("What stands at steps that are not there changes no bit", arguments: kinds)
    func masked(settings: PolicySettings) {
        let network = Self.network(settings)
        let parameters = parameters(network)
        let prepared = Arena(count: max(1, network.preparedCount))
        func run() -> (Double, [UInt32]) {
            let gradient = Arena(count: parameters.count)
            let loss = loss(network, parameters, prepared, into: gradient)
            return (loss, gradient.buffer.map(\.bitPattern))
        }
        let before = run()
        for row in 0..<Self.rows {
            for step in 0..<Self.horizon where mask.matrix[row, step] == 0 {
                for axis in 0..<Self.axes { targets.matrix[row, step * Self.axes + axis] = 0.77 }
            }
        }
        let after = run()
        #expect(before.0 == after.0 && before.1 == after.1)
        targets.matrix[0, 0] += 0.1
        #expect(run().1 != before.1)
    }

    @Test("A step counts the same in a chunk that was cut as in a whole one of that length")
    func shares() {
        let rows = SupervisedRows(
            observations: observations.matrix, targets: targets.matrix, mask: mask.matrix,
            scale: 1, key: RandomKey(seed: 1, stream: 1, step: 1))
        let shares = (0..<3).map { row in
            (0..<3).map { rows.weight(of: row, step: $0) * rows.stepShare(of: row, horizon: 3) }
        }
        #expect(
            shares == [[1, 0, 0], [0.5, 0.5, 0], [Float(1) / 3, Float(1) / 3, Float(1) / 3]])
        #expect((0..<3).map { rows.standing(for: $0, row: 1) } == [0, 1, 1])
    }

    @Test("Every step of a chunk is learned", arguments: kinds)
    func learning(settings: PolicySettings) {
        var training = PolicyTraining()
        training.ema = 0.05
        let policy = PolicyFactory.policy(
            observationCount: 4, actionCount: Self.axes, horizon: Self.horizon,
            settings: settings, training: training, key: RandomKey(seed: 2, stream: 1, step: 0))
        #expect(policy.shape.chunkCount == 6 && policy.shape.horizon == 3)
        // Step i goes to (i − 1) / 2, on the second axis to its negative, wherever it is.
        for row in 0..<Self.rows {
            for step in 0..<3 {
                targets.matrix[row, 2 * step] = Float(step - 1) / 2
                targets.matrix[row, 2 * step + 1] = -Float(step - 1) / 2
            }
        }
        let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: 1 << 20)
        for update in 0..<1500 {
            var batch = PolicyBatch(observations: observations.matrix, targets: targets.matrix)
            batch.mask = mask.matrix
            _ = policy.step(
                batch, key: RandomKey(seed: 1, stream: 2, step: UInt64(update)),
                learningRate: 3e-3, workspace: workspace)
        }
        let samples = Owned(rows: 4 * Self.rows, columns: 6)
        policy.sample(
            SampleRequest(
                observations: observations.matrix, count: 4,
                key: RandomKey(seed: 9, stream: 1, step: 1)),
            into: Candidates(actions: samples.matrix), scratch: scratch)
        // Where all steps were there: every candidate of every third row.
        var deviation: Float = 0
        let whole = (0..<samples.matrix.rows).filter { $0 / 4 % 3 == 2 }
        for row in whole {
            for column in 0..<6 {
                deviation += abs(samples.matrix[row, column] - targets.matrix[0, column])
            }
        }
        #expect(deviation / Float(6 * whole.count) < 0.1, "\(settings.kind)")
    }
}
