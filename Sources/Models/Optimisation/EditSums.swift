/// Sums over a shard's rows of an edit policy's update.
public struct EditSums: Sendable, Equatable {
    /// log π(u) of the drawn edits.
    public var logDensity: Float = 0
    /// σ, summed over rows and axes.
    public var deviation: Float = 0

    /// Nothing counted.
    public init() {}
}
