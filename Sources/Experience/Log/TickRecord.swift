import Embodiment

/// What one control tick saw and sent.
public struct TickRecord: Sendable, Equatable {
    /// Sequence of the command that was sent; 0 for none.
    public var command: UInt64
    /// Sequence of the sample it was based on.
    public var sample: UInt64
    /// Episode number in the session.
    public var episode: UInt32
    /// The guardian's verdict, its code.
    public var verdict: UInt32
    /// How late the tick began, ns.
    public var latenessNanoseconds: UInt64
    /// Set-point before limits and guardian, axis unit; no axes when it is not recorded.
    public var proposed: AxisVector
    /// Set-point that was sent, axis unit.
    public var commanded: AxisVector
    /// Position that was measured, axis unit.
    public var measured: AxisVector
    /// Who moves the robot; nil in logs that have none of what follows.
    public var origin: MotionOrigin?
    /// Age of the sample, ns.
    public var observationAgeNanoseconds: UInt64
    /// Sequence of the last command that the bridge had applied when it sent the sample.
    public var acknowledged: UInt64
    /// Bit i: axis i moved slower than wished because of a limit.
    public var limitedAxes: AxisBits
    /// Who acts in this tick; nil in logs that do not have it.
    public var acting: ActingParty?

    /// Creates a tick.
    public init(
        command: UInt64, sample: UInt64, episode: UInt32, verdict: UInt32,
        latenessNanoseconds: UInt64, proposed: AxisVector = AxisVector(count: 0),
        commanded: AxisVector, measured: AxisVector, origin: MotionOrigin? = nil,
        observationAgeNanoseconds: UInt64 = 0, acknowledged: UInt64 = 0, limitedAxes: AxisBits = 0,
        acting: ActingParty? = nil
    ) {
        self.command = command
        self.sample = sample
        self.episode = episode
        self.verdict = verdict
        self.latenessNanoseconds = latenessNanoseconds
        self.proposed = proposed
        self.commanded = commanded
        self.measured = measured
        self.origin = origin
        self.observationAgeNanoseconds = observationAgeNanoseconds
        self.acknowledged = acknowledged
        self.limitedAxes = limitedAxes
        self.acting = acting
    }
}
