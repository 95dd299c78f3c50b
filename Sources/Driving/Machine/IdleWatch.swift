import Platform
import Synchronization

/// A loop that only wakes on time, on a thread like any program's, beside something that goes by the
/// wall clock: it shows when the machine ran nobody.
///
/// Any thread; `end` before the last reference goes.
public final class IdleWatch: Sendable {
    private let pulse: Pulse
    private let thread: HoneThread?

    /// How often it wakes, ns.
    private static let period: Int64 = 2_000_000

    /// Wakes from now on.
    public init() {
        let pulse = Pulse()
        self.pulse = pulse
        // Without a thread nothing is ever excused.
        thread = try? HoneThread.start(name: "idle watch") {
            IdleLoop.wake(
                every: Self.period, while: { !pulse.isOver.load(ordering: .relaxed) }
            ) { late in
                pulse.latest.max(late, ordering: .relaxed)
            }
        }
    }

    /// How late it woke at most so far, s.
    public var latest: Double { Double(pulse.latest.load(ordering: .relaxed)) * 1e-9 }

    /// Ends the thread; a second call does nothing.
    public func end() {
        pulse.isOver.store(true, ordering: .relaxed)
        thread?.join()
    }

    /// Where the two sides meet.
    private final class Pulse: Sendable {
        let latest = Atomic<Int64>(0)
        let isOver = Atomic<Bool>(false)
    }
}
