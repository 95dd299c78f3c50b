import Neural
import Recipe
import Testing

@testable import Models

/// What a policy is for that proposes: where there are two ways to do it, it knows both, and none between them.
@Suite("Two modes")
struct TwoModeTests {
    static let kinds: [PolicySettings] =
        TrunkPolicyTests.kinds() + [
            .transformer(TransformerSettings(trunk: TransformerTests.trunk(dropout: 0.1))),
            .transformer(
                TransformerSettings(trunk: TransformerTests.trunk(dropout: 0.1), head: .flow)),
            .tokens(TransformerTests.tokens(dropout: 0.1, bins: 32)),
        ]

    @Test(
        "Imitation of two modes samples both of them and little between", arguments: kinds, [1, 2])
    func modes(settings: PolicySettings, seed: UInt64) {
        var training = PolicyTraining()
        training.ema = 0.02
        let policy = PolicyFactory.policy(
            observationCount: 2, actionCount: 1, settings: settings, training: training,
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
        // Of 256 each; 30 to 70 % of either mode, 15 % between.
        let found = "\(settings.kind), seed \(seed): \(up) \(down) \(single)"
        #expect(min(up, down) >= 77 && max(up, down) <= 179 && up + down >= 218, "\(found)")
        #expect(single > 230, "\(found)")
    }
}
