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
