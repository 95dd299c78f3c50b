/// One evaluation of a session's curve: success at a number of robot minutes.
public struct CurvePoint: Codable, Sendable, Equatable {
    /// Robot time of fine-tuning before it, minutes: those that it was due at, 0 before fine-tuning.
    public var robotMinutes: Double
    /// Episodes that reached the goal.
    public var successes: Int
    /// Episodes that counted.
    public var episodes: Int

    /// One evaluation.
    public init(robotMinutes: Double, successes: Int, episodes: Int) {
        self.robotMinutes = robotMinutes
        self.successes = successes
        self.episodes = episodes
    }

    /// The same with its interval.
    public var success: SuccessRate { SuccessRate(successes: successes, episodes: episodes) }
}
