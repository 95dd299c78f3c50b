/// Shares of a robot's speed limits for machines that cannot promise to be on time.
///
/// `Control/Safety.md` 6: such a machine lowers speeds; it never widens a time-out.
public struct DegradedSpeeds: Sendable, Equatable {
    /// At RT1: one thing that real time needs is missing, or an idle loop is late for up to half a
    /// period.
    public var reduced = 0.5
    /// At RT2, anything less; nil: the robot is not started.
    public var poor: Double?

    /// Half speed at RT1, no motion at RT2.
    public init() {}
}
