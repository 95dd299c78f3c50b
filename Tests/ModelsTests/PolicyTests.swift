import Embodiment
import Neural
import Recipe
import Testing

@testable import Models

@Suite("Diffusion policy")
struct DiffusionTests {
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
