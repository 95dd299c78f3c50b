import Platform

/// Compares the bridge's clock with ours: how late a sample is, and whether a clock jumped.
///
/// How late it is by `ShortestWay`, as a bridge judges its commands. A value; the tick's thread; no
/// allocation. For real time only.
struct SampleClock: Sendable {
    /// What a sample's times say.
    enum Finding: Sendable, Equatable {
        /// It took this much longer than the fastest one, ns.
        case late(by: Int64)
        /// The bridge's clock went back by this, ns.
        case back(by: Int64)
        /// The bridge's clock is ahead of what it can be by this, ns.
        case ahead(by: Int64)
    }

    /// Samples from which on the measure is trusted: the first ones may have waited in a queue.
    static let settled = 25

    private var shortest = ShortestWay()
    private var lastCapture: UInt64 = 0
    private var count = 0

    /// Nothing is known of the other clock.
    init() {}

    /// Takes the times of the next sample.
    ///
    /// - Parameters:
    ///   - capture: the bridge's clock when the sensors were read, ns.
    ///   - arrival: our clock when the sample came.
    ///   - limit: largest jump that is not one, ns.
    mutating func take(capture: UInt64, arrival: MonotonicTime, limit: Int64) -> Finding {
        let way = Int64(truncatingIfNeeded: arrival.nanoseconds &- capture)
        defer {
            lastCapture = capture
            count += 1
        }
        guard let bound = shortest.bound(at: arrival) else {
            return .late(by: shortest.take(way, at: arrival))
        }
        if capture < lastCapture {
            let back = Int64(clamping: lastCapture - capture)
            measureAnew(way, at: arrival)
            return .back(by: back)
        }
        let ahead = bound.subtractingReportingOverflow(way)
        if ahead.overflow || ahead.partialValue > limit, count >= Self.settled {
            measureAnew(way, at: arrival)
            return .ahead(by: ahead.overflow ? .max : ahead.partialValue)
        }
        return .late(by: shortest.take(way, at: arrival))
    }

    /// The other clock is a new one from here on.
    private mutating func measureAnew(_ way: Int64, at arrival: MonotonicTime) {
        self = SampleClock()
        _ = shortest.take(way, at: arrival)
    }
}
