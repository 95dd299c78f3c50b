/// Who moves the robot; the raw value is the log's.
public enum Driver: UInt8, Sendable, Equatable, CaseIterable {
    /// It holds.
    case nobody = 1
    /// The base policy alone: one sample, no critic.
    case imitation = 2
    /// Candidates of the base policy, re-ranked and optimised by the critic.
    case guided = 3
    /// The person or scripted demonstrator behind the bridge.
    case operatorAction = 4
    /// The way home between episodes.
    case homing = 5
    /// The motion of a log, played again.
    case replay = 6

    /// The word used in reports.
    public var name: String {
        switch self {
        case .nobody: "nobody"
        case .imitation: "policy"
        case .guided: "guided policy"
        case .operatorAction: "operator"
        case .homing: "homing"
        case .replay: "replay"
        }
    }
}
