import Neural
import Recipe
import Testing

@testable import Models

@Suite("One-step policy")
struct OneStepPolicyTests {
    private static let flow = FlowSettings(
        trunk: ResidualTrunkSettings(hidden: 32, blocks: 2, timeDimension: 8))
    private static let key = RandomKey(seed: 6, stream: 2, step: 3)

    private let scratch = Scratch.measuring()

    private static func network(_ distillWeight: Double = 10) -> OneStepNetwork {
        OneStepNetwork(
            observationCount: 2, actionCount: 2,
            settings: OneStepSettings(flow: flow, distillWeight: distillWeight))
    }

    private func sample(
        _ network: some PolicyNetwork, _ parameters: UnsafePointer<Float>,
        _ observations: Owned, noise: Owned
    ) -> [Float] {
        let prepared = Arena(count: network.preparedCount)
        network.prepare(parameters, into: prepared.base, scratch: scratch)
        var request = SampleRequest(
            observations: observations.matrix, count: 1, key: Self.key)
        request.noise = noise.matrix
        let samples = Owned(rows: observations.matrix.rows, columns: 2)
        network.sample(
            request, weights: PolicyWeights(parameters: parameters, prepared: prepared.base),
            into: Candidates(actions: samples.matrix), scratch: scratch)
        return Array(samples.arena.buffer)
    }

    @Test("It begins as one Euler step of its flow")
    func start() {
        var settings = Self.flow
        settings.steps = 1
        let euler = FlowNetwork(observationCount: 2, actionCount: 2, settings: settings)
        let network = Self.network()
        let (one, other) = (Arena(count: network.layout.count), Arena(count: euler.layout.count))
        network.initialise(one.base, key: Self.key)
        euler.initialise(other.base, key: Self.key)
        let observations = Owned.normal(rows: 7, columns: 2, seed: 4)
        let noise = Owned.normal(rows: 7, columns: 2, seed: 5)
        let first = sample(network, one.base, observations, noise: noise)
        #expect(first == sample(euler, other.base, observations, noise: noise))
        #expect(first != sample(network.flow, one.base, observations, noise: noise))
        withExtendedLifetime((one, other)) {}
    }

    @Test("After training it is within 0.05 of what its flow makes of the same noise")
    func distance() {
        let network = Self.network()
        let policy = NetworkPolicy(
            network: network, abilities: PolicyAbilities(pathwise: true, noise: .gaussian),
            pathwise: network, averageRate: 0.02, key: RandomKey(seed: 3, stream: 1, step: 0))
        let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: nil)
        let observations = Owned.uniform(rows: 64, columns: 2, seed: 4)
        let targets = Owned(rows: 64, columns: 2)
        for row in 0..<64 {
            // Half as far as what is seen, the other way round, and a third of it to either side.
            let side: Float = row % 2 == 0 ? 0.3 : -0.3
            targets.matrix[row, 0] = 0.5 * observations.matrix[row, 1] + side
            targets.matrix[row, 1] = -0.5 * observations.matrix[row, 0]
        }
        let probes = Owned.uniform(rows: 200, columns: 2, seed: 7)
        let noise = Owned.normal(rows: 200, columns: 2, seed: 8)
        /// Mean |g − flow| at observations and noise that training has not seen.
        func distance() -> Float {
            let acting = policy.state.acting
            let own = sample(network, acting, probes, noise: noise)
            let taught = sample(network.flow, acting, probes, noise: noise)
            return zip(own, taught).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(own.count)
        }
        let before = distance()
        for step in 0..<1000 {
            _ = policy.step(
                PolicyBatch(observations: observations.matrix, targets: targets.matrix),
                key: RandomKey(seed: 3, stream: 2, step: UInt64(step)),
                learningRate: 2e-3 * min(1, 2 - Float(step) / 500), workspace: workspace)
        }
        let after = distance()
        #expect(after < 0.05 && before > 0.2, "\(before) → \(after)")
    }

    @Test(
        "The ascent's backward agrees with finite differences of a known value, where it is cut off too"
    )
    func ascent() {
        let network = Self.network()
        let parameters = Arena(count: network.layout.count)
        network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
        let disturbance = Owned.normal(rows: 1, columns: parameters.count, seed: 3, scale: 0.05)
        VectorMath.add(disturbance.arena.base, into: parameters.base, count: parameters.count)
        let observations = Owned.normal(rows: 9, columns: 2, seed: 4)
        let prepared = Arena(count: network.preparedCount)
        let gradient = Arena(count: parameters.count)
        let spare = Arena(count: parameters.count)
        var cut = 0
        /// Value −Σ (a − 0.3)².
        func loss(_ gradient: Arena) -> Double {
            network.prepare(parameters.base, into: prepared.base, scratch: scratch)
            let weights = PolicyWeights(parameters: parameters.base, prepared: prepared.base)
            let total = network.accumulateAscent(
                observations.matrix, weights: weights, draw: (Self.key, 0), divisor: 1,
                gradient: gradient.base, scratch: scratch
            ) { actions, dActions in
                var total: Float = 0
                cut = 0
                for index in 0..<18 {
                    let difference = actions.base[index] - 0.3
                    if abs(actions.base[index]) == 1 { cut += 1 }
                    total -= difference * difference
                    dActions.base[index] = -2 * difference
                }
                return total
            }
            return -Double(total)
        }
        _ = loss(gradient)
        #expect(cut > 0 && cut < 18)
        let largest = gradient.buffer.reduce(Float(0)) { max($0, abs($1)) }
        let indices = probes(network.layout, each: 4)
        let error = gradientError(
            at: parameters, gradient: gradient.base, step: 1e-3, floor: largest, indices: indices
        ) { loss(spare) }
        #expect(error < 0.01)
        // Of the flow nothing is learned by it.
        let flow = gradient.buffer[0..<network.flow.layout.count]
        #expect(flow.allSatisfy { $0 == 0 })
    }
}
