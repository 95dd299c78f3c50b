import Embodiment
import Platform

/// One evaluation in the report: a block of episodes from start states never trained on.
public struct EvaluationRecord: Codable, Sendable, Equatable {
    /// What was evaluated, such as `before` or `after`.
    public var name: String
    /// Training episodes finished before it.
    public var afterEpisodes: Int
    /// Version of the weights.
    public var policyVersion: Int
    /// What came out.
    public var success: SuccessRate
    /// Mean sum of rewards.
    public var meanReturn: Double
    /// Mean number of policy steps.
    public var meanLength: Double

    /// One evaluation.
    public init(
        name: String, afterEpisodes: Int, policyVersion: Int, success: SuccessRate,
        meanReturn: Double, meanLength: Double
    ) {
        self.name = name
        self.afterEpisodes = afterEpisodes
        self.policyVersion = policyVersion
        self.success = success
        self.meanReturn = meanReturn
        self.meanLength = meanLength
    }
}
