/// Who says that a task is accomplished.
public enum SuccessSource: String, Sendable, Equatable, CaseIterable {
    /// The success flag of a sample: a detector, a simulator or a person at the bridge.
    case bridge
}
