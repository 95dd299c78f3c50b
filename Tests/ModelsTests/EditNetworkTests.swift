import Foundation
import Neural
import Recipe
import Testing

@testable import Models

/// The bounded edit policy against formulas of policies' note 6, finite differences and a value that it must climb.
@Suite("Edit policy")
struct EditNetworkTests {
    static func network(
        actionCount: Int = 3, scale: Double = 0.2, alpha: Double = 0.01, hidden: Int = 24
    ) -> EditNetwork {
        var settings = EditSettings()
        settings.scale = scale
        settings.alpha = alpha
        settings.hidden = hidden
        return EditNetwork(observationCount: 5, actionCount: actionCount, settings: settings)
    }

    static func weights(_ network: EditNetwork, seed: UInt64) -> Arena {
        let parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: seed, stream: 1, step: 0))
        return parameters
    }

    let scratch = Scratch(count: 1_000_000)

    @Test("An edit drawn at μ 0.1, σ 0.5, ξ 0.3 is 0.244919, its log-density −0.208932")
    func golden() {
        let x: Float = 0.1 + 0.5 * 0.3
        #expect(abs(tanhf(x) - 0.244919) < 1e-6)
        let density = EditNetwork.logDensity(noise: 0.3, logDeviation: logf(0.5), x: x)
        #expect(abs(density + 0.208932) < 1e-5)
        let scaled =
            density
            - EditNetwork(
                observationCount: 5, actionCount: 1, settings: EditSettings()
            ).logScale
        #expect(abs(scaled - 1.400506) < 1e-5)
    }

    @Test("Fresh weights edit by next to nothing, and never by more than the scale")
    func bounded() {
        let network = Self.network()
        let parameters = Self.weights(network, seed: 4)
        let observations = Owned.normal(rows: 40, columns: 5, seed: 4)
        let actions = Owned.uniform(rows: 200, columns: 3, seed: 4)
        let edited = Owned(rows: 200, columns: 3)
        func distance() -> Float {
            (0..<600).map { abs(edited.arena.base[$0] - actions.arena.base[$0]) }.max()!
        }
        network.edit(
            parameters.base, observations: observations.matrix, actions: actions.matrix, draw: nil,
            into: edited.matrix, scratch: scratch)
        #expect(distance() < 0.01)
        VectorMath.scale(parameters.base, count: parameters.count, by: 30)
        network.edit(
            parameters.base, observations: observations.matrix, actions: actions.matrix,
            draw: (RandomKey(seed: 4, stream: 3, step: 0), 0), into: edited.matrix,
            scratch: scratch)
        #expect(distance() <= 0.2001 && distance() > 0.15)
        #expect(edited.arena.buffer.allSatisfy { abs($0) <= 1 })
    }

    @Test(
        "An edit depends on its row alone: not on the rows beside it, nor on how many candidates follow"
    )
    func rows() {
        let network = Self.network()
        let parameters = Self.weights(network, seed: 5)
        let observations = Owned.normal(rows: 6, columns: 5, seed: 5)
        let actions = Owned.uniform(rows: 24, columns: 3, seed: 5)
        let (all, part) = (Owned(rows: 24, columns: 3), Owned(rows: 12, columns: 3))
        let key = RandomKey(seed: 5, stream: 3, step: 9)
        network.edit(
            parameters.base, observations: observations.matrix, actions: actions.matrix,
            draw: (key, 10), into: all.matrix, scratch: scratch)
        network.edit(
            parameters.base, observations: observations.matrix.rows(3..<6),
            actions: actions.matrix.rows(12..<24), draw: (key, 13), into: part.matrix,
            scratch: scratch)
        for index in 0..<36 { #expect(all.arena.base[36 + index] == part.arena.base[index]) }
        // The first two of each state's four.
        let (few, two) = (Owned(rows: 12, columns: 3), Owned(rows: 12, columns: 3))
        for state in 0..<6 {
            for place in 0..<2 {
                few.matrix.row(2 * state + place).update(
                    from: actions.matrix.row(4 * state + place), count: 3)
            }
        }
        network.edit(
            parameters.base, observations: observations.matrix, actions: few.matrix,
            draw: (key, 10), into: two.matrix, scratch: scratch)
        for state in 0..<6 {
            for place in 0..<2 {
                for axis in 0..<3 {
                    let (a, b) = (
                        two.matrix[2 * state + place, axis], all.matrix[4 * state + place, axis]
                    )
                    #expect(abs(a - b) < 1e-5)
                }
            }
        }
    }

    /// The loss of `accumulateGradient` with a critic, in double precision where it is summed.
    private func loss(
        _ network: EditNetwork, _ parameters: Arena, _ critic: CriticEnsemble, _ values: Arena,
        _ rows: EditRows, alpha: Double
    ) -> Double {
        let count = rows.actions.rows
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let trace = EditNetwork.Trace(network, rows: count, scratch: scratch)
        network.forward(
            parameters.base, observations: rows.observations, actions: rows.actions, into: trace,
            scratch: scratch)
        network.fill(trace.noise, rows.key, firstRow: rows.firstRow, 1)
        let edited = scratch.matrix(rows: count, columns: network.actionCount)
        var density = 0.0
        for row in 0..<count {
            for axis in 0..<network.actionCount {
                let log = Double(trace.clippedLog(row, axis))
                let noise = Double(trace.noise[row, axis])
                let x = Double(trace.mean[row, axis]) + exp(log) * noise
                let u = tanh(x)
                density +=
                    -0.5 * noise * noise - log - 0.5 * Foundation.log(2 * Double.pi)
                    - Foundation.log(1 - u * u) - Foundation.log(Double(network.scale))
                let moved = Double(rows.actions[row, axis]) + Double(network.scale) * u
                edited[row, axis] = Float(max(-1, min(1, moved)))
            }
        }
        let parts = scratch.matrix(rows: critic.memberCount * count, columns: critic.hidden)
        critic.observationParts(values.base, observations: rows.observations, into: parts)
        let found = scratch.vector(count)
        critic.meanValuesAndGradients(
            values.base, observationParts: parts, states: 0..<count, stateCount: count, copies: 1,
            actions: edited, values: found, gradients: rows.slopes, scratch: scratch)
        var value = 0.0
        for row in 0..<count { value += Double(found[row]) }
        return (alpha * density - value / Double(rows.divisor)) / Double(rows.batch)
    }

    @Test(
        "Its gradient is the loss's by central differences", arguments: [3, 40], [1, 2] as [UInt64])
    func gradient(actionCount: Int, seed: UInt64) {
        let network = Self.network(actionCount: actionCount, scale: 0.4, alpha: 0.05, hidden: 12)
        let parameters = Self.weights(network, seed: seed)
        // Edits of a size, and deviations on both sides of none.
        VectorMath.scale(
            parameters.base + network.mean.weight.offset,
            count: network.mean.weight.count + network.mean.bias.count, by: 40)
        let critic = CriticEnsemble(
            observationCount: 5, actionCount: actionCount,
            settings: criticSettings(trunk: .mlp, head: .scalar, shared: false))
        let values = Arena(count: critic.layout.count)
        critic.initialise(values.base, key: RandomKey(seed: seed, stream: 7, step: 0))
        VectorMath.scale(values.base, count: values.count, by: 2)
        let observations = Owned.normal(rows: 6, columns: 5, seed: seed)
        let actions = Owned.uniform(rows: 6, columns: actionCount, seed: seed)
        let slopes = Owned(rows: 6, columns: actionCount)
        let rows = EditRows(
            observations: observations.matrix, actions: actions.matrix, slopes: slopes.matrix,
            divisor: 0.7, batch: 9, key: RandomKey(seed: seed, stream: 5, step: 3), firstRow: 2)
        func total() -> Double {
            loss(network, parameters, critic, values, rows, alpha: 0.05)
        }
        _ = total()
        let gradient = Arena(count: network.layout.count)
        _ = network.accumulateGradient(
            rows, parameters: parameters.base, tunesAlpha: false, gradient: gradient.base,
            scratch: scratch)
        let indices = probes(network.layout, each: 6).filter { $0 != network.logAlpha.offset }
        let largest = indices.map { abs(gradient.base[$0]) }.max()!
        #expect(largest > 1e-3, "seed \(seed): otherwise the test would say nothing")
        let error = gradientError(
            at: parameters, gradient: gradient.base, step: 1e-3, floor: largest, indices: indices,
            total)
        #expect(error < 1e-2, "seed \(seed)")
        #expect(gradient.base[network.logAlpha.offset] == 0)
    }

    @Test("A tuned α falls while the entropy is above −n/2 and rises below it")
    func temperature() {
        let network = Self.network(scale: 1)
        let parameters = Self.weights(network, seed: 6)
        let observations = Owned.normal(rows: 8, columns: 5, seed: 6)
        let actions = Owned.uniform(rows: 8, columns: 3, seed: 6)
        let slopes = Owned(rows: 8, columns: 3)
        func slope() -> Float {
            let gradient = Arena(count: network.layout.count)
            _ = network.accumulateGradient(
                EditRows(
                    observations: observations.matrix, actions: actions.matrix,
                    slopes: slopes.matrix, divisor: 1, batch: 8,
                    key: RandomKey(seed: 6, stream: 5, step: 3), firstRow: 0),
                parameters: parameters.base, tunesAlpha: true, gradient: gradient.base,
                scratch: scratch)
            return gradient.base[network.logAlpha.offset]
        }
        #expect(slope() > 0)
        let bias = parameters.base + network.logDeviation.bias.offset
        for axis in 0..<3 { bias[axis] = -5 }
        #expect(slope() < 0)
    }

    @Test(
        "It finds the best action of a quadratic value within its scale",
        arguments: [1, 2] as [UInt64])
    func climbs(seed: UInt64) {
        let network = Self.network()
        let weights = TrainableParameters(layout: network.layout)
        network.initialise(
            weights.parameters.base, key: RandomKey(seed: seed, stream: 1, step: 0))
        let rows = 64
        let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: 300_000)
        // The best action is the policy's, moved by these.
        let shift: [Float] = [0.12, -0.15, 0.5]
        let observations = Owned.normal(rows: rows, columns: 5, seed: seed)
        let actions = Owned.uniform(rows: rows, columns: 3, seed: seed)
        VectorMath.scale(actions.arena.base, count: rows * 3, by: 0.5)
        let (edited, slopes) = (Owned(rows: rows, columns: 3), Owned(rows: rows, columns: 3))
        for update in 0..<600 {
            let key = RandomKey(seed: seed, stream: 5, step: UInt64(update))
            network.edit(
                weights.parameters.base, observations: observations.matrix,
                actions: actions.matrix, draw: (key, 0), into: edited.matrix, scratch: scratch)
            for row in 0..<rows {
                for axis in 0..<3 {
                    let best = actions.matrix[row, axis] + shift[axis]
                    slopes.matrix[row, axis] = -20 * (edited.matrix[row, axis] - best)
                }
            }
            _ = network.accumulateGradient(
                EditRows(
                    observations: observations.matrix, actions: actions.matrix,
                    slopes: slopes.matrix, divisor: 1, batch: rows, key: key, firstRow: 0),
                parameters: weights.parameters.base, tunesAlpha: false,
                gradient: weights.zeroedGradient(of: 0), scratch: scratch)
            for shard in 1..<ShardedWorkspace.capacity { _ = weights.zeroedGradient(of: shard) }
            weights.apply(learningRate: 3e-3, averageRate: 1, batch: rows, workspace: workspace)
        }
        network.edit(
            weights.parameters.base, observations: observations.matrix, actions: actions.matrix,
            draw: nil, into: edited.matrix, scratch: scratch)
        for axis in 0..<3 {
            let mean =
                (0..<rows).map { edited.matrix[$0, axis] - actions.matrix[$0, axis] }
                .reduce(0, +) / Float(rows)
            // The third best action is out of reach.
            let expected = min(0.2, max(-0.2, shift[axis]))
            #expect(abs(mean - expected) < 0.02, "seed \(seed), axis \(axis): \(mean)")
        }
    }
}
