import Neural

/// Parameters, their running average, Adam's moments and the shards' gradients, each one flat arena.
///
/// The average is a policy's acting weights or a critic's target network. Owned by one learner;
/// `gradient(of:)` is written by the worker of that shard, everything else between shards' runs.
public final class TrainableParameters: @unchecked Sendable {
    // Safe: shards write disjoint gradient arenas and disjoint ranges, and the runner joins.

    /// The tensors by name.
    public let layout: ParameterLayout
    /// What is trained, θ.
    public let parameters: Arena
    /// The running average, θ̄.
    public let averages: Arena
    /// Adam's m.
    public let firstMoments: Arena
    /// Adam's v.
    public let secondMoments: Arena
    /// Steps since the last reset.
    public var step = 0
    private let gradients: [Arena]

    /// Ranges of one optimiser pass: a fixed partition, whatever the workers.
    private static let rangeCount = 8

    /// Zero parameters of a layout.
    public init(layout: ParameterLayout) {
        self.layout = layout
        parameters = Arena(count: layout.count)
        averages = Arena(count: layout.count)
        firstMoments = Arena(count: layout.count)
        secondMoments = Arena(count: layout.count)
        gradients = (0..<ShardedWorkspace.capacity).map { _ in Arena(count: layout.count) }
    }

    /// The gradient buffer of one shard, zeroed.
    public func zeroedGradient(of shard: Int) -> UnsafeMutablePointer<Float> {
        gradients[shard].fill(0)
        return gradients[shard].base
    }

    /// The gradient buffer of one shard as the shard left it; the sum of all after `apply` in shard 0.
    public func gradient(of shard: Int) -> UnsafeMutablePointer<Float> { gradients[shard].base }

    /// Starts the average at the parameters.
    public func startAverages() { averages.copy(from: parameters) }

    /// Forgets the moments and the step count.
    public func resetOptimiser() {
        step = 0
        firstMoments.fill(0)
        secondMoments.fill(0)
    }

    /// Sums the shards' gradients in shard order, takes one Adam step and moves the average.
    ///
    /// θ̄ ← rate·θ + (1 − rate)·θ̄. Element by element, so that the partition does not matter.
    public func apply(
        learningRate: Float, averageRate: Float, batch: Int, workspace: ShardedWorkspace
    ) {
        step += 1
        let shards = ShardedWorkspace.shards(rows: batch)
        let count = layout.count
        workspace.runner.run(Self.rangeCount) { part in
            let first = count * part / Self.rangeCount
            let range = first..<(count * (part + 1) / Self.rangeCount)
            let sum = gradients[0].base
            for shard in 1..<max(shards, 1) {
                VectorMath.add(
                    gradients[shard].base + first, into: sum + first, count: range.count)
            }
            Adam().update(
                parameters: parameters.base, gradients: sum, firstMoments: firstMoments.base,
                secondMoments: secondMoments.base, range: range, learningRate: learningRate,
                step: step)
            Polyak.update(
                target: averages.base, source: parameters.base, range: range, rate: averageRate)
        }
    }
}
