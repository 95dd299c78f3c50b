import Embodiment
import Platform

/// How long one stage of the session took.
public struct StageRecord: Codable, Sendable, Equatable {
    /// What the stage is called.
    public var name: String
    /// Its wall time, s.
    public var wallSeconds: Double

    /// A stage and its wall time in seconds.
    public init(name: String, wallSeconds: Double) {
        self.name = name
        self.wallSeconds = wallSeconds
    }
}
