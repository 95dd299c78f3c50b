/// How a policy's output on one axis becomes a command.
public enum ActionKind: String, Sendable, Equatable, CaseIterable {
    /// The action is a displacement over one policy step, relative to the previous *command*.
    case delta
    /// The action is the set-point itself.
    case absolute
}
