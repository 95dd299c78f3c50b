import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

@Suite("A session on a machine that is suspended", .byTheWallClock)
struct SuspendedSessionTests {
    /// Two hours and three minutes.
    private static let night = Duration.seconds(7380)

    /// Has machines suspended in the middle of a motion.
    ///
    /// - Returns: what it came to.
    private func suspend(_ clocks: [SleepyClock], under bench: RobotBench) throws -> RobotError {
        try bench.begin()
        #expect(bench.moveUntilError(steps: 5) == nil)
        let sleep = try HoneThread.start(name: "lid") {
            SystemClock().sleep(for: .milliseconds(150))
            for clock in clocks { clock.suspend(for: Self.night) }
        }
        defer { sleep.join() }
        return try #require(bench.moveUntilError(steps: 50))
    }

    @Test("The agent's: stopped and latched, and after an acknowledgement and a start it goes on")
    func agent() throws {
        let clock = SleepyClock()
        let bench = try RobotBench(.realtime, clock: clock)
        let error = try suspend([clock], under: bench)
        #expect(error.stopCause == .suspended, "\(error)")
        #expect("\(error)".contains("2 h 3 min"), "\(error)")
        let person = try DeskPerson.begin(at: bench.desk)
        defer { person.join() }
        try bench.robot.awaitOperator(seconds: 20) { Issue.record("\($0)") }
        #expect(bench.moveUntilError(steps: 3) == nil)
        #expect(bench.robot.counters.stops == 1)
        bench.leave(after: nil)
    }

    @Test("Both on one: each stops by itself, and the robot does not finish its motion")
    func both() throws {
        let clock = SleepyClock()
        let bench = try RobotBench(.realtime, clock: clock, robotClock: clock)
        let error = try suspend([clock], under: bench)
        #expect(error.stopCause == .suspended, "\(error)")
        bench.leave(after: error)
        #expect(bench.server.statistics.suspensions == 1)
        #expect(bench.server.drive.isAtRest)
        #expect(bench.server.statistics.violations == 0)
    }

    @Test("The bridge's: it stops by itself until a start, and says why")
    func bridge() throws {
        let clock = SleepyClock()
        let bench = try RobotBench(.realtime, robotClock: clock)
        let error = try suspend([clock], under: bench)
        #expect(error.stopCause == .bridgeStopped, "\(error)")
        let complaint = try #require(bench.robot.takeComplaint())
        #expect("\(complaint)".contains("was suspended for 2 h 3 min"), "\(complaint)")
        #expect(bench.server.statistics.suspensions == 1)
        let person = try DeskPerson.begin(at: bench.desk)
        defer { person.join() }
        try bench.robot.awaitOperator(seconds: 20) { Issue.record("\($0)") }
        #expect(bench.moveUntilError(steps: 3) == nil)
        bench.leave(after: nil)
    }
}
