import Embodiment

/// A decision on its way to the robot: its actions, and what the log will say of them.
///
/// Some 13 kB; handed on once a decision.
public struct PlannedChunk: Sendable {
    /// The course it was made for.
    public var course: UInt64
    /// What was chosen.
    public var decision: Decision
    /// What made it.
    public var record: DecisionRecord
    /// The tick that asked.
    public var askedTick: UInt64

    /// The answer to a question.
    public init(
        _ decision: Decision, record: DecisionRecord, to question: @_addressable DecisionQuestion
    ) {
        course = question.course
        self.decision = decision
        self.decision.chosen.firstStep = question.step
        self.record = record
        askedTick = question.tick
    }
}
