import Neural

/// A batch's fixed partition, each part with its own workspace.
///
/// The partition depends on the batch size only, never on the workers, so results do not either.
/// Owned by one learner; a shard's scratch is touched by the worker that runs that shard.
public final class ShardedWorkspace: @unchecked Sendable {
    // Safe: each scratch is used by one shard at a time, and the runner joins before returning.

    /// Runs shards, on threads or not.
    public let runner: any ShardRunner
    /// One workspace per shard.
    public let scratch: [Scratch]
    /// Sums a shard's loss here; read in shard order.
    public let sums: UnsafeMutablePointer<Float>

    /// Most shards of any batch.
    public static let capacity = 4
    /// Floats of `sums` per shard: a shard's own cache lines.
    public static let sumsPerShard = 32

    /// Workspaces of `scratchCount` floats each; nil for such as measure, for a dry run.
    public init(runner: any ShardRunner, scratchCount: Int?) {
        self.runner = runner
        scratch = (0..<Self.capacity).map { _ in
            scratchCount.map(Scratch.init(count:)) ?? .measuring()
        }
        sums = .allocate(capacity: Self.capacity * Self.sumsPerShard)
        sums.initialize(repeating: 0, count: Self.capacity * Self.sumsPerShard)
    }

    deinit { sums.deallocate() }

    /// How many shards a batch of so many rows has.
    public static func shards(rows: Int) -> Int { max(1, min(capacity, rows / 16)) }

    /// Rows of the largest shard of any batch of up to so many rows.
    public static func largestShard(upTo rows: Int) -> Int {
        (1...max(1, rows)).reduce(1) { most, batch in
            let count = shards(rows: batch)
            return max(most, (batch + count - 1) / count)
        }
    }

    /// The rows of one shard.
    public static func rows(of shard: Int, batch: Int) -> Range<Int> {
        let count = shards(rows: batch)
        return (batch * shard / count)..<(batch * (shard + 1) / count)
    }

    /// Runs `body(shard, rows, scratch)` for every shard of a batch and joins.
    ///
    /// The scratch is empty at the start of each call.
    public func run(batch: Int, _ body: (Int, Range<Int>, Scratch) -> Void) {
        runner.run(Self.shards(rows: batch)) { shard in
            let mark = scratch[shard].mark()
            body(shard, Self.rows(of: shard, batch: batch), scratch[shard])
            scratch[shard].release(to: mark)
        }
    }

    /// The sums of one shard.
    public func sums(of shard: Int) -> UnsafeMutablePointer<Float> {
        sums + shard * Self.sumsPerShard
    }

    /// Adds one sum over the shards, in shard order.
    public func total(_ index: Int, batch: Int) -> Float {
        var total: Float = 0
        for shard in 0..<Self.shards(rows: batch) { total += sums(of: shard)[index] }
        return total
    }
}
