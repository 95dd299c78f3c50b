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
