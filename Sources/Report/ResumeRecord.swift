import Embodiment

/// A process that took the session over from one that had ended.
public struct ResumeRecord: Codable, Sendable, Equatable {
    /// Number of the episode it went on with.
    public var episode: Int
    /// Robot time since the session began, s.
    public var robotSeconds: Double
    /// How the process before it ended.
    public var cause: String

    /// A resumption at an episode.
    public init(episode: Int, robotSeconds: Double, cause: String) {
        self.episode = episode
        self.robotSeconds = robotSeconds
        self.cause = cause
    }
}
