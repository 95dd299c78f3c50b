/// Who asks; nobody else can.
public enum Party: UInt8, Sendable, Equatable, CaseIterable {
    /// The guardian itself.
    case automatic
    /// The session's own script, which holds the robot.
    case session
    /// Whoever is connected: another program, the bridge.
    case peer
    /// A person: at the command line of this machine, or at the bridge's buttons.
    case `operator`
}

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

/// What happens to the state machine.
public enum SafetyEvent: Sendable, Equatable {
    /// The configuration is valid and the bridge has been agreed with.
    case booted
    /// The guardian has tried itself out.
    case selfTested(Bool)
    /// A detector finds this cause now.
    case found(StopCause)
    /// A tick in which no detector finds anything.
    case quiet
    /// Somebody asks for something.
    case request(SafetyRequest, by: Party)
}

/// What is true at the moment of an event: the guards of the table in `Control/Safety.md` 5.
///
/// Made from times by the guardian, so that the machine itself knows no clock.
public struct SafetyFacts: OptionSet, Sendable, Equatable {
    /// One bit a fact.
    public var rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Samples of this epoch have come without interruption for as long as a start needs.
    public static let isFresh = SafetyFacts(rawValue: 1 << 0)
    /// The measured robot is inside its limits.
    public static let isInside = SafetyFacts(rawValue: 1 << 1)
    /// The robot has been at rest for as long as an acknowledgement needs.
    public static let isAtRest = SafetyFacts(rawValue: 1 << 2)
    /// No cause for as long as resuming needs.
    public static let isClear = SafetyFacts(rawValue: 1 << 3)
    /// No cause for as long as an acknowledgement needs.
    public static let isLongClear = SafetyFacts(rawValue: 1 << 4)
    /// The measured robot is where it is held.
    public static let isInPlace = SafetyFacts(rawValue: 1 << 5)
    /// It has been held for longer than a hold may last.
    public static let isHeldTooLong = SafetyFacts(rawValue: 1 << 6)
    /// The acknowledgement is so old that a start does not count any more.
    public static let isStartLate = SafetyFacts(rawValue: 1 << 7)

    /// What a robot needs to be ready.
    public static let ready: SafetyFacts = [.isFresh, .isInside, .isAtRest]
    /// What a held robot needs to go on.
    public static let resume: SafetyFacts = [.isClear, .isInPlace]
}
