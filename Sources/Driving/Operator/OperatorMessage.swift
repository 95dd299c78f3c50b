import Control
import Embodiment

/// What `hone stop` and its siblings ask of a running session: one JSON object.
public struct OperatorMessage: Codable, Sendable, Equatable {
    /// What can be asked.
    public enum Act: String, Codable, Sendable, CaseIterable {
        /// Tell where things stand.
        case status
        /// Stop, and stay so.
        case stop
        /// Brake and wait.
        case hold
        /// The cause has been read and removed.
        case acknowledge
        /// Go on.
        case start
        /// Move slowly back inside the limits.
        case recover
    }

    /// What is asked.
    public var act: Act
    /// The number of the cause that is acknowledged.
    public var cause: UInt8?
    /// The number that was told with the state, so that a recorded or old request does nothing.
    public var nonce: String?

    /// A request.
    public init(act: Act, cause: UInt8? = nil, nonce: String? = nil) {
        self.act = act
        self.cause = cause
        self.nonce = nonce
    }
}

/// What a session answers: one JSON object.
public struct OperatorAnswer: Codable, Sendable, Equatable {
    /// Whether it was done.
    public var isDone: Bool
    /// One sentence for the person.
    public var text: String
    /// The state in words.
    public var state: String
    /// Number of the cause, 0 for none.
    public var cause: UInt8
    /// To be quoted, once and within 30 s, by what lets the robot move again.
    public var nonce: String

    private enum CodingKeys: String, CodingKey {
        case isDone = "done"
        case text, state, cause, nonce
    }
}
