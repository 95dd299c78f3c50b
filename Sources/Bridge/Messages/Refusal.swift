/// What a bridge refuses, as the `code` of an `error` message.
public enum Refusal: String, Sendable, Equatable, CaseIterable, Error {
    /// The message could not be read.
    case malformed
    /// Another protocol or version.
    case version
    /// The request means another robot.
    case robot
    /// Somebody else commands.
    case busy
    /// The session is not the one that commands.
    case session
    /// An epoch lower than one already seen in the session.
    case epoch
    /// A sequence number not above the last accepted one.
    case sequence
    /// The command was too old when it arrived, or valid for no time.
    case expired
    /// The robot cannot do that now.
    case state
    /// The robot or simulator failed.
    case fault
    /// None of these; a bridge's own word of version 1 stands in front of the message.
    case other
}
