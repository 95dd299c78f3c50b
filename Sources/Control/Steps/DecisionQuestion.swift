import Embodiment
import Platform

/// What the tick asks of a policy: an action for this step, on this sample.
///
/// A plain value of fixed size; made by the tick's thread, answered by the policy loop's.
public struct DecisionQuestion: Sendable {
    /// Counts the robot's courses: an answer to another one is dropped.
    public var course: UInt64
    /// The step that the action is for, from 0.
    public var step: UInt32
    /// Whose decision it is.
    public var driver: Driver
    /// How much chance there is in it.
    public var exploration: Exploration
    /// Number of the decision in the session.
    public var number: UInt64
    /// The newest sample.
    public var sample: SensorSample
    /// When that had arrived.
    public var observed: MonotonicTime
    /// The tick that asks: the last that was made.
    public var tick: UInt64

    /// Creates a question.
    public init(
        course: UInt64, step: UInt32, driver: Driver, exploration: Exploration = .usual,
        number: UInt64,
        sample: @_addressable SensorSample,
        observed: MonotonicTime, tick: UInt64
    ) {
        self.course = course
        self.step = step
        self.driver = driver
        self.exploration = exploration
        self.number = number
        self.sample = sample
        self.observed = observed
        self.tick = tick
    }
}
