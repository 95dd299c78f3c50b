import Platform

/// Notices a learner that owes updates and makes none: a thread that hangs tells nobody.
///
/// A plain value; pure.
struct LearnerWatch: Sendable {
    /// How long it may make none, s: row 3 of the fault catalogue in `spec/safety.md`.
    static let seconds = 60.0

    private var updates = -1
    private var since = MonotonicTime.zero
    private var isTold = false

    /// Takes what the learner has done so far; true once each time it has become stale.
    ///
    /// - Parameter isDue: it owes updates and has what it takes to make them.
    mutating func note(updates: Int, isDue: Bool, now: MonotonicTime) -> Bool {
        if updates != self.updates || !isDue {
            self.updates = updates
            since = now
            isTold = false
        }
        guard !isTold, now.seconds(since: since) >= Self.seconds else { return false }
        isTold = true
        return true
    }
}
