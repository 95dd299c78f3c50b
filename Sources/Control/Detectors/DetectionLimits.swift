import Embodiment

/// The thresholds of every detector, in one place, each with its source.
///
/// What the robot's file states comes from there (its `timing` block); the rest are the numbers of
/// `Control/Safety.md` 3 and 4. A plain value, made once.
public struct DetectionLimits: Sendable, Equatable {
    /// A tick this much later than its period: hold; 2 T (clock).
    public var tickHoldSeconds: Double
    /// A tick this much later than its period: stop; 5 T (clock).
    public var tickStopSeconds: Double
    /// More samples than these missing in a row: hold; 3 (sequence).
    public var missingSamples: Int
    /// Identical position vectors while the command moves: stop; 25 (plausibility).
    public var frozenSamples: Int
    /// Identical features while the command moves for this long: hold; off unless the file says
    /// so, where 400 ms is a good number: only who knows the cameras knows whether what they
    /// see always changes.
    public var cameraHoldSeconds: Double?
    /// The bridge's clock off by more than this: stop; the hold budget, beyond which the age of a
    /// sample could not be told any more.
    public var clockJumpSeconds: Double
    /// Commands acknowledged later than the epoch's best by more than these, for longer than the hold
    /// budget: hold; 3 (row 35 of `Faults.md`).
    public var acknowledgementCommands: Int
    /// Damaged frames in a row: hold; 3.
    ///
    /// A frame that is damaged between good ones counts as lost: gaps and ages judge that, and the
    /// robot is not held on a wire that is merely bad.
    public var damagedFrames: Int
    /// Over how long what a policy asks for is judged, s; 2 s.
    public var actionSeconds: Double
    /// Share of all components of its actions that limits cut: hold; 0.6.
    public var clampShare: Double
    /// Share of its steps in which one axis turns round: hold; 0.8, where turning in every one is
    /// the fault (row 39 of `Faults.md`) and at random every second one would be a turn.
    public var chatterShare: Double
    /// Way that a braking robot may go, in ways of its command: fault beyond; 1.3 (any → fault).
    public var brakeFactor: Double

    /// Share of all components of a policy's actions that limits cut: a person is told; 0.2.
    public static let clampWarning = 0.2
    /// Share of an axis' tracking error beyond which a person is told; 1/3.
    public static let trackingWarning = 1.0 / 3
    /// One-sample jump, in the largest step the axis makes at full speed; 1.5 (plausibility).
    public static let jumpFactor = 1.5
    /// Share of an axis' speed limit above which its command counts as moving; the ε of "commanded
    /// speed > ε": at 5 % for 25 samples the command goes farther than sensors resolve.
    public static let movingShare = 0.05
    /// Largest magnitude of a number that a robot reports; 10⁶ (numeric).
    public static let largest = 1e6
    /// Share of an axis' tracking error that still counts as being in place: what a robot that has
    /// arrived may differ by.
    public static let inPlaceShare = 1.0 / 6
    /// A held robot goes on after this long without a cause, s; 250 ms (held → active).
    public static let resumeSeconds = 0.25
    /// A hold that has not ended by then is a stop, s; 10 s (→ protective stop).
    public static let longestHoldSeconds = 10.0
    /// Samples must have come for this long before a start, s; 1 s (standing by → ready).
    public static let freshSeconds = 1.0
    /// A cause must be gone for this long before it can be acknowledged, s; 1 s.
    public static let acknowledgeSeconds = 1.0
    /// The robot must be at rest for this long before that, s; 0.5 s.
    public static let restSeconds = 0.5
    /// A start counts for this long after the acknowledgement, s; 30 s.
    public static let startSeconds = 30.0
    /// Speed rises from nothing to all of it in this long after a start, s; 1 s (ready → active).
    public static let rampSeconds = 1.0

    /// The thresholds of a robot.
    public init(robot: RobotDescription) {
        typealias Usual = DetectionDefaults
        let timing = robot.timing
        tickHoldSeconds = timing.tickHoldSeconds ?? Usual.tickHoldPeriods * robot.tickSeconds
        tickStopSeconds = timing.tickStopSeconds ?? Usual.tickStopPeriods * robot.tickSeconds
        missingSamples = timing.missingSamples ?? Usual.missingSamples
        frozenSamples = timing.frozenSamples ?? Usual.frozenSamples
        cameraHoldSeconds = timing.cameraHoldSeconds
        clockJumpSeconds = timing.clockJumpSeconds ?? timing.observationHoldSeconds
        acknowledgementCommands = timing.acknowledgementCommands ?? Usual.acknowledgementCommands
        damagedFrames = timing.damagedFrames ?? Usual.damagedFrames
        actionSeconds = timing.actionSeconds ?? Usual.actionSeconds
        clampShare = timing.clampShare ?? Usual.clampShare
        chatterShare = timing.chatterShare ?? Usual.chatterShare
        brakeFactor = timing.brakeFactor ?? Usual.brakeFactor
    }
}

extension CommandAxis {
    /// Whether the measured position must follow the command.
    ///
    /// An axis whose tracking error is as wide as its range, such as a gripper that holds
    /// something, may be anywhere in it, and go there at once.
    public var mustFollow: Bool { trackingError < limits.upper - limits.lower }
}
