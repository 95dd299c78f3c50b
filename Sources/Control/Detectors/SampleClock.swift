import Platform

/// Compares the bridge's clock with ours: how late a sample is, and whether a clock jumped.
///
/// The clocks differ by an unknown amount; the fastest sample so far measures it. That measure is
/// let rise by 200 µs/s, more than two quartz clocks drift apart (as `CommandGate` does at the
/// other end). A value; the tick's thread; no allocation. For real time only.
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

    private var shortest: Int64?
    private var lastCapture: UInt64 = 0
    private var lastArrival = MonotonicTime.zero
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
            lastArrival = arrival
            count += 1
        }
        guard let known = shortest else {
            shortest = way
            return .late(by: 0)
        }
        if capture < lastCapture {
            let back = Int64(clamping: lastCapture - capture)
            // The other clock is a new one from here on.
            self = SampleClock()
            shortest = way
            return .back(by: back)
        }
        let passed = arrival.nanoseconds(since: lastArrival)
        let rise = known.addingReportingOverflow((passed > 0 ? passed : 0) / 5000)
        let raised = rise.overflow ? .max : rise.partialValue
        let ahead = raised.subtractingReportingOverflow(way)
        if ahead.overflow || ahead.partialValue > limit, count >= Self.settled {
            self = SampleClock()
            shortest = way
            return .ahead(by: ahead.overflow ? .max : ahead.partialValue)
        }
        let best = way < raised ? way : raised
        shortest = best
        let late = way.subtractingReportingOverflow(best)
        return .late(by: late.overflow ? .max : late.partialValue)
    }
}
