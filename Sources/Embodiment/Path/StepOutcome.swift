/// What one policy step did to the world: put together in one place, by whoever ticks.
///
/// A plain value of fixed size, some 11 kB; handed on once a step.
public struct StepOutcome: Sendable, Equatable {
    /// The step of its course, from 0.
    public var step: UInt32
    /// Who chose the action.
    public var source: ActionSource
    /// Whose action it was, as the ticks of the log have it.
    public var origin: MotionOrigin
    /// What was asked for, −1…1 per axis.
    public var proposed: Action
    /// What was carried out, −1…1 per axis; what is learned from.
    public var executed: Action
    /// The newest sample at the end of the step.
    public var sample: SensorSample
    /// The task was accomplished at some tick of the step.
    public var isSuccess: Bool
    /// The environment ended the episode at some tick of the step.
    public var isTerminal: Bool
    /// The environment ended the episode at some tick of the step, for a reason that is none of the task's.
    public var isTruncated = false
    /// Share that limits cut of what the policy asked for lately, 0…1 (real time only).
    public var clampShare: Double
    /// An axis that was so far behind that a person should know of it (real time only).
    public var lag: TrackingLag?
    /// Force that was reported where nothing should be felt, N, if a person should know of it.
    public var forceBias: Double?
    /// Nobody gave the action: the operator whom the robot follows gave none.
    public var isSilent: Bool
    /// What made the action; nil when no policy did, and at steps that a decision had planned before.
    public var decision: DecisionRecord?
    /// When the step began, on the robot's clock, ns.
    public var begunNanoseconds: UInt64
    /// Ticks that the robot waited for the action at the end of the step before.
    public var waitedTicks: UInt32

    /// No step comes after this one.
    public var isLast: Bool { isSuccess || isTerminal || isTruncated }

    /// The outcome of a step that has only begun: everything but what it did.
    public init(
        step: UInt32, source: ActionSource, origin: MotionOrigin, proposed: Action,
        sample: SensorSample, isSilent: Bool = false, decision: DecisionRecord? = nil,
        begunNanoseconds: UInt64 = 0, waitedTicks: UInt32 = 0
    ) {
        self.step = step
        self.source = source
        self.origin = origin
        self.proposed = proposed
        executed = proposed
        self.sample = sample
        isSuccess = false
        isTerminal = false
        clampShare = 0
        lag = nil
        forceBias = nil
        self.isSilent = isSilent
        self.decision = decision
        self.begunNanoseconds = begunNanoseconds
        self.waitedTicks = waitedTicks
    }
}
