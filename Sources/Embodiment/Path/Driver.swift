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

/// Where a motion comes from: what the tick says of it in the log.
///
/// A plain value of fixed size.
public struct MotionOrigin: Sendable, Equatable {
    /// Who moves the robot.
    public var driver: Driver
    /// Version of the weights that decided; 0 when none did.
    public var policyVersion: UInt32
    /// Number of the decision in the session; nil when no policy decided.
    public var decision: UInt64?

    /// The robot holds.
    public static let nobody = MotionOrigin(driver: .nobody)

    /// Creates an origin.
    public init(driver: Driver, policyVersion: UInt32 = 0, decision: UInt64? = nil) {
        self.driver = driver
        self.policyVersion = policyVersion
        self.decision = decision
    }
}

/// What made an action: with the weights, the observation and the session's seed it can be made again.
public struct DecisionRecord: Sendable, Equatable {
    /// Number of the decision in the session, from 0: the counter of its random numbers.
    public var number: UInt64
    /// `imitation` or `guided`.
    public var driver: Driver
    /// The critic's value of the action, less the pessimism of the settings; nil without a critic.
    public var value: Float?
    /// How long it took on the robot's clock, ns; 0 in lockstep, where time waits for it.
    public var nanoseconds: UInt64

    /// Creates a record.
    public init(number: UInt64, driver: Driver, value: Float?, nanoseconds: UInt64) {
        self.number = number
        self.driver = driver
        self.value = value
        self.nanoseconds = nanoseconds
    }
}
