/// Which loss trains the critic.
public enum CriticLoss: String, Sendable, Equatable, CaseIterable {
    /// Cal-QL; `Learning/Algorithm.md` 3.
    case calQL = "cal_ql"
    /// IQL; `Learning/Algorithm.md` 3.8.
    case iql
}
