/// What a decision was asked with, by the wall clock, and how much later its first action began.
public struct AskedWith: Sendable, Equatable {
    /// The newest observation when the decision began: the one that its action is a function of.
    public var observation: Observation
    /// When that observation's sample had arrived, on the robot's clock, ns.
    public var observedNanoseconds: UInt64
    /// When the decision began, on the robot's clock, ns.
    public var begunNanoseconds: UInt64
    /// Ticks from the one that asked to the one in which the action began.
    public var delayTicks: UInt32

    /// Creates a record.
    public init(
        observation: Observation, observedNanoseconds: UInt64, begunNanoseconds: UInt64,
        delayTicks: UInt32
    ) {
        self.observation = observation
        self.observedNanoseconds = observedNanoseconds
        self.begunNanoseconds = begunNanoseconds
        self.delayTicks = delayTicks
    }
}
