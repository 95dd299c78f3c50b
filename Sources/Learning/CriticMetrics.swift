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
    /// What the update of the edit policy saw; nil where there was none.
    public var edit: EditMetrics?

    /// All zero.
    public init() {}
}
