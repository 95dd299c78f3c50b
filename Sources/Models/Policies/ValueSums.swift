import Neural

/// What a critic says of a shard's chunks, summed over them.
public struct ValueSums: Sendable, Equatable {
    /// Σ value.
    public var total: Float
    /// Σ |value|.
    public var size: Float

    /// Of no chunk, but for what is given.
    public init(total: Float = 0, size: Float = 0) {
        self.total = total
        self.size = size
    }

    /// Of values [count].
    public init(of values: UnsafePointer<Float>, count: Int) {
        self.init(total: VectorMath.sum(values, count: count))
        for index in 0..<count { size += abs(values[index]) }
    }
}
