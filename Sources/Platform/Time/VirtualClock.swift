internal import Synchronization

/// A clock that moves only when told: sleeping jumps to the deadline.
///
/// Meant for one thread, which is then bit-reproducible; other threads may read it safely.
public final class VirtualClock: Clock {
    private let time: Atomic<UInt64>
    private let away = Atomic<Int64>(0)

    /// A clock that shows `start`.
    public init(start: MonotonicTime = .zero) { time = Atomic(start.nanoseconds) }

    /// The moment last set.
    public var now: MonotonicTime {
        // Relaxed: the value orders nothing but itself.
        MonotonicTime(nanoseconds: time.load(ordering: .relaxed))
    }

    /// As long as it was told.
    public var suspended: Duration { .nanoseconds(away.load(ordering: .relaxed)) }

    /// The machine is suspended for so long: `now` stays as it is.
    public func suspend(for duration: Duration) {
        away.add(duration.wholeNanoseconds, ordering: .relaxed)
    }

    /// Moves time forward.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "time does not go back")
        time.store((now + duration).nanoseconds, ordering: .relaxed)
    }

    /// Jumps to `deadline` when that is later.
    public func sleep(until deadline: MonotonicTime) {
        if deadline > now { time.store(deadline.nanoseconds, ordering: .relaxed) }
    }
}
