/// Runs the shards of a batch, each exactly once, and returns when all are done.
///
/// The number of shards is fixed by the batch's shape, never by the number of threads, and shards share nothing but
/// what they only read: so the results do not depend on who runs them. Every thread that runs one flushes `Subnormals`.
public protocol ShardRunner {
    /// Calls `body` once for each shard from 0 to `shards` − 1, perhaps from several threads at once.
    func run(_ shards: Int, _ body: (Int) -> Void)
}
