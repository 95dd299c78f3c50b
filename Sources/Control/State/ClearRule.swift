/// What ends a cause.
public enum ClearRule: UInt8, Sendable, Equatable, CaseIterable {
    /// There is nothing to clear.
    case nothing
    /// It ends by itself, as often as the budget of resumptions allows.
    case budget
    /// An operator's `start` ends it: an operator asked for it.
    case start
    /// An operator acknowledges it, and then starts: two deliberate acts.
    case acknowledge
    /// Only a new process.
    case never
}
