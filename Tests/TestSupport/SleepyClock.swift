import Platform
import Synchronization

/// The machine's clock, on a machine that is suspended when a test says so.
///
/// As in a suspended machine `now` does not count that time. Any thread.
final class SleepyClock: Platform.Clock {
    private let machine = SystemClock()
    private let away = Atomic<Int64>(0)

    var now: MonotonicTime { machine.now }
    var suspended: Duration {
        machine.suspended + .nanoseconds(away.load(ordering: .relaxed))
    }

    func sleep(until deadline: MonotonicTime) { machine.sleep(until: deadline) }

    /// Wakes up so much later.
    func suspend(for duration: Duration) {
        away.add(duration.wholeNanoseconds, ordering: .relaxed)
    }
}
