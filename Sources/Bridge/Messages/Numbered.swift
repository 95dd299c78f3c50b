/// A slow-path message with the number by which a request and its answer find each other.
///
/// An agent numbers every request; a bridge of version 2 returns the number with the answer. An answer
/// without one is that of a bridge of version 1, or is about a frame. A value; any thread.
public struct Numbered<Message: Codable & Sendable & Equatable>: Sendable, Equatable {
    /// 1…2³² − 1; nil where there is none.
    public var id: UInt32?
    /// What is said.
    public var message: Message

    /// Numbers a message.
    public init(_ message: Message, id: UInt32? = nil) {
        self.message = message
        self.id = id
    }
}

extension Numbered: Codable {
    /// Reads a message; what is no such number is none, for version 1 ignores keys it does not know.
    public init(from decoder: any Decoder) throws {
        id = try MessageID(from: decoder).value
        message = try Message(from: decoder)
    }

    /// Writes the message, and its number beside its own keys.
    public func encode(to encoder: any Encoder) throws {
        try message.encode(to: encoder)
        var fields = encoder.container(keyedBy: MessageID.Key.self)
        try fields.encodeIfPresent(id, forKey: .id)
    }
}
