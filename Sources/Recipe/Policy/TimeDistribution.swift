/// How a flow policy draws the time τ of a training row, 0 being noise and 1 the action.
public enum TimeDistribution: String, Sendable, Equatable, CaseIterable {
    /// Evenly in 0…1.
    case uniform
    /// Nearer to the noise: the noise's share 1 − τ is of Beta(1.5, 1), at least 0.001.
    case beta
}
