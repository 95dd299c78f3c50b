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
    /// What it was asked with, where that is not what its step began with; nil in lockstep.
    ///
    /// By the wall clock the robot moves on while its policy decides.
    public var asked: AskedWith?

    /// Creates a record.
    public init(
        number: UInt64, driver: Driver, value: Float?, nanoseconds: UInt64,
        asked: AskedWith? = nil
    ) {
        self.number = number
        self.driver = driver
        self.value = value
        self.nanoseconds = nanoseconds
        self.asked = asked
    }
}
