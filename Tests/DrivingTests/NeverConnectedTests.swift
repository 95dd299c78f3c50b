import Bridge
import Configuration
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

/// A session that could not begin, beside a robot that is not there or obeys another.
@Suite("A robot that was never agreed with")
struct NeverConnectedTests {
    private func robot(
        _ schedule: ScheduleKind, at address: String, connect: Duration = .seconds(10)
    ) throws -> any Robot {
        let description = try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
        let client = try BridgeClient(address: address)
        let patience = BridgePatience(
            connect: connect, reset: .seconds(10), silence: .seconds(3))
        let interrupt = Interrupt(watchesSignals: false)
        return switch schedule {
        case .lockstep:
            LockstepRobot(
                description: description, client: client, session: 12, patience: patience,
                interrupt: interrupt)
        case .realtime:
            try RealtimeRobot(
                description: description, client: client, session: 12, patience: patience,
                interrupt: interrupt)
        }
    }

    @Test(
        "Nobody waits for the answer of a bridge that never gave one",
        arguments: [ScheduleKind.lockstep, .realtime])
    func absent(schedule: ScheduleKind) throws {
        let scratch = try Scratch()
        let robot = try robot(
            schedule, at: "ipc://\(scratch.path("nobody"))", connect: .milliseconds(50))
        #expect(throws: RobotError.self) { try robot.connect() }
        let began = SystemClock().now
        robot.stop(reason: "test")
        robot.close()
        let seconds = SystemClock().now.seconds(since: began)
        #expect(seconds < 0.9, "it took \(seconds) s")
    }

    @Test("A session that is refused because another commands the robot does not stop it")
    func refused() throws {
        let bench = try RobotBench(.lockstep)
        try bench.begin()
        let second = try robot(.lockstep, at: bench.server.address)
        var found: RobotError?
        do throws(RobotError) { try second.connect() } catch { found = error }
        #expect("\(try #require(found))".contains("another agent commands"))
        second.stop(reason: "test")
        second.close()
        #expect(bench.moveUntilError(steps: 10) == nil)
        bench.leave(after: nil)
    }
}
