/// The detectors' thresholds of a robot whose `timing` states none.
public enum DetectionDefaults {
    /// A tick so many periods late holds the robot.
    public static let tickHoldPeriods = 2.0
    /// A tick so many periods late stops it.
    public static let tickStopPeriods = 5.0
    /// More samples missing in a row hold it.
    public static let missingSamples = 3
    /// So many samples that repeat the positions to the bit while the command moves stop it.
    public static let frozenSamples = 25
    /// Commands by which a bridge may acknowledge later than at its best.
    public static let acknowledgementCommands = 3
    /// So many unreadable frames in a row hold it.
    public static let damagedFrames = 3
    /// Over how long what a policy asks for is judged, s.
    public static let actionSeconds = 2.0
    /// Share of a policy's action components that limits may cut.
    public static let clampShare = 0.6
    /// Share of a policy's steps in which an axis may turn round.
    public static let chatterShare = 0.8
    /// Way that a braking robot may go, in ways of its command.
    public static let brakeFactor = 1.3
}
