import Recipe

/// How an `Actor` chooses.
public enum ActingMode: String, Sendable, Equatable, CaseIterable {
    /// One sample of the base policy.
    case policy
    /// The best of N optimised candidates: global re-ranking and local steps; `Learning/Algorithm.md` 2.3.
    case guided
}
