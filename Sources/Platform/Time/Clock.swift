internal import CPlatform
internal import Synchronization

/// Where time comes from: the machine, or a test that decides what time it is.
public protocol Clock: AnyObject, Sendable {
    /// The present moment.
    var now: MonotonicTime { get }
    /// Returns at `deadline` or soon after; at once when it has passed.
    func sleep(until deadline: MonotonicTime)
}

extension Clock {
    /// Sleeps for `duration` from now.
    public func sleep(for duration: Duration) { sleep(until: now + duration) }
}

/// The machine's `CLOCK_MONOTONIC`.
///
/// Any thread. Reading takes about 25 ns; sleeping is to an absolute deadline, so a loop does not
/// drift and a signal does not cut it short.
public final class SystemClock: Clock {
    /// A clock; all system clocks show the same time.
    public init() {}

    /// The present moment, since boot.
    public var now: MonotonicTime { MonotonicTime(nanoseconds: hone_now()) }

    /// Sleeps with `clock_nanosleep(TIMER_ABSTIME)`.
    public func sleep(until deadline: MonotonicTime) { hone_sleep_until(deadline.nanoseconds) }
}

/// A clock that moves only when told: sleeping jumps to the deadline.
///
/// Meant for one thread, which is then bit-reproducible; other threads may read it safely.
public final class VirtualClock: Clock {
    private let time: Atomic<UInt64>

    /// A clock that shows `start`.
    public init(start: MonotonicTime = .zero) { time = Atomic(start.nanoseconds) }

    /// The moment last set.
    public var now: MonotonicTime {
        // Relaxed: the value orders nothing but itself.
        MonotonicTime(nanoseconds: time.load(ordering: .relaxed))
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
