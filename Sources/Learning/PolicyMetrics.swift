/// What one policy update saw.
public struct PolicyMetrics: Sendable, Equatable {
    /// Distillation loss (or minus the value, where the policy climbs the critic itself).
    public var loss: Float = 0
    /// What action optimisation did.
    public var optimisation = OptimisationMetrics()
    /// |target − dataset action|₁, mean over states.
    public var targetShift: Float = 0
    /// Mean age of the candidates used, policy updates.
    public var staleness: Float = 0
    /// Share of candidate sets drawn anew.
    public var refreshed: Float = 0

    /// All zero.
    public init() {}
}
