/// How much chance there is in the decisions of a course.
public enum Exploration: UInt8, Sendable, Equatable, CaseIterable {
    /// The policy's candidates are drawn; what is made of them is not.
    case usual
    /// What is made of them is drawn too, where the optimiser draws: training.
    case drawn
    /// Not even the candidate is drawn: the policy's mode.
    case noiseless
}
