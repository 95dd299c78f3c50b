/// How a policy's output on one axis becomes a command.
public enum ActionKind: String, Sendable, Equatable, CaseIterable {
    /// The action is a displacement over one policy step, relative to the previous *command*.
    case delta
    /// The action is the set-point itself.
    case absolute
    /// The action is the velocity that the axis is to have; its rest is 0, and nothing keeps its place.
    case velocity
}
