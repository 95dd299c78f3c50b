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
