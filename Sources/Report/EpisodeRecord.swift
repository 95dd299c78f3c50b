import Embodiment

/// One training episode in the report.
public struct EpisodeRecord: Codable, Sendable, Equatable {
    /// Number of the training episode, from 1.
    public var episode: Int
    /// How it ended.
    public var outcome: EpisodeOutcome
    /// Sum of rewards, not discounted.
    public var `return`: Double
    /// Policy steps.
    public var length: Int
    /// Version of the weights that acted at its first step.
    public var policyVersion: Int
    /// Q of the first observation and executed action when it was taken; `nil` without a critic.
    public var qStart: Double?
    /// The discounted Monte-Carlo return of the first step, as training uses it; `nil` if unknown.
    public var monteCarloReturn: Double?

    /// One training episode.
    public init(
        episode: Int, outcome: EpisodeOutcome, return: Double, length: Int, policyVersion: Int,
        qStart: Double? = nil, monteCarloReturn: Double? = nil
    ) {
        self.episode = episode
        self.outcome = outcome
        self.return = `return`
        self.length = length
        self.policyVersion = policyVersion
        self.qStart = qStart
        self.monteCarloReturn = monteCarloReturn
    }
}
