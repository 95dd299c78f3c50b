/// Time budgets after which the agent stops trusting what it knows; `Control/Safety.md` 4.
public struct TimingLimits: Sendable, Equatable {
    /// Command periods that a command's validity, a bridge's watchdog and the age of a sample last at least.
    ///
    /// A bridge brakes in a period that the command would not outlast, so of three one is left for a command
    /// that is lost or late. A robot of few commands a second therefore needs a longer watchdog: 300 ms at 10 Hz.
    public static let leastPeriods = 3.0

    /// No command rests on a sample older than this: the robot brakes and holds.
    ///
    /// By the wall clock the age counts that the sample will have at the end of the command's period.
    public var observationHoldSeconds: Double
    /// A sample older than this latches a protective stop.
    public var observationStopSeconds: Double
    /// How long one command stays valid at the bridge, which brakes by itself afterwards.
    public var commandValiditySeconds: Double
    /// Largest distance between commanded and measured position, per axis unit, before a stop.
    public var trackingSeconds: Double
    /// A tick this much later than its period makes the robot hold; nil for the default, 2 T.
    public var tickHoldSeconds: Double?
    /// A tick this much later than its period is a protective stop; nil for the default, 5 T.
    public var tickStopSeconds: Double?
    /// Samples that may be missing in a row before the robot holds; nil for the default, 3.
    public var missingSamples: Int?
    /// Samples that repeat the measured positions to the bit while the command moves before they
    /// count as frozen; nil for the default, 25.
    public var frozenSamples: Int?
    /// Features that repeat to the bit for this long while the command moves make the robot hold;
    /// nil where they may rightly stand still.
    public var cameraHoldSeconds: Double?
    /// Disagreement of the bridge's clock that is a stop; nil for the default, the hold budget.
    public var clockJumpSeconds: Double?
    /// Commands by which the bridge may acknowledge later than at its best; nil for the default, 3.
    public var acknowledgementCommands: Int?
    /// Frames in a row that cannot be read make the robot hold; nil for the default, 3.
    public var damagedFrames: Int?
    /// Over how long what a policy asks for is judged; nil for the default, 2 s.
    public var actionSeconds: Double?
    /// Share of a policy's action components that limits may cut, 0…1; nil for the default, 0.6.
    public var clampShare: Double?
    /// Share of a policy's steps in which an axis may turn round, 0…1; nil for the default, 0.8.
    public var chatterShare: Double?
    /// Way that a braking robot may go, in ways of its command, more than 1; nil for the default, 1.3.
    public var brakeFactor: Double?

    /// The budgets that every robot must state; the others begin with their defaults.
    ///
    /// - Parameter trackingSeconds: how long a tracking error may last before it is a stop.
    public init(
        observationHoldSeconds: Double, observationStopSeconds: Double,
        commandValiditySeconds: Double, trackingSeconds: Double
    ) {
        self.observationHoldSeconds = observationHoldSeconds
        self.observationStopSeconds = observationStopSeconds
        self.commandValiditySeconds = commandValiditySeconds
        self.trackingSeconds = trackingSeconds
    }
}
