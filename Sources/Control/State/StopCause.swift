import Embodiment
import Platform

/// Why the robot was made to brake.
///
/// Raw values are what logs carry and what an operator acknowledges; a number is never used twice.
/// How severe each is stands in `StopCause+Severity.swift`.
public enum StopCause: UInt8, Sendable, Equatable, CaseIterable {
    /// Nothing is wrong.
    case none = 0
    /// No sample for longer than the hold budget: brake, resume by itself.
    case observationLate = 1
    /// No sample for longer than the stop budget.
    case observationStale = 2
    /// A sample carried a number that is not finite.
    case observationNotFinite = 3
    /// The policy proposed a number that is not finite.
    case actionNotFinite = 4
    /// The bridge says it restarted.
    case bridgeReboot = 5
    /// The bridge itself stopped, see the sample's stop field.
    case bridgeStopped = 6
    /// The robot did not follow its commands.
    case tracking = 7
    /// A person asked.
    case operatorStop = 8
    /// The agent itself failed.
    case agentFault = 9
    /// A measured position is far outside the limits.
    case outOfLimits = 10
    /// The measured positions repeat to the bit while the command moves.
    case sensorFrozen = 11
    /// The features repeat to the bit while the command moves: brake, resume by itself.
    case cameraFrozen = 12
    /// A measured position changed faster than the robot can move.
    case encoderJump = 13
    /// Several samples in a row are missing: brake, resume by itself.
    case sequenceGap = 14
    /// The bridge's clock went back, or ahead of time.
    case bridgeClock = 15
    /// A tick came late: brake for a moment, resume by itself.
    case tickLate = 16
    /// A tick came so late that the robot was without its guardian.
    case tickGap = 17
    /// The agent's own clock went back.
    case clockRegression = 18
    /// A sample carried a number too large to be one of a robot's.
    case valueTooLarge = 19
    /// A person asked the robot to wait.
    case holdRequested = 20
    /// A hold did not end by itself in time.
    case holdTooLong = 21
    /// The robot was held and resumed too often.
    case resumeBudget = 22
    /// The guardian's test of itself failed.
    case selfTest = 23
    /// The bridge acknowledges commands later and later: brake, resume by itself.
    case acknowledgementLag = 24
    /// Several frames in a row could not be read: brake, resume by itself.
    case damagedFrames = 25
    /// The policy asks for what the limits cut, again and again: brake, resume by itself.
    case clampShare = 26
    /// The policy turns an axis round in nearly every step: brake, resume by itself.
    case chatter = 27
    /// The robot does not slow down as it is commanded to.
    case brakeRamp = 28
    /// The bridge sends what it has sent before, and nothing new for longer than the stop budget.
    case samplesRepeated = 29
    /// The robot pushes against something.
    case force = 30
    /// The limiter made a command that breaks a limit: a mistake of this program.
    case outputCheck = 31
    /// What happens cannot be kept: brake, and go on when a person has looked after the disk.
    case logBlocked = 32
    /// The robot stands still although it is commanded to move: its drives have no power.
    case motionless = 33
    /// The agent's process takes nearly all the memory that it may: brake, and go on when a person says so.
    case memory = 34
    /// The machine was suspended: whatever looks young is as old as that.
    case suspended = 35
    /// The bridge sends far more samples than it described.
    case sampleFlood = 36

    /// Whether the cause latches: motion then needs a person or a new session.
    public var latches: Bool { severity >= .protectiveStop }

    /// One line for the person at the robot.
    public var explanation: String {
        switch self {
        case .none: "nothing is wrong"
        case .observationLate: "no fresh sample from the bridge: braking until one arrives"
        case .observationStale: "the bridge has sent no sample for too long"
        case .observationNotFinite: "the bridge reported a number that is not finite"
        case .actionNotFinite: "the policy proposed a number that is not finite"
        case .bridgeReboot: "the bridge restarted in the middle of the session"
        case .bridgeStopped: "the bridge stopped the robot by itself"
        case .tracking: "the robot did not follow its commands"
        case .operatorStop: "a person asked for a stop"
        case .agentFault: "the agent failed"
        case .outOfLimits: "a measured position is outside the robot's limits"
        case .sensorFrozen: "the measured positions are frozen while the robot should move"
        case .cameraFrozen: "what the cameras see is frozen while the robot should move"
        case .encoderJump: "a measured position jumped"
        case .sequenceGap: "samples from the bridge are missing"
        case .bridgeClock: "the bridge's clock jumped"
        case .tickLate: "a tick of the agent came late"
        case .tickGap: "the agent was absent"
        case .clockRegression: "this machine's clock went back"
        case .valueTooLarge: "the bridge reported a number too large to be true"
        case .holdRequested: "a person asked the robot to wait"
        case .holdTooLong: "a hold did not end by itself in time"
        case .resumeBudget: "the robot was held too often in a short time"
        case .selfTest: "the guardian's self-test failed"
        case .acknowledgementLag: "the bridge acknowledges commands too late"
        case .damagedFrames: "frames from the bridge are damaged"
        case .clampShare: "the limits clamp too much of what the policy asks for"
        case .chatter: "the policy chatters: its actions reverse again and again"
        case .brakeRamp: "the robot does not slow down as it is commanded to"
        case .samplesRepeated: "the bridge repeats old samples and sends no new one"
        case .force: "the robot pushes harder than it may"
        case .motionless: "the robot does not move although commanded to; do its drives have power?"
        case .outputCheck: "the limiter made a command beyond a limit, which was not sent"
        case .logBlocked: "the session's log cannot be written"
        case .suspended: "this machine was suspended while a robot was connected"
        case .memory: "the agent takes nearly all the memory that it may"
        case .sampleFlood: "the bridge floods the agent with samples"
        }
    }
}
