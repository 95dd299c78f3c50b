import Embodiment
import Platform

/// One tick, as it is logged: a plain value of fixed size.
public struct TickReport: Sendable {
    /// Tick number in the session, from 0.
    public var tick: UInt64 = 0
    /// When the tick ran.
    public var time = MonotonicTime(nanoseconds: 0)
    /// Where the robot was wished to be by now, before limits and guardian, axis units.
    public var proposed: AxisVector
    /// What is sent.
    public var command: Command
    /// What the guardian thought.
    public var verdict = SafetyVerdict()
    /// What was measured last, before this tick.
    public var measured: AxisVector
    /// Age of the newest sample, ns.
    public var observationAgeNanoseconds: UInt64 = 0
    /// Sequence of the last command that the bridge had applied when it sent the newest sample.
    public var acknowledged: UInt64 = 0
    /// The episode the newest sample belongs to.
    public var episode: UInt32 = 0
    /// Who acts, as the arbiter has it.
    public var acting = ActingParty.nobody
    /// Whose motion is carried out, or would be.
    public var origin = MotionOrigin.nobody
    /// Set-point of the motion that is played, 0 on the way to the first.
    public var motionTick = 0
    /// How late the tick began against its schedule; set by whoever keeps the schedule.
    public var latenessNanoseconds: UInt64 = 0
    /// A policy step ended with this tick: the executed action is ready.
    public var endsStep = false

    /// An empty report.
    public init(axes: Int) {
        proposed = AxisVector(count: axes)
        command = Command(axes: axes)
        measured = AxisVector(count: axes)
    }
}
