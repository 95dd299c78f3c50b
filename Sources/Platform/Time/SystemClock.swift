internal import CPlatform

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
