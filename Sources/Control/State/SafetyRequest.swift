/// What can be asked of the state machine.
///
/// What lets the robot move again carries the machine's present `challenge`, so that neither a
/// stuck button nor a request that was recorded earlier can do it.
public enum SafetyRequest: Sendable, Equatable {
    /// Stop and stay so; anybody, in every state.
    case stop
    /// Brake and wait; anybody.
    case hold
    /// The cause has been read and removed; names it.
    case acknowledge(StopCause, challenge: UInt32)
    /// Move.
    case start(challenge: UInt32)
    /// Move slowly back inside the limits.
    case recover(challenge: UInt32)
    /// End.
    case shutDown
}
