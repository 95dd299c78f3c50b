import Embodiment
import Neural
import Recipe
import Testing

@testable import Models

@Suite("Diffusion policy")
struct DiffusionTests {
    static func settings(dropout: Double = 0.1) -> DiffusionSettings {
        DiffusionSettings(hidden: 24, blocks: 2, timeDimension: 8, dropout: dropout)
    }

    @Test("The noise schedule is the published one")
    func schedule() {
        let schedule = DiffusionSchedule(steps: 5)
        let beta: [Float] = [0.101294, 0.279544, 0.473635, 0.724052, 0.999]
        let alphaBar: [Float] = [0.898706, 0.647478, 0.340810, 0.094046, 9.4e-5]
        for step in 0..<5 {
            #expect(abs(schedule.beta[step] - beta[step]) < 1e-6)
            #expect(abs(schedule.alphaBar[step] - alphaBar[step]) < 1e-6)
        }
    }

    @Test("The published AntMaze network has about 1.69 million parameters")
    func size() {
        let network = DiffusionNetwork(
            observationCount: 29, actionCount: 8, settings: DiffusionSettings())
        #expect(abs(Double(network.layout.count) - 1.69e6) < 0.01e6)
    }

    @Test("Backward agrees with finite differences", arguments: [0.0, 0.1])
    func gradient(dropout: Double) {
        let network = DiffusionNetwork(
            observationCount: 4, actionCount: 3, settings: Self.settings(dropout: dropout))
        let parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
        let noise = Owned.normal(rows: 1, columns: parameters.count, seed: 3, scale: 0.05)
        VectorMath.add(noise.arena.base, into: parameters.base, count: parameters.count)
        let observations = Owned.normal(rows: 11, columns: 4, seed: 4)
        let targets = Owned.uniform(rows: 11, columns: 3, seed: 5)
        let gradient = Arena(count: parameters.count)
        let spare = Arena(count: parameters.count)
        let prepared = Arena(count: network.preparedCount)
        let scratch = Scratch.measuring()
        let weights = PolicyWeights(parameters: parameters.base, prepared: prepared.base)
        let key = RandomKey(seed: 6, stream: 2, step: 3)
        func loss(_ gradient: Arena) -> Double {
            network.prepare(parameters.base, into: prepared.base, scratch: scratch)
            return 0.25
                * Double(
                    network.accumulateGradient(
                        SupervisedRows(
                            observations: observations.matrix, targets: targets.matrix,
                            scale: 0.25, key: key, firstRow: 7),
                        weights: weights, gradient: gradient.base, scratch: scratch))
        }
        _ = loss(gradient)
        let error = gradientError(
            at: parameters, gradient: gradient.base, floor: 0.1,
            indices: probes(network.layout, each: 4)
        ) { loss(spare) }
        #expect(error < 0.02)
    }

    @Test("A batch in parts has the gradient and the samples of the whole")
    func partition() {
        let network = DiffusionNetwork(
            observationCount: 4, actionCount: 3, settings: Self.settings())
        let parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
        let observations = Owned.normal(rows: 12, columns: 4, seed: 4)
        let targets = Owned.uniform(rows: 12, columns: 3, seed: 5)
        let prepared = Arena(count: network.preparedCount)
        let scratch = Scratch.measuring()
        network.prepare(parameters.base, into: prepared.base, scratch: scratch)
        let weights = PolicyWeights(parameters: parameters.base, prepared: prepared.base)
        let key = RandomKey(seed: 6, stream: 2, step: 3)
        func run(_ ranges: [Range<Int>]) -> ([Float], [Float]) {
            let gradient = Arena(count: parameters.count)
            let samples = Owned(rows: 60, columns: 3)
            for range in ranges {
                _ = network.accumulateGradient(
                    SupervisedRows(
                        observations: observations.matrix.rows(range),
                        targets: targets.matrix.rows(range), scale: 1, key: key,
                        firstRow: range.lowerBound),
                    weights: weights, gradient: gradient.base, scratch: scratch)
                let request = SampleRequest(
                    observations: observations.matrix, count: 5, key: key)
                network.sample(
                    request.rows(range), weights: weights,
                    into: Candidates(actions: samples.matrix).rows(range, count: 5),
                    scratch: scratch)
            }
            return (Array(gradient.buffer), Array(samples.arena.buffer))
        }
        let whole = run([0..<12])
        let parts = run([0..<5, 5..<12])
        for (a, b) in zip(whole.0, parts.0) { #expect(abs(a - b) < 1e-3 * max(1, abs(a))) }
        for (a, b) in zip(whole.1, parts.1) { #expect(abs(a - b) < 1e-4) }
        #expect(whole.1.allSatisfy { abs($0) <= 1 })
        #expect(Set(whole.1).count > 30)
    }

    @Test("Half precision that is asked for and not used has a reason, and nothing else has")
    func refusedHalf() {
        var shape = DiffusionSettings()
        #expect(PolicySettings.diffusion(shape).refusedHalf == nil)
        shape.trunk.samplingPrecision = .half
        for hidden in [HalfProducts.columns * 2, HalfProducts.columns * 2 + 1] {
            shape.trunk.hidden = hidden
            let settings = PolicySettings.diffusion(shape)
            #expect((settings.refusedHalf == nil) == settings.samplesInHalf)
        }
        #expect(PolicySettings.diffusion(shape).refusedHalf != nil)
        #expect(PolicySettings.gaussian(GaussianSettings(hidden: 64)).refusedHalf == nil)
    }

    @Test(
        "In half precision the candidates are nearly the same, and in parts the same to the bit",
        .enabled(if: HalfProducts.areThere))
    func halfPrecision() {
        var settings = Self.settings()
        settings.trunk.hidden = 64
        let observations = Owned.normal(rows: 12, columns: 4, seed: 4)
        let key = RandomKey(seed: 6, stream: 2, step: 3)
        func samples(_ precision: SamplingPrecision, _ ranges: [Range<Int>]) -> [Float] {
            settings.trunk.samplingPrecision = precision
            let network = DiffusionNetwork(
                observationCount: 4, actionCount: 3, settings: settings)
            let parameters = Arena(count: network.layout.count)
            network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
            let prepared = Arena(count: network.preparedCount)
            let scratch = Scratch.measuring()
            network.prepare(parameters.base, into: prepared.base, scratch: scratch)
            let samples = Owned(rows: 60, columns: 3)
            for range in ranges {
                let request = SampleRequest(
                    observations: observations.matrix, count: 5, key: key)
                network.sample(
                    request.rows(range),
                    weights: PolicyWeights(parameters: parameters.base, prepared: prepared.base),
                    into: Candidates(actions: samples.matrix).rows(range, count: 5),
                    scratch: scratch)
            }
            return Array(samples.arena.buffer)
        }
        let single = samples(.single, [0..<12])
        let half = samples(.half, [0..<12])
        #expect(half != single)
        for (a, b) in zip(half, single) { #expect(abs(a - b) < 0.02) }
        #expect(samples(.half, [0..<5, 5..<12]) == half)
    }

    @Test("Imitation of two modes samples both of them and little between", arguments: [1, 2])
    func modes(seed: UInt64) {
        let policy = NetworkPolicy(
            network: DiffusionNetwork(
                observationCount: 2, actionCount: 1, settings: Self.settings()),
            abilities: PolicySettings.diffusion(Self.settings()).abilities, averageRate: 0.02,
            key: RandomKey(seed: seed, stream: 1, step: 0))
        let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: nil)
        let observations = Owned(rows: 128, columns: 2)
        let targets = Owned(rows: 128, columns: 1)
        for row in 0..<128 {
            observations.matrix[row, 0] = row % 4 < 2 ? 1 : -1
            // Where the first scalar is 1 the action is ±0.8, else always 0.3.
            targets.matrix[row, 0] = row % 4 < 2 ? (row % 2 == 0 ? 0.8 : -0.8) : 0.3
        }
        for step in 0..<900 {
            _ = policy.step(
                PolicyBatch(observations: observations.matrix, targets: targets.matrix),
                key: RandomKey(seed: seed, stream: 2, step: UInt64(step)), learningRate: 2e-3,
                workspace: workspace)
        }
        let samples = Owned(rows: 128 * 4, columns: 1)
        policy.sample(
            SampleRequest(
                observations: observations.matrix, count: 4,
                key: RandomKey(seed: seed, stream: 3, step: 0)),
            into: Candidates(actions: samples.matrix), scratch: workspace.scratch[0])
        var up = 0
        var down = 0
        var single = 0
        for row in 0..<512 {
            let value = samples.matrix[row, 0]
            if (row / 4) % 4 < 2 {
                if abs(value - 0.8) < 0.25 { up += 1 }
                if abs(value + 0.8) < 0.25 { down += 1 }
            } else if abs(value - 0.3) < 0.2 {
                single += 1
            }
        }
        #expect(up > 50 && down > 50 && up + down > 215, "seed \(seed): \(up) \(down)")
        #expect(single > 230, "seed \(seed): \(single)")
    }
}

@Suite("Gaussian policy")
struct GaussianTests {
    let network: GaussianNetwork
    let parameters: Arena
    let observations = Owned.normal(rows: 9, columns: 4, seed: 4)
    let scratch = Scratch(count: 100_000)
    /// Nothing is prepared.
    var weights: PolicyWeights {
        PolicyWeights(parameters: parameters.base, prepared: parameters.base)
    }

    init() {
        network = GaussianNetwork(
            observationCount: 4, actionCount: 2, settings: GaussianSettings(hidden: 24))
        parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
        let noise = Owned.normal(rows: 1, columns: parameters.count, seed: 3, scale: 0.1)
        VectorMath.add(noise.arena.base, into: parameters.base, count: parameters.count)
    }

    @Test("The supervised backward agrees with finite differences")
    func supervised() {
        let targets = Owned.uniform(rows: 9, columns: 2, seed: 5)
        let gradient = Arena(count: parameters.count)
        let spare = Arena(count: parameters.count)
        func loss(_ gradient: Arena) -> Double {
            Double(
                network.accumulateGradient(
                    SupervisedRows(
                        observations: observations.matrix, targets: targets.matrix, scale: 1,
                        key: RandomKey(seed: 1, stream: 1, step: 1)),
                    weights: weights, gradient: gradient.base, scratch: scratch))
        }
        _ = loss(gradient)
        let error = gradientError(
            at: parameters, gradient: gradient.base, step: 1e-3, floor: 0.5,
            indices: probes(network.layout, each: 4)
        ) { loss(spare) }
        #expect(error < 0.03)
    }

    @Test("The ascent's backward agrees with finite differences of a known value")
    func ascent() {
        let gradient = Arena(count: parameters.count)
        let spare = Arena(count: parameters.count)
        /// Value −Σ (a − 0.3)².
        func loss(_ gradient: Arena) -> Double {
            let mark = scratch.mark()
            defer { scratch.release(to: mark) }
            return -Double(
                network.accumulateAscent(
                    observations.matrix, weights: weights,
                    draw: (RandomKey(seed: 1, stream: 5, step: 1), 0), divisor: 1,
                    gradient: gradient.base, scratch: scratch
                ) { actions, dActions in
                    var total: Float = 0
                    for index in 0..<18 {
                        let difference = actions.base[index] - 0.3
                        total -= difference * difference
                        dActions.base[index] = -2 * difference
                    }
                    return total
                })
        }
        _ = loss(gradient)
        let error = gradientError(
            at: parameters, gradient: gradient.base, step: 1e-3, floor: 0.2,
            indices: probes(network.layout, each: 4)
        ) { loss(spare) }
        #expect(error < 0.03)
    }

    @Test("Log-densities integrate to one over the action interval")
    func density() {
        // One-dimensional check by importance: the mean of 1/π over samples is the box's volume, 2² = 4.
        let samples = Owned(rows: 9 * 2000, columns: 2)
        let densities = Arena(count: 9 * 2000)
        network.sample(
            SampleRequest(
                observations: observations.matrix, count: 2000,
                key: RandomKey(seed: 4, stream: 1, step: 1)),
            weights: weights,
            into: Candidates(actions: samples.matrix, logDensities: densities.base),
            scratch: scratch)
        // Within the inner box, where 1/π has a small variance.
        var inside = 0.0
        for index in 0..<(9 * 2000)
        where abs(samples.matrix[index, 0]) < 0.3 && abs(samples.matrix[index, 1]) < 0.3 {
            inside += 1 / Double(VectorMath.exponential(of: densities.base[index]))
        }
        #expect(abs(inside / (9 * 2000) - 0.36) < 0.05)
    }
}

extension VectorMath {
    /// e^x of one number.
    static func exponential(of x: Float) -> Float {
        var result: Float = 0
        withUnsafePointer(to: x) { exp($0, into: &result, count: 1) }
        return result
    }
}
