import Neural

/// The rows of one shard of a supervised step.
///
/// Views of memory that the caller owns.
public struct SupervisedRows {
    /// [b, O], normalised.
    public var observations: Matrix
    /// [b, H·A].
    public var targets: Matrix
    /// [b] what each row's loss counts; nil for ones.
    public var weights: UnsafePointer<Float>?
    /// What the sum of the losses is scaled by for the gradient.
    public var scale: Float
    /// Random numbers depend on it and on the row's number only.
    public var key: RandomKey
    /// Number of the first row in the whole batch.
    public var firstRow: Int

    /// Rows that count the same.
    public init(
        observations: Matrix, targets: Matrix, weights: UnsafePointer<Float>? = nil, scale: Float,
        key: RandomKey, firstRow: Int = 0
    ) {
        self.observations = observations
        self.targets = targets
        self.weights = weights
        self.scale = scale
        self.key = key
        self.firstRow = firstRow
    }

    /// Rows of the shard, b.
    public var count: Int { observations.rows }
}
