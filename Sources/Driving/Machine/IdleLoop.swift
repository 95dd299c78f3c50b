import Platform

/// A loop that only wakes on time, on a thread like the tick's: the best this machine can do.
public struct IdleLoop: Sendable {
    /// What its thread had.
    public var grant = ThreadGrant(priority: 0, core: nil)
    /// How late it woke.
    public var lateness = LatencyHistogram()
    /// Times it woke more than half a period late, as ticks are counted.
    public var lateTicks = 0
    /// Times it woke so late that the machine must have stood still.
    public var pauses = 0

    /// Runs such a loop beside the calling thread, which waits for its end.
    ///
    /// - Parameters:
    ///   - rateHz: wakes a second.
    ///   - ticks: wakes at most.
    ///   - isCancelled: asked after each.
    public static func run(
        rateHz: Double, ticks: Int, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(PlatformError) -> IdleLoop {
        let result = Result()
        let thread = try RealtimeMachine.startThread(name: "idle loop") { grant in
            var loop = IdleLoop(grant: grant)
            let period = Int64(1e9 / rateHz)
            wake(every: period, while: { loop.lateness.count < ticks && !isCancelled() }) { late in
                loop.lateness.record(nanoseconds: UInt64(late))
                if late > period / 2 { loop.lateTicks += 1 }
                if late >= Int64(CoreSleepTrial.pause) { loop.pauses += 1 }
            }
            result.loop.withLock { $0 = loop }
        }
        thread.join()
        return result.loop.withLock { $0 }
    }

    /// The kernel granted its priority.
    public var isScheduled: Bool { grant.priority >= RealtimeMachine.priority }

    /// Wakes on time, on the calling thread; periods that were missed are skipped.
    ///
    /// - Parameters:
    ///   - period: ns.
    ///   - isWanted: asked before each.
    ///   - note: told how late each was, ns.
    public static func wake(
        every period: Int64, while isWanted: () -> Bool, _ note: (_ late: Int64) -> Void
    ) {
        let clock = SystemClock()
        var deadline = clock.now
        while isWanted() {
            deadline = deadline.advanced(byNanoseconds: period)
            clock.sleep(until: deadline)
            let late = max(0, clock.now.nanoseconds(since: deadline))
            note(late)
            if late > period {
                deadline = deadline.advanced(byNanoseconds: late / period * period)
            }
        }
    }

    /// Where the thread leaves what it found.
    private final class Result: Sendable { let loop = Guarded(IdleLoop()) }
}
