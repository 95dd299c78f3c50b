import Platform
import Testing

@Suite("SuspendWatch")
struct SuspendWatchTests {
    @Test(
        "tells how long the machine was suspended since the last reading, and nothing of the first")
    func growth() {
        var watch = SuspendWatch()
        #expect(watch.take(.seconds(100)) == nil)
        #expect(watch.take(.seconds(100)) == nil)
        #expect(watch.take(.seconds(160)) == .seconds(60))
        #expect(watch.take(.seconds(160)) == nil)
        #expect(watch.take(.seconds(160) + .milliseconds(10)) == nil)
        #expect(watch.take(.seconds(160) + .milliseconds(21)) == .milliseconds(11))
        #expect(watch.take(.zero) == nil)
    }

    @Test("The machine's clock never looks suspended by itself, however often it is read")
    func machine() {
        let clock = SystemClock()
        var watch = SuspendWatch()
        #expect(clock.suspended >= .zero)
        for _ in 0..<100_000 { #expect(watch.take(clock.suspended) == nil) }
    }

    @Test("A virtual clock does not count the time for which it is suspended")
    func virtual() {
        let clock = VirtualClock()
        var watch = SuspendWatch()
        _ = watch.take(clock.suspended)
        clock.advance(by: .seconds(5))
        #expect(watch.take(clock.suspended) == nil)
        clock.suspend(for: .seconds(7380))
        #expect(clock.now == MonotonicTime(nanoseconds: 5_000_000_000))
        #expect(watch.take(clock.suspended) == .seconds(7380))
    }
}
