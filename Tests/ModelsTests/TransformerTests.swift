import Glibc
import Neural
import Recipe
import Testing

@testable import Models

/// The policies that share the attention trunk.
@Suite("Transformer policies")
struct TransformerTests {
    static func trunk(dropout: Double = 0) -> TrunkSettings {
        TrunkSettings(layers: 2, heads: 2, width: 16, dropout: dropout)
    }

    static func tokens(
        dropout: Double = 0, bins: Int = 8, labels: TokenLabels = .twoHot
    ) -> TokenSettings {
        var settings = TokenSettings(trunk: trunk(dropout: dropout), bins: bins)
        settings.labels = labels
        return settings
    }

    let scratch = Scratch.measuring()

    /// Fresh weights, disturbed so that nothing is 0.
    static func weights(_ network: any PolicyNetwork, scale: Float = 0.1) -> Arena {
        let parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
        let noise = Owned.normal(rows: 1, columns: parameters.count, seed: 3, scale: scale)
        VectorMath.add(noise.arena.base, into: parameters.base, count: parameters.count)
        return parameters
    }

    /// Weights with what is derived from them.
    private func prepared(_ network: any PolicyNetwork, _ parameters: Arena) -> PolicyWeights {
        let prepared = Unmanaged.passRetained(Arena(count: max(1, network.preparedCount)))
            .takeUnretainedValue()
        network.prepare(parameters.base, into: prepared.base, scratch: scratch)
        return PolicyWeights(parameters: parameters.base, prepared: prepared.base)
    }

    @Test(
        "Backward agrees with finite differences, with dropout, weights and steps left out",
        arguments: [
            PolicySettings.transformer(TransformerSettings(trunk: trunk(dropout: 0.1))),
            .transformer(TransformerSettings(trunk: trunk(dropout: 0.1), head: .flow)),
            .tokens(tokens(dropout: 0.1)), .tokens(tokens(dropout: 0.1, labels: .nearest)),
        ], [1, 2])
    func gradient(settings: PolicySettings, horizon: Int) {
        let network = PolicyFactory.network(
            observationCount: 4, actionCount: 3, horizon: horizon, settings: settings)
        let parameters = Self.weights(network)
        // More rows than a pass takes at once would be slow here: `parts` tests those.
        let observations = Owned.normal(rows: 7, columns: 4, seed: 4)
        let targets = Owned.uniform(rows: 7, columns: 3 * horizon, seed: 5)
        let (weights, mask) = (Arena(count: 7), Owned(rows: 7, columns: horizon))
        for row in 0..<7 {
            weights.base[row] = [0.5, 1, 1.5][row % 3]
            for step in 0..<horizon { mask.matrix[row, step] = step <= row % 2 ? 1 : 0 }
        }
        let gradient = Arena(count: parameters.count)
        let spare = Arena(count: parameters.count)
        func loss(_ gradient: Arena) -> Double {
            0.25
                * Double(
                    network.accumulateGradient(
                        SupervisedRows(
                            observations: observations.matrix, targets: targets.matrix,
                            weights: UnsafePointer(weights.base), mask: mask.matrix, scale: 0.25,
                            key: RandomKey(seed: 6, stream: 2, step: 3), firstRow: 7),
                        weights: PolicyWeights(
                            parameters: parameters.base, prepared: parameters.base),
                        gradient: gradient.base, scratch: scratch))
        }
        _ = loss(gradient)
        let largest = gradient.buffer.reduce(Float(0)) { max($0, abs($1)) }
        let error = gradientError(
            at: parameters, gradient: gradient.base, step: 1e-3, floor: largest,
            indices: probes(network.layout, each: 4)
        ) { loss(spare) }
        #expect(error < 0.01, "\(settings.kind)")
        withExtendedLifetime(weights) {}
    }

    @Test(
        "Tokens one by one behind kept keys, and queries all at once, are the whole sequence",
        arguments: [Attention.Reach.causal, .observed(1)])
    func cached(reach: Attention.Reach) {
        var layout = ParameterLayout()
        let (examples, length) = (5, 6)
        let trunk = AttentionTrunk(
            observationCount: 4, places: length, settings: Self.trunk(), layout: &layout)
        let parameters = Owned.normal(rows: 1, columns: layout.count, seed: 3, scale: 0.3)
        let base = UnsafePointer(parameters.arena.base)
        let observations = Owned.normal(rows: examples, columns: 4, seed: 4)
        let x = Owned.normal(rows: examples * length, columns: 16, seed: 5)
        // What comes behind the observation, with its places, [b·(T − 1), D].
        let behind = Owned(rows: examples * (length - 1), columns: 16)
        for row in 0..<behind.matrix.rows {
            let place = 1 + row % (length - 1)
            behind.matrix.row(row).update(
                from: x.matrix.row(row / (length - 1) * length + place), count: 16)
            VectorMath.add(trunk.place(base, place), into: behind.matrix.row(row), count: 16)
        }
        let trace = trunk.forward(
            base, observations.matrix, x: x.matrix,
            pass: AttentionTrunk.Pass(
                length: length, reach: reach, key: RandomKey(seed: 1, stream: 1, step: 1),
                firstRow: 0), scratch: scratch)
        let prefix = trunk.prefix(base, observations.matrix, scratch: scratch)
        let cache = AttentionTrunk.Cache(
            blocks: 2, sequences: examples, capacity: length - 1, width: 16, scratch: scratch)
        let output = Owned(rows: examples * (length - 1), columns: 16)
        if reach == .causal {
            let (one, answer) = (
                Owned(rows: examples, columns: 16), Owned(rows: examples, columns: 16)
            )
            for place in 0..<(length - 1) {
                for row in 0..<examples {
                    one.matrix.row(row).update(
                        from: behind.matrix.row(row * (length - 1) + place), count: 16)
                }
                trunk.extend(
                    base, x: one.matrix, prefix: prefix, cache: cache, filled: place,
                    into: answer.matrix, scratch: scratch)
                for row in 0..<examples {
                    output.matrix.row(row * (length - 1) + place).update(
                        from: answer.matrix.row(row), count: 16)
                }
            }
        } else {
            trunk.extend(
                base, x: behind.matrix, prefix: prefix, cache: cache, filled: 0,
                into: output.matrix, scratch: scratch)
        }
        var worst: Float = 0
        for row in 0..<trace.output.rows {
            let (example, place) = (row / length, row % length)
            for column in 0..<16 {
                let found =
                    place == 0
                    ? prefix.output[example, column]
                    : output.matrix[example * (length - 1) + place - 1, column]
                worst = max(worst, abs(found - trace.output[row, column]))
            }
        }
        #expect(worst < 1e-5)
        withExtendedLifetime(parameters) {}
    }

    @Test("What was drawn token by token is as likely as training says it is")
    func likelihood() {
        let network = TokenNetwork(
            observationCount: 4, actionCount: 3, horizon: 2, settings: Self.tokens(labels: .nearest)
        )
        let parameters = Self.weights(network)
        let weights = PolicyWeights(parameters: parameters.base, prepared: parameters.base)
        let observations = Owned.normal(rows: 3, columns: 4, seed: 4)
        let actions = Owned(rows: 12, columns: 6)
        let densities = Arena(count: 12)
        network.sample(
            SampleRequest(
                observations: observations.matrix, count: 4,
                key: RandomKey(seed: 9, stream: 1, step: 1)),
            weights: weights,
            into: Candidates(actions: actions.matrix, logDensities: densities.base),
            scratch: scratch)
        let spare = Arena(count: parameters.count)
        for row in 0..<12 {
            let loss = network.accumulateGradient(
                SupervisedRows(
                    observations: observations.matrix.rows((row / 4)..<(row / 4 + 1)),
                    targets: actions.matrix.rows(row..<(row + 1)), scale: 1,
                    key: RandomKey(seed: 1, stream: 1, step: 1)),
                weights: weights, gradient: spare.base, scratch: scratch)
            #expect(abs(loss + densities.base[row]) < 1e-5)
        }
        withExtendedLifetime(parameters) {}
    }

    @Test("A row's mixture loss and its gradients by hand")
    func mixtureByHand() {
        let network = MixtureNetwork(
            observationCount: 1, actionCount: 1,
            settings: {
                var settings = TransformerSettings(trunk: Self.trunk())
                settings.modes = 2
                return settings
            }())
        let (logits, normals) = (Owned(rows: 1, columns: 2), Owned(rows: 1, columns: 4))
        for (column, value) in [0.3, -0.2].enumerated() { logits.matrix[0, column] = Float(value) }
        for (column, value) in [0.1, -0.4, 0.2, 0.5].enumerated() {
            normals.matrix[0, column] = Float(value)
        }
        let (observation, target) = (Owned(rows: 1, columns: 1), Owned(rows: 1, columns: 1))
        target.matrix[0, 0] = 0.25
        let shares = Arena(count: 2)
        let loss = network.seed(
            SupervisedRows(
                observations: observation.matrix, targets: target.matrix, scale: 1,
                key: RandomKey(seed: 1, stream: 1, step: 1)), row: 0, logits: logits.matrix,
            normals: normals.matrix, shares: shares.base)
        #expect(abs(loss + 0.983439) < 1e-5)
        #expect(abs(logits.matrix[0, 0] + 0.256226) < 1e-5)
        #expect(abs(logits.matrix[0, 1] - 0.256226) < 1e-5)
        // dμ · (1 − μ²) and dσ · (1 − e^(floor − σ)).
        let (first, second) = (
            -3.295070 * (1 - 0.01), 1.922124 * (1 - exp(0.02 - 0.2))
        )
        #expect(abs(Double(normals.matrix[0, 0]) - first) < 1e-5)
        #expect(abs(Double(normals.matrix[0, 1]) + 0.315417 * (1 - 0.16)) < 1e-5)
        #expect(abs(Double(normals.matrix[0, 2]) - second) < 1e-5)
        #expect(abs(Double(normals.matrix[0, 3]) + 0.167414 * (1 - exp(0.02 - 0.5))) < 1e-5)
    }

    @Test("Numbers fall into the bins that they should")
    func bins() {
        let network = TokenNetwork(
            observationCount: 1, actionCount: 1,
            settings: TokenSettings(trunk: Self.trunk(), bins: 128))
        #expect(network.nearest(to: -0.5) == 32 && network.bin(of: -0.5) == (31, 0.75))
        #expect(network.nearest(to: 0) == 63 && network.nearest(to: 0.0079) == 64)
        #expect(network.nearest(to: 1) == 127 && network.nearest(to: -1) == 0)
        #expect(network.nearest(to: 1.5) == 127 && network.nearest(to: -3) == 0)
        for bin in 0..<128 { #expect(network.nearest(to: network.action(of: bin)) == bin) }
        #expect(network.action(of: 0) == -1 && network.action(of: 127) == 1)
    }

    static let kinds: [PolicySettings] = [
        .transformer(TransformerSettings(trunk: trunk(dropout: 0.1))),
        .transformer(TransformerSettings(trunk: trunk(dropout: 0.1), head: .flow)),
        .tokens(tokens(dropout: 0.1)),
    ]

    @Test("Candidate j is the same among 8 and among 32", arguments: kinds, [1, 4])
    func candidates(settings: PolicySettings, horizon: Int) {
        let network = PolicyFactory.network(
            observationCount: 4, actionCount: 3, horizon: horizon, settings: settings)
        let parameters = Self.weights(network)
        let observations = Owned.normal(rows: 3, columns: 4, seed: 4)
        func samples(_ count: Int) -> Owned {
            let actions = Owned(rows: 3 * count, columns: 3 * horizon)
            network.sample(
                SampleRequest(
                    observations: observations.matrix, count: count,
                    key: RandomKey(seed: 6, stream: 2, step: 3)),
                weights: prepared(network, parameters), into: Candidates(actions: actions.matrix),
                scratch: scratch)
            return actions
        }
        let (few, many) = (samples(8), samples(32))
        for row in 0..<24 {
            for column in 0..<(3 * horizon) {
                let other = many.matrix[row / 8 * 32 + row % 8, column]
                #expect(abs(few.matrix[row, column] - other) < 1e-5)
            }
        }
        withExtendedLifetime(parameters) {}
    }

    @Test("A batch in parts has the gradient and the samples of the whole", arguments: kinds)
    func parts(settings: PolicySettings) {
        let network = PolicyFactory.network(
            observationCount: 4, actionCount: 3, horizon: 3, settings: settings)
        let parameters = Self.weights(network)
        let weights = prepared(network, parameters)
        // More than one pass takes at once, of which the last is smaller.
        let rows = AttentionTrunk.rowsAtOnce / 4 + 20
        let observations = Owned.normal(rows: rows, columns: 4, seed: 4)
        let targets = Owned.uniform(rows: rows, columns: 9, seed: 5)
        let key = RandomKey(seed: 6, stream: 2, step: 3)
        func run(_ ranges: [Range<Int>]) -> ([Float], [Float]) {
            let gradient = Arena(count: parameters.count)
            let samples = Owned(rows: rows * 3, columns: 9)
            for range in ranges {
                _ = network.accumulateGradient(
                    SupervisedRows(
                        observations: observations.matrix.rows(range),
                        targets: targets.matrix.rows(range), scale: 1 / Float(rows), key: key,
                        firstRow: range.lowerBound),
                    weights: weights, gradient: gradient.base, scratch: scratch)
                let request = SampleRequest(observations: observations.matrix, count: 3, key: key)
                network.sample(
                    request.rows(range), weights: weights,
                    into: Candidates(actions: samples.matrix).rows(range, count: 3),
                    scratch: scratch)
            }
            return (Array(gradient.buffer), Array(samples.arena.buffer))
        }
        let whole = run([0..<rows])
        let parts = run([0..<50, 50..<rows])
        for (a, b) in zip(whole.0, parts.0) { #expect(abs(a - b) < 1e-4 * max(1, abs(a))) }
        for (a, b) in zip(whole.1, parts.1) { #expect(abs(a - b) < 1e-4) }
        withExtendedLifetime(parameters) {}
    }

    @Test("A snapshot that another network loads samples the same bits", arguments: kinds)
    func snapshot(settings: PolicySettings) {
        let policy = PolicyFactory.policy(
            observationCount: 4, actionCount: 3, horizon: 2, settings: settings,
            training: PolicyTraining(), key: RandomKey(seed: 2, stream: 1, step: 0))
        let network = PolicyFactory.network(
            observationCount: 4, actionCount: 3, horizon: 2, settings: settings)
        let copy = Arena(count: network.layout.count)
        copy.base.update(from: policy.state.acting, count: copy.count)
        let observations = Owned.normal(rows: 6, columns: 4, seed: 4)
        let request = SampleRequest(
            observations: observations.matrix, count: 5, key: RandomKey(seed: 6, stream: 2, step: 3)
        )
        let (one, two) = (Owned(rows: 30, columns: 6), Owned(rows: 30, columns: 6))
        policy.sample(request, into: Candidates(actions: one.matrix), scratch: scratch)
        network.sample(
            request, weights: prepared(network, copy),
            into: Candidates(actions: two.matrix), scratch: scratch)
        #expect(one.arena.buffer.map(\.bitPattern) == two.arena.buffer.map(\.bitPattern))
        #expect(Set(one.arena.buffer).count > 3)
        withExtendedLifetime(copy) {}
    }

    @Test("The same bits for any number of workers", arguments: kinds)
    func workers(settings: PolicySettings) {
        func trained(_ runner: any ShardRunner) -> [UInt32] {
            let policy = PolicyFactory.policy(
                observationCount: 4, actionCount: 3, horizon: 2, settings: settings,
                training: PolicyTraining(), key: RandomKey(seed: 2, stream: 1, step: 0))
            let workspace = ShardedWorkspace(runner: runner, scratchCount: 1 << 21)
            let observations = Owned.normal(rows: 64, columns: 4, seed: 4)
            let targets = Owned.uniform(rows: 64, columns: 6, seed: 5)
            for step in 0..<3 {
                _ = policy.step(
                    PolicyBatch(observations: observations.matrix, targets: targets.matrix),
                    key: RandomKey(seed: 1, stream: 2, step: UInt64(step)), learningRate: 1e-3,
                    workspace: workspace)
            }
            return policy.state.groups.flatMap { $0.arena.buffer.map(\.bitPattern) }
        }
        #expect(trained(SerialRunner()) == trained(BackwardsRunner()))
    }
}

/// Runs the shards from the last to the first: what threads may do.
private struct BackwardsRunner: ShardRunner {
    func run(_ shards: Int, _ body: (Int) -> Void) {
        let floatMode = Subnormals.flush()
        defer { Subnormals.restore(floatMode) }
        for shard in (0..<shards).reversed() { body(shard) }
    }
}
