/// What one critic update saw; means over the batch.
public struct CriticMetrics: Sendable, Equatable {
    /// Temporal-difference loss, mean over members and rows.
    public var tdLoss: Float = 0
    /// Conservative loss before its weight, mean over drawn members and rows; 0 with IQL.
    public var cqlLoss: Float = 0
    /// TD target y.
    public var target: Float = 0
    /// Q of the data actions, mean over members.
    public var qData: Float = 0
    /// Q of random actions, mean over drawn members.
    public var qRandom: Float = 0
    /// Q of the policy's (optimised) actions at s, mean over drawn members.
    public var qPolicy: Float = 0
    /// Monte-Carlo return of the rows.
    public var monteCarlo: Float = 0
    /// Share of policy values below the Monte-Carlo return, where calibration holds.
    public var calibrationBound: Float = 0
    /// Loss of the state-value network; 0 with Cal-QL.
    public var valueLoss: Float = 0
    /// What action optimisation did.
    public var optimisation = OptimisationMetrics()
    /// Mean age of the candidates used, policy updates.
    public var staleness: Float = 0
    /// Share of candidate sets drawn anew.
    public var refreshed: Float = 0

    /// All zero.
    public init() {}
}

/// What action optimisation did; means over candidates or states.
public struct OptimisationMetrics: Sendable, Equatable {
    /// ‖∂Q/∂a‖ at the last step.
    public var gradientNorm: Float = 0
    /// Value gained by the local steps.
    public var valueGain: Float = 0
    /// Index of the best iterate, 0…G.
    public var bestIterate: Float = 0
    /// |a* − a|₁.
    public var shift: Float = 0
    /// Value of the chosen action.
    public var value: Float = 0

    /// All zero.
    public init() {}
}

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
