import Embodiment

/// The steps of one episode: whom the robot follows, and for how long.
public struct Course: Sendable, Equatable {
    /// Whose actions they are: a policy's, or the operator's behind the bridge.
    public var driver: Driver
    /// Number of the first decision in the session; the decision of step k is this plus k.
    public var firstDecision: UInt64
    /// Steps after which it is over.
    public var steps: UInt32
    /// Steps of a decision that are carried out before the next one begins; at least 1.
    public var executedSteps: UInt32
    /// How much chance there is in the decisions.
    public var exploration: Exploration

    /// Creates a course.
    public init(
        driver: Driver, firstDecision: UInt64, steps: UInt32, executedSteps: UInt32 = 1,
        exploration: Exploration = .usual
    ) {
        self.driver = driver
        self.firstDecision = firstDecision
        self.steps = steps
        self.executedSteps = executedSteps
        self.exploration = exploration
    }

    /// Whether somebody has to decide: an operator's action comes with the samples.
    public var asksPolicy: Bool { driver == .imitation || driver == .guided }
}
