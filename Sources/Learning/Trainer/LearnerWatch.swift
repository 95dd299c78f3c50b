import Platform

/// Notices a learner that has work and does none: a thread that hangs tells nobody.
///
/// A plain value; pure.
public struct LearnerWatch: Sendable {
    /// How long it may do none, s: row 3 of `Control/Faults.md`.
    public static let seconds = 60.0

    private var done = -1
    private var since = MonotonicTime.zero
    private var isTold = false

    /// Begins to watch with the first counters.
    public init() {}

    /// Takes what the learner has done so far; true once each time it has become stale.
    ///
    /// - Parameters:
    ///   - lived: training episodes that it is to take up, those that it has included.
    ///   - warmup: of those, how many it waits for before it pays anything.
    public mutating func take(
        _ counters: TrainerCounters, lived: Int, warmup: Int, now: MonotonicTime
    ) -> Bool {
        let done = counters.criticUpdates + counters.policyUpdates + counters.given
        let owes = counters.debt > 0 && counters.episodes >= warmup
        if done != self.done || !(owes || counters.given < lived) {
            self.done = done
            since = now
            isTold = false
        }
        guard !isTold, now.seconds(since: since) >= Self.seconds else { return false }
        isTold = true
        return true
    }
}
