/// How an episode ended.
///
/// A time-out is a failure too, but not a terminal one.
public enum EpisodeOutcome: UInt8, Sendable, Equatable, CaseIterable {
    /// The task was accomplished.
    case success = 0
    /// The step budget ran out or the environment gave up.
    case failure = 1
    /// Stopped by a person, a guardian or a fault: not a judgement of the policy.
    case aborted = 2

    /// The word used in reports.
    public var name: String {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .aborted: "aborted"
        }
    }
}
