/// What became of a connection being made.
enum HandshakeEvent: Equatable {
    /// The other side took the connection; nothing is agreed yet.
    case connected
    /// Both sides agree: messages pass.
    case admitted
    /// The other side does not admit this side's key.
    case keyRefused
    /// One side encrypts and the other does not.
    case otherProtection
    /// The other side broke it off, as one with another key does.
    case brokenOff
}
