import Embodiment
import Platform

/// Something a person should know about: a stop, a hold, a rollback.
public struct EventRecord: Codable, Sendable, Equatable {
    /// What kind of event.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The robot was stopped and the episode aborted.
        case stop
        /// The robot was held in place for a while.
        case hold
        /// Weights were taken back.
        case rollback
        /// Weights were refused at the gate.
        case refusal
        /// Anything else worth a line.
        case note
    }

    /// What kind of event.
    public var kind: Kind
    /// Robot time since the session began, s.
    public var robotSeconds: Double
    /// Episode it fell into, counted over the session; `nil` between episodes.
    public var episode: Int?
    /// Why, in words.
    public var cause: String
    /// The guardian's cause, its code in the ticks of the log; `nil` where it was not the guardian.
    public var causeCode: Int?

    /// An event at a time in robot seconds.
    public init(
        kind: Kind, robotSeconds: Double, episode: Int? = nil, cause: String, causeCode: Int? = nil
    ) {
        self.kind = kind
        self.robotSeconds = robotSeconds
        self.episode = episode
        self.cause = cause
        self.causeCode = causeCode
    }
}
