import Configuration
import Platform
import Testing

@testable import Agent
@testable import TestSupport

@Suite("A session whose machine is suspended while no robot is connected")
struct SuspendedPaceTests {
    @Test(
        "The next robot is left to a person to start; a suspension under a robot is its tick's to find"
    )
    func between() throws {
        let scratch = try Scratch()
        let session = try Session.own(scratch.path("session"), .record)
        let clock = VirtualClock()
        let pace = RealtimePace(.sleep, clock: clock)
        #expect(pace.keepAwake(session.narrator) == nil)
        clock.suspend(for: .seconds(60))
        pace.letSleep()
        #expect(pace.keepAwake(session.narrator) == nil)
        pace.letSleep()
        clock.suspend(for: .seconds(7380))
        #expect(pace.keepAwake(session.narrator) == .seconds(7380))
        pace.letSleep()
        #expect(pace.keepAwake(session.narrator) == nil)
        pace.letSleep()
        try session.letGo()
    }
}
