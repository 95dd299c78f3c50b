import Platform

/// What the learner measured at one update; a series of these is thinned, not averaged.
public struct UpdateRecord: Codable, Sendable, Equatable {
    /// Number of the update among those of its network, critic or policy, since the session began.
    public var update: Int
    /// Name of the stage it belongs to.
    public var stage: String
    /// The critic's whole loss.
    public var criticLoss: Double?
    /// Its temporal-difference part.
    public var tdLoss: Double?
    /// Its conservative (Cal-QL) part, before the factor `cql_alpha`.
    public var conservativeLoss: Double?
    /// The policy's loss, imitation or distillation.
    public var policyLoss: Double?
    /// Mean Q of the batch's actions.
    public var qMean: Double?
    /// Smallest Q of the batch's actions.
    public var qMinimum: Double?
    /// Largest Q of the batch's actions.
    public var qMaximum: Double?
    /// Mean age of the base policy's candidates, policy updates; where they are cached.
    public var candidateAge: Double?
    /// Share of their sets that this update drew anew; where they are cached.
    public var candidatesRedrawn: Double?

    /// One update; what was not measured stays `nil`.
    public init(
        update: Int, stage: String, criticLoss: Double? = nil, tdLoss: Double? = nil,
        conservativeLoss: Double? = nil, policyLoss: Double? = nil, qMean: Double? = nil,
        qMinimum: Double? = nil, qMaximum: Double? = nil
    ) {
        self.update = update
        self.stage = stage
        self.criticLoss = criticLoss
        self.tdLoss = tdLoss
        self.conservativeLoss = conservativeLoss
        self.policyLoss = policyLoss
        self.qMean = qMean
        self.qMinimum = qMinimum
        self.qMaximum = qMaximum
    }
}
