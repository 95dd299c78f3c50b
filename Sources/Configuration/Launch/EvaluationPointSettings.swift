/// Evaluations on the way through the online part.
public struct EvaluationPointSettings: Sendable, Equatable {
    /// Robot time of the online part between two of them, minutes.
    public var everyMinutes: Double
    /// Episodes of each, from the first start states of an evaluation.
    public var episodes: Int

    /// More points than anybody looks at.
    public static let most = 1000
}
