/// What one update of the edit policy saw; means over the batch.
public struct EditMetrics: Sendable, Equatable {
    /// α (log π − n ln s) − Q, Q as it is divided.
    public var loss: Float = 0
    /// Q of the edited actions, mean over members.
    public var value: Float = 0
    /// σ, mean over axes.
    public var deviation: Float = 0
    /// Entropy of an edit, n ln s − log π.
    public var entropy: Float = 0
    /// α.
    public var alpha: Float = 0

    /// All zero.
    public init() {}
}
