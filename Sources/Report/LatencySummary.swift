import Platform

/// How late or how slow something was, over a whole session.
///
/// All measured times sit under `wall_seconds`, so that a comparison of two lockstep reports can
/// drop them with the other wall times.
public struct LatencySummary: Codable, Sendable, Equatable {
    /// Measurements taken.
    public var count: Int
    /// What was measured, in seconds.
    public var wallSeconds: Percentiles

    /// Percentiles and the distribution, in seconds.
    public struct Percentiles: Codable, Sendable, Equatable {
        /// Median.
        public var p50: Double
        /// 90 % were at most this.
        public var p90: Double
        /// 99 % were at most this.
        public var p99: Double
        /// 99.9 % were at most this.
        public var p999: Double
        /// The worst.
        public var maximum: Double
        /// Histogram buckets that are not empty, in ascending order.
        public var buckets: [LatencyBucket]

        /// Percentiles with their histogram.
        public init(
            p50: Double, p90: Double, p99: Double, p999: Double, maximum: Double,
            buckets: [LatencyBucket]
        ) {
            self.p50 = p50
            self.p90 = p90
            self.p99 = p99
            self.p999 = p999
            self.maximum = maximum
            self.buckets = buckets
        }
    }

    /// What a histogram recorded; `nil` when that was nothing.
    ///
    /// Neighbouring buckets are joined until they span a quarter of their lower bound, so that the
    /// report stays short; the percentiles are taken from the histogram itself. Allocates.
    public init?(_ histogram: LatencyHistogram) {
        guard histogram.count > 0 else { return nil }
        var joined: [(lower: UInt64, upper: UInt64, count: UInt64)] = []
        for bucket in histogram.occupiedBuckets {
            if let last = joined.last, bucket.upper <= last.lower + last.lower / 4 {
                joined[joined.count - 1].upper = bucket.upper
                joined[joined.count - 1].count += bucket.count
            } else {
                joined.append(bucket)
            }
        }
        func seconds(_ percent: Double) -> Double { Double(histogram.percentile(percent)) / 1e9 }
        count = Int(histogram.count)
        wallSeconds = Percentiles(
            p50: seconds(50), p90: seconds(90), p99: seconds(99), p999: seconds(99.9),
            maximum: Double(histogram.maximum) / 1e9,
            buckets: joined.map {
                LatencyBucket(
                    lower: Double($0.lower) / 1e9, upper: Double($0.upper) / 1e9,
                    count: Int($0.count))
            })
    }

    /// A summary of so many measurements.
    public init(count: Int, wallSeconds: Percentiles) {
        self.count = count
        self.wallSeconds = wallSeconds
    }
}
