/// What the tick thread has counted up to one moment of a session; a line of `metrics.jsonl`.
public struct TickTally: Codable, Sendable {
    /// Robot time since the session began, s.
    public var robotSeconds: Double
    /// Ticks.
    public var ticks: Int
    /// Those that began more than half a period late.
    public var ticksLate: Int
    /// Page faults without disk access.
    public var minorFaults: Int
    /// Page faults with disk access.
    public var majorFaults: Int

    /// What was counted.
    public init(
        robotSeconds: Double, ticks: Int, ticksLate: Int, minorFaults: Int, majorFaults: Int
    ) {
        self.robotSeconds = robotSeconds
        self.ticks = ticks
        self.ticksLate = ticksLate
        self.minorFaults = minorFaults
        self.majorFaults = majorFaults
    }
}
