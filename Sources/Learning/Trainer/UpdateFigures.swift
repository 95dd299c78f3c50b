/// What the learner measured at one update; what was not measured is nil.
public struct UpdateFigures: Sendable, Equatable {
    /// Updates of its kind since the session began, or since the stage did for imitation; from 1.
    public var update: Int
    /// Name of the stage it belongs to.
    public var stage: String
    /// Temporal-difference part of the critic's loss.
    public var tdLoss: Double?
    /// Its conservative (Cal-QL) part, before the factor `cql_alpha`.
    public var conservativeLoss: Double?
    /// The policy's loss, imitation or distillation.
    public var policyLoss: Double?
    /// Mean Q of the batch's actions.
    public var qMean: Double?
    /// Mean age of the base policy's candidates, policy updates; where they are cached.
    public var candidateAge: Double?
    /// Share of their sets that this update drew anew; where they are cached.
    public var candidatesRedrawn: Double?

    /// What action optimisation did; where it was used.
    public var optimisation: OptimisationMetrics?
    /// What the update of the edit policy behind it saw; where there was one.
    public var edit: EditMetrics?

    /// An update of which nothing has been measured yet.
    public init(update: Int, stage: String) {
        self.update = update
        self.stage = stage
    }
}
