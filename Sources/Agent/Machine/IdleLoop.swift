import Platform
import Synchronization

/// A loop that only wakes on time, on a thread like the tick's: the best this machine can do.
struct IdleLoop: Sendable {
    /// The kernel granted its priority.
    var isScheduled = false
    /// The core it was bound to; nil for none.
    var core: Int?
    /// The cores did not sleep meanwhile.
    var isAwake = false
    /// How late it woke.
    var lateness = LatencyHistogram()
    /// Times it woke more than half a period late, as ticks are counted.
    var lateTicks = 0

    /// Runs such a loop beside the calling thread, which waits for its end.
    ///
    /// - Parameters:
    ///   - rateHz: wakes a second.
    ///   - ticks: wakes at most.
    ///   - isCancelled: asked after each.
    static func run(
        rateHz: Double, ticks: Int, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(PlatformError) -> IdleLoop {
        let found = Found()
        let thread = try RealtimeMachine.startThread(name: "idle loop") { core, isAwake in
            var loop = IdleLoop(core: core, isAwake: isAwake)
            loop.wake(rateHz: rateHz, ticks: ticks, isCancelled: isCancelled)
            found.loop.withLock { $0 = loop }
        }
        thread.join()
        var loop = found.loop.withLock { $0 }
        loop.isScheduled = thread.isGranted
        return loop
    }

    /// Runs `body` on the calling thread, and beside it such a loop on a thread like any program's.
    ///
    /// - Returns: what `body` returned, and the loop; one that never woke where there is no thread for it.
    static func beside<Value>(
        rateHz: Double, _ body: () throws -> Value
    ) rethrows -> (value: Value, loop: IdleLoop) {
        let found = Found()
        let thread = try? HoneThread.start(name: "idle loop") {
            var loop = IdleLoop()
            loop.wake(rateHz: rateHz, ticks: .max) { found.isOver.load(ordering: .relaxed) }
            found.loop.withLock { $0 = loop }
        }
        let value: Value
        do {
            defer {
                found.isOver.store(true, ordering: .relaxed)
                thread?.join()
            }
            value = try body()
        }
        return (value, found.loop.withLock { $0 })
    }

    /// Wakes on time until it is told to stop.
    private mutating func wake(rateHz: Double, ticks most: Int, isCancelled: () -> Bool) {
        let clock = SystemClock()
        let period = Int64(1e9 / rateHz)
        var deadline = clock.now
        var ticks = 0
        while ticks < most, !isCancelled() {
            ticks += 1
            deadline = deadline.advanced(byNanoseconds: period)
            clock.sleep(until: deadline)
            let late = max(0, clock.now.nanoseconds(since: deadline))
            lateness.record(nanoseconds: UInt64(late))
            if late > period / 2 { lateTicks += 1 }
            if late > period {
                deadline = deadline.advanced(byNanoseconds: late / period * period)
            }
        }
    }

    /// Where the thread leaves what it found, and hears that it is enough.
    private final class Found: Sendable {
        let loop = Mutex(IdleLoop())
        let isOver = Atomic<Bool>(false)
    }
}
