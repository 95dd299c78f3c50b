import Platform

/// What the machine gave a session by the wall clock.
public struct RealtimeRecord: Codable, Sendable, Equatable {
    /// `RT0`, `RT1` or `RT2`.
    public var level: String
    /// Share of the robot's speed limits that it allowed.
    public var speedShare: Double
    /// The level and its reasons, one line.
    public var summary: String
    /// How late an idle loop woke, before the robot moved.
    public var idleLateness: LatencySummary?
    /// Page faults of the tick thread while the robot was or might be moved, without disk access.
    public var minorFaults: Int
    /// The same with disk access.
    public var majorFaults: Int

    /// What was found and counted.
    public init(
        level: String, speedShare: Double, summary: String, idleLateness: LatencySummary?,
        minorFaults: Int, majorFaults: Int
    ) {
        self.level = level
        self.speedShare = speedShare
        self.summary = summary
        self.idleLateness = idleLateness
        self.minorFaults = minorFaults
        self.majorFaults = majorFaults
    }

    /// All page faults in words.
    var faultText: String {
        "\(NumberText.count(minorFaults + majorFaults)), "
            + "\(NumberText.count(majorFaults)) with disk access"
    }
}
