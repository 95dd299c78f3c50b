import Embodiment

/// What whoever ticks tells everybody else of the robot: a plain value, put together in one place.
public struct ControlStatus: Sendable {
    /// A sample has come since the epoch began: there are ticks.
    public var isReady = false
    /// Commanded to rest at home, and measured there.
    public var isHome = false
    /// Commanded to rest.
    public var isAtRest = true
    /// The last set-point of a motion is commanded, or none is played.
    public var isMotionOver = true
    /// An epoch has begun since the last acknowledgement.
    public var isPrepared = false
    /// A course is followed whose next step has no action yet.
    public var isAwaitingDecision = false
    /// Where the safety state machine is.
    public var machine = SafetyMachine()
    /// Why the robot is held or stopped.
    public var verdict = SafetyVerdict()
    /// Times that a hold began.
    public var holds = 0
    /// Times that a stop was latched.
    public var stops = 0
    /// Chunks of actions that were dropped: too late, of another course, or one too many.
    public var droppedChunks: UInt64 = 0
    /// The newest sample.
    public var sample: SensorSample?

    /// Nothing is known yet.
    public init() {}
}

extension Controller {
    /// What is so now; the thread that ticks.
    public var status: ControlStatus {
        var status = ControlStatus()
        status.isReady = isReady
        status.isHome = isHome && hasArrived
        status.isAtRest = isAtRest
        status.isMotionOver = isMotionOver
        status.isPrepared = guardian.isPrepared
        status.isAwaitingDecision = isAwaitingDecision
        status.machine = guardian.machine
        status.verdict = guardian.verdict
        status.holds = guardian.holds
        status.stops = guardian.stops
        status.droppedChunks = steps.dropped
        status.sample = sample
        return status
    }
}
