import Experience
import Platform

/// Counts ticks on the thread that makes them, for a session that reads how many there were on its own.
///
/// One robot after the other: `resume` and `lateness` while none ticks. `accept` neither waits nor allocates.
final class TickCounter: @unchecked Sendable {
    // @unchecked Sendable: `counts` and `lateness` are touched by the thread that ticks, by the session's only while
    // no robot has one; `newest` by the session's thread only. Between them is a channel.
    private var counts: TickCounts
    /// How late ticks began.
    private(set) var lateness = LatencyHistogram()
    private var newest: TickCounts
    private let published = LatestValue<TickCounts>()

    /// - Parameter period: of the ticks, s.
    init(period: Double) {
        counts = TickCounts(period: period)
        newest = counts
    }

    /// Goes on from what was counted before.
    func resume(from counts: TickCounts, lateness: LatencyHistogram) {
        _ = published.take()
        self.counts = counts
        self.lateness = lateness
        newest = counts
    }

    /// Takes the next tick; on the thread that ticks.
    func accept(_ tick: TickRecord) {
        counts.accept(tick)
        lateness.record(nanoseconds: tick.latenessNanoseconds)
        published.publish(counts)
    }

    /// What has been counted up to the newest tick; on the session's thread.
    func read() -> TickCounts {
        if let newer = published.take() { newest = newer }
        return newest
    }
}
