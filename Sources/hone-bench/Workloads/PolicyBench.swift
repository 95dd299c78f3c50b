import Models
import Neural
import Recipe

/// A policy by itself: 32 candidates at one observation, and one step on 256 rows, as in the peer program.
final class PolicyBench {
    /// Candidates of one proposal.
    static let candidateCount = 32
    /// Rows of one step.
    static let rows = 256

    private let policy: any TrainablePolicy
    private let workspace: ShardedWorkspace
    /// [256, O] and [256, H·A], of which a proposal sees the first row.
    private let observations = Arena(count: PolicyBench.rows * Suite.observationCount)
    private let targets: Arena
    private let actions: Arena
    private let scratch: Scratch
    private var step: UInt64 = 0

    /// A fresh policy of the settings, on one thread.
    init(_ settings: AlgorithmSettings) {
        let key = RandomKey(seed: 1, stream: 1, step: 0)
        policy = PolicyFactory.policy(
            observationCount: Suite.observationCount, actionCount: Suite.actionCount,
            horizon: settings.chunk.horizon, settings: settings.policy,
            training: settings.policyTraining, key: key)
        let width = policy.shape.chunkCount
        targets = Arena(count: Self.rows * width)
        actions = Arena(count: Self.candidateCount * width)
        key.on(stream: 2).fillNormal(observations.base, count: observations.count)
        key.on(stream: 3).fillUniform(targets.base, count: targets.count, low: -1)
        let measure = Scratch.measuring()
        let shard = ShardedWorkspace.largestShard(upTo: Self.rows)
        policy.rehearse(
            SampleRequest(
                observations: observations.matrix(
                    at: 0, rows: 1, columns: Suite.observationCount),
                count: Self.candidateCount, key: key),
            into: Candidates(
                actions: actions.matrix(at: 0, rows: Self.candidateCount, columns: width)),
            PolicyBatch(
                observations: observations.matrix(
                    at: 0, rows: shard, columns: Suite.observationCount),
                targets: targets.matrix(at: 0, rows: shard, columns: width)), scratch: measure)
        workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: measure.peak)
        scratch = Scratch(count: measure.peak)
    }

    /// Draws the candidates of one decision.
    func propose() {
        step += 1
        policy.sample(
            SampleRequest(
                observations: observations.matrix(
                    at: 0, rows: 1, columns: Suite.observationCount),
                count: Self.candidateCount, key: RandomKey(seed: 2, stream: 1, step: step)),
            into: Candidates(
                actions: actions.matrix(
                    at: 0, rows: Self.candidateCount, columns: policy.shape.chunkCount)),
            scratch: scratch)
    }

    /// Takes one supervised step.
    func learn() {
        step += 1
        _ = policy.step(
            PolicyBatch(
                observations: observations.matrix(
                    at: 0, rows: Self.rows, columns: Suite.observationCount),
                targets: targets.matrix(
                    at: 0, rows: Self.rows, columns: policy.shape.chunkCount)),
            key: RandomKey(seed: 2, stream: 2, step: step), learningRate: 1e-4,
            workspace: workspace)
    }
}
