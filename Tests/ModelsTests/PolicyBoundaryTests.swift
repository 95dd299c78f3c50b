import Embodiment
import Neural
import Recipe
import Testing

@testable import Models

/// What every class of policy promises at the boundary, whichever it is.
@Suite("The policy boundary")
struct PolicyBoundaryTests {
    static let trunk = ResidualTrunkSettings(hidden: 24, blocks: 2, timeDimension: 8)
    static let kinds: [PolicySettings] = [
        .diffusion(DiffusionSettings(hidden: 24, blocks: 2, timeDimension: 8)),
        .gaussian(GaussianSettings(hidden: 24)),
        .flow(FlowSettings(trunk: trunk)),
        .oneStep(OneStepSettings(flow: FlowSettings(trunk: trunk))),
        .transformer(
            TransformerSettings(trunk: TrunkSettings(layers: 2, heads: 2, width: 16))),
        .transformer(
            TransformerSettings(
                trunk: TrunkSettings(layers: 2, heads: 2, width: 16), head: .flow)),
        .tokens(TokenSettings(trunk: TrunkSettings(layers: 2, heads: 2, width: 16), bins: 32)),
    ]
    static let key = RandomKey(seed: 6, stream: 2, step: 3)

    let observations = Owned.normal(rows: 5, columns: 4, seed: 4)
    let scratch = Scratch.measuring()

    static func policy(_ settings: PolicySettings) -> any TrainablePolicy {
        PolicyFactory.policy(
            observationCount: 4, actionCount: 3, settings: settings, training: PolicyTraining(),
            key: RandomKey(seed: 2, stream: 1, step: 0))
    }

    private func samples(
        _ policy: any TrainablePolicy, count: Int,
        _ change: (inout SampleRequest) -> Void = { _ in }
    ) -> [[Float]] {
        let actions = Owned(rows: 5 * count, columns: 3)
        var request = SampleRequest(observations: observations.matrix, count: count, key: Self.key)
        change(&request)
        policy.sample(request, into: Candidates(actions: actions.matrix), scratch: scratch)
        return (0..<(5 * count)).map { row in (0..<3).map { actions.matrix[row, $0] } }
    }

    @Test("A candidate does not depend on how many others are drawn", arguments: kinds)
    func independent(settings: PolicySettings) {
        let policy = Self.policy(settings)
        let (few, many) = (samples(policy, count: 8), samples(policy, count: 32))
        for state in 0..<5 {
            for place in 0..<8 {
                for (a, b) in zip(few[state * 8 + place], many[state * 32 + place]) {
                    #expect(abs(a - b) < 1e-5)
                }
            }
        }
    }

    /// The key's own noise of two candidates of a state, as the samplers draw it.
    private static func drawNoise(_ policy: any TrainablePolicy, state: Int, into noise: Matrix) {
        let row = UInt64(state) << 8
        if policy.abilities.noise == .uniform {
            key.fillUniform(noise.row(2 * state), count: 2 * noise.columns, row: row)
            return
        }
        var first = 0
        if policy.abilities.noise == .mixed {
            let drawn = Owned(rows: 1, columns: 2)
            key.fillUniform(drawn.arena.base, count: 2, row: row | 1)
            for place in 0..<2 { noise[2 * state + place, 0] = drawn.matrix[0, place] }
            first = 1
        }
        let steps = noise.columns / 3
        for part in 0..<steps {
            // The start, then the steps from T − 1 down to 1, as the sampler takes them.
            let column = part == 0 ? 0 : steps - part
            let drawn = Owned(rows: 2, columns: 3)
            key.fillNormal(drawn.arena.base, count: 6, row: row | UInt64(column))
            for place in 0..<2 {
                for axis in 0..<3 {
                    noise[2 * state + place, first + part * 3 + axis] = drawn.matrix[place, axis]
                }
            }
        }
    }

    @Test("Given noise is what decides, and the key's own given back is the same", arguments: kinds)
    func noise(settings: PolicySettings) {
        let policy = Self.policy(settings)
        let noise = Owned(rows: 10, columns: policy.shape.noiseCount)
        for state in 0..<5 { Self.drawNoise(policy, state: state, into: noise.matrix) }
        #expect(samples(policy, count: 2) { $0.noise = noise.matrix } == samples(policy, count: 2))
        noise.matrix.fill(0.3)
        let other = samples(policy, count: 2) { $0.noise = noise.matrix }
        #expect(other != samples(policy, count: 2))
        for state in 0..<5 { #expect(other[2 * state] == other[2 * state + 1]) }
    }

    @Test("Candidate 0 as the mode is that of no noise and leaves the others", arguments: kinds)
    func mode(settings: PolicySettings) {
        let policy = Self.policy(settings)
        let plain = samples(policy, count: 3)
        let modes = samples(policy, count: 3) { $0.zeroFirst = true }
        let cold = samples(policy, count: 3) { $0.temperature = 0 }
        // Fresh weights cut many actions off at their limits, where one state alone would say little.
        #expect(modes != plain)
        for state in 0..<5 {
            #expect(modes[3 * state] == cold[3 * state])
            #expect(modes[3 * state + 1] == plain[3 * state + 1])
            #expect(cold[3 * state] == cold[3 * state + 2])
        }
    }

    @Test("Weights of one change no bit, a row without weight does not count", arguments: kinds)
    func weights(settings: PolicySettings) {
        let targets = Owned.uniform(rows: 5, columns: 3, seed: 5)
        func trained(_ change: (inout PolicyBatch) -> Void) -> ([Float], Float) {
            let policy = Self.policy(settings)
            let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: nil)
            var batch = PolicyBatch(observations: observations.matrix, targets: targets.matrix)
            change(&batch)
            let loss = policy.step(
                batch, key: Self.key, learningRate: 1e-2, workspace: workspace)
            let group = policy.state.groups[0]
            return (Array(group.arena.buffer), loss)
        }
        let plain = trained { _ in }
        let (ones, mask) = (Arena(count: 5), Owned(rows: 5, columns: 1))
        ones.fill(1)
        mask.matrix.fill(1)
        let weighted = trained {
            $0.weights = UnsafePointer(ones.base)
            $0.mask = mask.matrix
        }
        #expect(weighted == plain)
        // Row 2 is masked: whatever its target is, nothing changes.
        mask.matrix[2, 0] = 0
        let masked = trained { $0.mask = mask.matrix }
        #expect(masked != plain)
        targets.matrix[2, 0] = -targets.matrix[2, 0]
        #expect(trained { $0.mask = mask.matrix } == masked)
        #expect(trained { _ in } != plain)
        withExtendedLifetime(ones) {}
    }

    @Test("What a class cannot is refused with a sentence before it is asked")
    func refusals() {
        let (diffusion, gaussian) = (Self.policy(Self.kinds[0]), Self.policy(Self.kinds[1]))
        let actions = Owned(rows: 10, columns: 3)
        let wide = Owned(rows: 10, columns: 6)
        let densities = Arena(count: 10)
        var request = SampleRequest(observations: observations.matrix, count: 2, key: Self.key)
        func refusal(_ policy: any TrainablePolicy, _ candidates: Candidates) -> PolicyRefusal? {
            request.refusal(into: candidates, by: policy.shape, policy.abilities)
        }
        let plain = Candidates(actions: actions.matrix)
        let dense = Candidates(actions: actions.matrix, logDensities: densities.base)
        #expect(refusal(diffusion, plain) == nil && refusal(gaussian, dense) == nil)
        #expect(refusal(diffusion, dense) == .density)
        #expect(
            refusal(gaussian, Candidates(actions: wide.matrix)) == .chunk(found: 6, expected: 3))
        #expect(
            refusal(gaussian, Candidates(actions: actions.matrix, features: wide.matrix))
                == .features)
        request.noise = wide.matrix
        #expect(refusal(gaussian, plain) == .noise(found: 6, expected: 3))
        request.noise = nil
        request.prefix = actions.matrix.rows(0..<5)
        #expect(refusal(diffusion, plain) == .prefix)

        var batch = PolicyBatch(observations: observations.matrix, targets: actions.matrix)
        #expect(batch.refusal(by: diffusion.shape, diffusion.abilities) == nil)
        batch.valueGradient = { _, _, _, _, _ in ValueSums() }
        #expect(batch.refusal(by: diffusion.shape, diffusion.abilities) == .pathwise)
        #expect(batch.refusal(by: gaussian.shape, gaussian.abilities) == nil)
        let sentence = PolicyRefusal.prefix.description
        #expect(sentence.contains("cannot complete") && sentence.contains("without a prefix"))
        withExtendedLifetime(densities) {}
    }

    @Test(
        "A value and targets in one step add up, divided by its size where that is wanted",
        arguments: [kinds[1], kinds[3]], [0.5, 2] as [Float])
    func both(settings: PolicySettings, valueWeight: Float) {
        let targets = Owned.uniform(rows: 5, columns: 3, seed: 5)
        func moments(
            _ supervised: Bool, _ value: Bool, normalised: Bool = false
        ) -> [Float] {
            let policy = Self.policy(settings)
            let workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: nil)
            var batch = PolicyBatch(observations: observations.matrix, targets: targets.matrix)
            if !supervised { batch.targets = nil }
            if value {
                batch.valueWeight = valueWeight
                batch.valueGradient = { _, _, actions, gradients, _ in
                    gradients.copy(from: actions)
                    // Of five rows the mean size is 4.
                    return ValueSums(total: 8, size: 20)
                }
                batch.normalisesValue = normalised
            }
            _ = policy.step(batch, key: Self.key, learningRate: 1e-3, workspace: workspace)
            // After one step the first moments are a tenth of the gradient.
            return Array(policy.state.groups[2].arena.buffer)
        }
        let sum = zip(moments(true, false), moments(false, true)).map { $0 + $1 }
        for (a, b) in zip(moments(true, true), sum) { #expect(abs(a - b) < 1e-5) }
        let divided = moments(false, true, normalised: true)
        #expect(divided.contains { $0 != 0 })
        for (a, b) in zip(divided, moments(false, true)) { #expect(abs(4 * a - b) < 1e-5) }
    }
}
