/// How late messages come from another clock: the fastest so far measures the clocks' difference.
///
/// The clocks of two sides differ by an unknown amount, so no single message says how long it took;
/// the smallest arrival − send seen is that amount plus the shortest way. The measure is let rise by
/// 200 µs/s, more than two quartz clocks drift apart. All times in nanoseconds. A value; any thread;
/// no allocation.
public struct ShortestWay: Sendable {
    private var shortest: Int64?
    /// When the measure was taken, or let rise last.
    private var measured = MonotonicTime.zero

    /// Nothing is known of the other clock.
    public init() {}

    /// What the shortest way may have risen to; nil before the first message.
    public func bound(at now: MonotonicTime) -> Int64? {
        guard let shortest else { return nil }
        let rise = max(0, now.nanoseconds(since: measured)) / 5000
        let (bound, overflow) = shortest.addingReportingOverflow(rise)
        return overflow ? .max : bound
    }

    /// Takes the next message.
    ///
    /// - Parameters:
    ///   - way: its arrival on this side's clock − its sending on the other's, ns.
    ///   - now: when it came; no moment is counted twice, whatever became of the message.
    /// - Returns: how much longer than the fastest it took, 0 for the first; what does not fit is `.max`.
    public mutating func take(_ way: Int64, at now: MonotonicTime) -> Int64 {
        let best = min(bound(at: now) ?? way, way)
        shortest = best
        measured = max(measured, now)
        let (late, overflow) = way.subtractingReportingOverflow(best)
        return overflow ? .max : late
    }
}
