import Platform

/// Watches the tick's own times: late, absent, or going back.
///
/// A value; the tick's thread; no allocation. For real time only.
struct TickClock: Sendable {
    private var last: MonotonicTime?

    /// No tick yet.
    init() {}

    /// Takes the time of the next tick.
    ///
    /// - Parameter period: T, s.
    /// - Returns: how much later than one period after the last tick it came, s, or how far the
    ///   clock went back, negative; nil for the first tick.
    mutating func take(_ now: MonotonicTime, period: Double) -> (late: Double, back: Double)? {
        defer { last = now }
        guard let last else { return nil }
        let passed = now.seconds(since: last)
        if passed < 0 { return (0, -passed) }
        return (passed > period ? passed - period : 0, 0)
    }
}
