/// Which loss trains the critic.
public enum CriticLoss: String, Sendable, Equatable, CaseIterable {
    /// Cal-QL; parl.md 3.
    case calQL = "cal_ql"
    /// IQL; parl.md 3.8.
    case iql
}
