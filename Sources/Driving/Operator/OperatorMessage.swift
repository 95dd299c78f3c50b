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
