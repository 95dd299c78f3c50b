/// Runs the shards of a batch, each exactly once, and returns when all are done.
///
/// The number of shards is fixed by the batch's shape, never by the number of threads, and shards share nothing but
/// what they only read: so the results do not depend on who runs them. Every thread that runs one flushes `Subnormals`.
public protocol ShardRunner {
    /// Calls `body` once for each shard from 0 to `shards` − 1, perhaps from several threads at once.
    func run(_ shards: Int, _ body: (Int) -> Void)
}

/// Runs the shards in order on the calling thread.
public struct SerialRunner: ShardRunner, Sendable {
    /// Nothing to set up.
    public init() {}

    /// Calls `body` for each shard in order.
    public func run(_ shards: Int, _ body: (Int) -> Void) {
        let floatMode = Subnormals.flush()
        defer { Subnormals.restore(floatMode) }
        for shard in 0..<shards { body(shard) }
    }
}
