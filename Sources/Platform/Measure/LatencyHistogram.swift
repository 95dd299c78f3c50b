/// How long things took: fixed buckets, 64 per doubling, so any percentile is within 1.6 %.
///
/// From 1 ns (exact below 128 ns) to 17 s; longer ones count in the last bucket and keep the exact
/// `maximum`. A value; recording into the only copy does not allocate. One thread at a time.
public struct LatencyHistogram: Sendable, Equatable {
    /// Buckets of every histogram.
    public static let bucketCount = LatencyHistogram.bucket(of: .max) + 1
    private var buckets = [UInt64](repeating: 0, count: LatencyHistogram.bucketCount)
    /// How many were recorded.
    public private(set) var count: UInt64 = 0
    /// The longest, ns, exact; 0 when nothing was recorded.
    public private(set) var maximum: UInt64 = 0
    /// The shortest, ns, exact; 0 when nothing was recorded.
    public private(set) var minimum: UInt64 = 0
    /// All together, ns, for the mean.
    public private(set) var total: UInt64 = 0

    /// An empty histogram.
    public init() {}

    /// Counts one duration.
    public mutating func record(nanoseconds: UInt64) {
        buckets[Self.bucket(of: nanoseconds)] += 1
        minimum = count == 0 ? nanoseconds : min(minimum, nanoseconds)
        maximum = max(maximum, nanoseconds)
        count += 1
        // Wraps only after five centuries of recorded time.
        total &+= nanoseconds
    }

    /// Counts one duration; negative ones as zero.
    public mutating func record(_ duration: Duration) {
        record(nanoseconds: UInt64(max(0, duration.wholeNanoseconds)))
    }

    /// The smallest duration, ns, that at least `percent` of the recorded ones do not exceed.
    ///
    /// - Parameter percent: 0…100.
    /// - Returns: the upper end of its bucket, never beyond `maximum`; 0 when nothing was recorded.
    public func percentile(_ percent: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let wanted = (Double(count) * min(max(percent, 0), 100) / 100).rounded(.up)
        let rank = max(1, min(count, UInt64(wanted)))
        var seen: UInt64 = 0
        for index in buckets.indices {
            seen += buckets[index]
            if seen >= rank { return max(minimum, min(maximum, Self.upperEnd(of: index))) }
        }
        return maximum
    }

    /// The mean, ns; 0 when nothing was recorded.
    public var mean: Double { count == 0 ? 0 : Double(total) / Double(count) }

    /// Adds another histogram's recordings to this one.
    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        minimum = count == 0 ? other.minimum : min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
        count += other.count
        total &+= other.total
    }

    /// Forgets everything; does not allocate.
    public mutating func reset() {
        for index in buckets.indices { buckets[index] = 0 }
        (count, maximum, minimum, total) = (0, 0, 0, 0)
    }

    /// The buckets that hold something, ascending, ends included, ns; for plots (allocates).
    public var occupiedBuckets: [(lower: UInt64, upper: UInt64, count: UInt64)] {
        buckets.indices.compactMap { index in
            guard buckets[index] > 0 else { return nil }
            return (
                index == 0 ? 0 : Self.upperEnd(of: index - 1) + 1, Self.upperEnd(of: index),
                buckets[index]
            )
        }
    }

    /// 2⁷ − 1 ns and below are their own buckets; beyond, the top 7 bits of a value choose.
    static func bucket(of nanoseconds: UInt64) -> Int {
        let value = min(nanoseconds, longest)
        guard value >= 128 else { return Int(value) }
        let shift = (63 - value.leadingZeroBitCount) - 6
        return 64 * shift + Int(value >> UInt64(shift))
    }

    /// The largest value that falls into a bucket.
    static func upperEnd(of bucket: Int) -> UInt64 {
        guard bucket >= 128 else { return UInt64(bucket) }
        let shift = UInt64(bucket / 64 - 1)
        return ((UInt64(bucket % 64) + 65) << shift) - 1
    }

    private static let longest: UInt64 = (1 << 34) - 1
}

/// A list of whole numbers: longest, shortest and total, ns, then number and count of each occupied
/// bucket; for a session that is interrupted and goes on.
extension LatencyHistogram: Codable {
    /// More were never recorded: a thousand a second for nine thousand years.
    private static let mostCounts: UInt64 = 1 << 48

    /// Reads the list; a bucket that does not exist or comes twice is an error, and so are more counts than can be.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        maximum = try list.decode(UInt64.self)
        minimum = try list.decode(UInt64.self)
        total = try list.decode(UInt64.self)
        while !list.isAtEnd {
            let index = try list.decode(Int.self)
            guard buckets.indices.contains(index), buckets[index] == 0 else {
                throw DecodingError.dataCorruptedError(
                    in: list,
                    debugDescription: "a histogram has no bucket \(index), or it has it twice")
            }
            let counted = try list.decode(UInt64.self)
            guard counted <= Self.mostCounts - count else {
                throw DecodingError.dataCorruptedError(
                    in: list, debugDescription: "a histogram counts more than can ever happen")
            }
            buckets[index] = counted
            count += counted
        }
        guard minimum <= maximum else {
            throw DecodingError.dataCorruptedError(
                in: list, debugDescription: "the shortest of a histogram is longer than the longest"
            )
        }
    }

    /// Writes the list.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for number in [maximum, minimum, total] { try list.encode(number) }
        for index in buckets.indices where buckets[index] > 0 {
            try list.encode(index)
            try list.encode(buckets[index])
        }
    }
}
