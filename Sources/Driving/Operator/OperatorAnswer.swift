import Control

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
