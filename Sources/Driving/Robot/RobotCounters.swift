import Control
import Platform

/// What a robot counts, for the report.
public struct RobotCounters: Sendable {
    /// Commands made.
    public var ticks: UInt64 = 0
    /// Ticks that began more than half a period late (real time only).
    public var lateTicks: UInt64 = 0
    /// What came from the bridge, whatever it was (real time only).
    public var messages: UInt64 = 0
    /// Of that, samples that a newer one had overtaken when the tick took them (real time only).
    public var overtaken: UInt64 = 0
    /// Of that, what found no room: the tick had not taken what came before (real time only).
    public var lost: UInt64 = 0
    /// Times the guardian braked and resumed.
    public var holds = 0
    /// Latched stops.
    public var stops = 0
    /// Lateness of each tick against its schedule.
    public var lateness = LatencyHistogram()
    /// From the beginning of a tick to its command's way to the bridge, complete once closed (real time only).
    public var commandDelays = LatencyHistogram()
    /// Page faults of the tick thread since it first let the robot move (real time only).
    public var pageFaults = Memory.PageFaults()

    /// All zero.
    public init() {}
}
