import Neural

/// The rows of one shard of an edit policy's update: actions that were executed, and the critic's slope where they were
/// edited to.
///
/// Views of memory that the caller owns.
public struct EditRows {
    /// [b, O], normalised.
    public var observations: Matrix
    /// a, [b, n].
    public var actions: Matrix
    /// ∂Q/∂ã of the mean member at the edited actions, [b, n].
    public var slopes: Matrix
    /// What Q is divided by.
    public var divisor: Float
    /// Rows of the whole batch, B.
    public var batch: Int
    /// Of ξ; the same that made the edited actions.
    public var key: RandomKey
    /// Number of the first row in the whole batch.
    public var firstRow: Int

    /// Rows of a shard.
    public init(
        observations: Matrix, actions: Matrix, slopes: Matrix, divisor: Float, batch: Int,
        key: RandomKey, firstRow: Int
    ) {
        self.observations = observations
        self.actions = actions
        self.slopes = slopes
        self.divisor = divisor
        self.batch = batch
        self.key = key
        self.firstRow = firstRow
    }
}
