/// Who wants a robot stopped, as the `code` of a `stop`: for the bridge's log, never a condition.
public enum StopCode: String, Sendable, Equatable, CaseIterable {
    /// A person asked.
    case person = "operator"
    /// The agent's guardian found something wrong.
    case guardian
    /// The agent ends, or failed.
    case agent
    /// A test of the bridge.
    case test
    /// None of these; so is a stop that names no code, as in version 1.
    case other
}
