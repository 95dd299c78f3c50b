import Platform

/// One bucket of a latency histogram.
public struct LatencyBucket: Codable, Sendable, Equatable {
    /// Lower bound, s.
    public var lower: Double
    /// Upper bound, s.
    public var upper: Double
    /// Measurements between the bounds.
    public var count: Int

    /// A bucket between two bounds in seconds.
    public init(lower: Double, upper: Double, count: Int) {
        self.lower = lower
        self.upper = upper
        self.count = count
    }
}
