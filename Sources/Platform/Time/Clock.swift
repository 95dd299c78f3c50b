/// Where time comes from: the machine, or a test that decides what time it is.
public protocol Clock: AnyObject, Sendable {
    /// The present moment.
    var now: MonotonicTime { get }
    /// How long the machine was suspended in all: time that passed and that `now` does not count.
    ///
    /// Means something only beside an earlier reading; see `SuspendWatch`. To a millisecond.
    var suspended: Duration { get }
    /// Returns at `deadline` or soon after; at once when it has passed.
    func sleep(until deadline: MonotonicTime)
}

extension Clock {
    /// Sleeps for `duration` from now.
    public func sleep(for duration: Duration) { sleep(until: now + duration) }
}
