import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

/// A base that drives while its robot is held, stopped, left by its agent or by its policy: at rest within its limits.
@Suite("A base that drives", .byTheWallClock)
struct MobileBaseTests {
    /// Forward and to the left, the arm where it is.
    private static let forward = Action([1, 0.3, 0, 0])

    /// What the samples on the wire told last; written by the wire's thread.
    private final class Seen: Sendable {
        struct Base {
            var velocity = AxisVector(count: 4)
            var stop = BridgeStop.none
            var fastest = 0.0
        }
        let base = Guarded(Base())
        /// Nothing reaches the robot any more.
        let isCut = Guarded(false)

        func take(_ message: inout BridgeRelay.Message) -> Bool {
            guard message.direction == .toPeer else { return !isCut.withLock { $0 } }
            let codec = SampleCodec(axes: 4, features: 6)
            var sample = SensorSample(axes: 4, features: 6)
            let isRead = message.parts[0].withUnsafeBytes { bytes in
                (try? codec.decode(bytes, into: &sample)) != nil
            }
            guard isRead else { return true }
            base.withLock { base in
                base.velocity = sample.position
                base.stop = sample.stop
                base.fastest = max(base.fastest, sample.position[0])
            }
            return true
        }
    }

    private func bench(
        _ schedule: ScheduleKind, seen: Seen? = nil, faults: SimulationFaults = SimulationFaults()
    ) throws -> RobotBench {
        var edit: ChaosProxy.Edit?
        if let seen { edit = { message in seen.take(&message) } }
        return try RobotBench(schedule, faults: faults, edit: edit, isMobile: true)
    }

    private func expectAtRest(_ bench: RobotBench) {
        let drive = bench.server.drive
        #expect(drive.isAtRest && drive.setPoint[0] == 0 && drive.setPoint[1] == 0)
        // Where time has stopped the body is still behind its drive.
        let most = bench.server.options.isLockstep ? 0.06 : 0.01
        #expect(abs(bench.server.world.position[0]) < most, "it measures a velocity")
        #expect(bench.server.statistics.violations == 0)
    }

    @Test(
        "Held while it drives, it comes to rest and stays",
        arguments: [ScheduleKind.lockstep, .realtime])
    func held(schedule: ScheduleKind) throws {
        let bench = try bench(schedule)
        try bench.begin()
        let outcomes = try bench.move(steps: 6) { _ in Self.forward }
        #expect(outcomes.last?.sample.position[0] ?? 0 > 0.3, "it drives")
        #expect(outcomes.last?.executed[0] ?? 0 > 0.7)
        try bench.robot.settle()
        // And home, which the base has none of.
        try bench.robot.home()
        bench.leave(after: nil)
        expectAtRest(bench)
    }

    @Test(
        "Stopped by a person at the robot while it drives",
        arguments: [ScheduleKind.lockstep, .realtime])
    func stopped(schedule: ScheduleKind) throws {
        var faults = SimulationFaults()
        faults.presses = [(500..<505, .stop)]
        let bench = try bench(schedule, faults: faults)
        try bench.begin()
        var error: RobotError?
        do throws(RobotError) {
            try bench.move(steps: 100) { step in Action([step / 8 % 2 == 0 ? 1 : -1, 0.3, 0, 0]) }
        } catch let found { error = found }
        #expect(error?.stopCause == .operatorStop, "\(String(describing: error))")
        if schedule == .realtime { SystemClock().sleep(for: .milliseconds(1200)) }
        bench.leave(after: error)
        expectAtRest(bench)
    }

    @Test("An agent that says nothing any more: the robot's own watchdog brings it to rest")
    func leftAlone() throws {
        let seen = Seen()
        let bench = try bench(.realtime, seen: seen)
        try bench.begin()
        try bench.move(steps: 6) { _ in Self.forward }
        #expect(seen.base.withLock { $0.fastest } > 0.3, "it drives")
        seen.isCut.withLock { $0 = true }
        SystemClock().sleep(for: .milliseconds(1500))
        let base = seen.base.withLock { $0 }
        #expect(abs(base.velocity[0]) < 0.005 && abs(base.velocity[1]) < 0.01, "\(base)")
        #expect(base.stop == .watchdog)
        bench.leave(after: nil)
        #expect(bench.server.statistics.expiries > 0)
        expectAtRest(bench)
    }

    @Test("A policy that is late: the base does not go on as it was told last")
    func latePolicy() throws {
        let seen = Seen()
        let bench = try bench(.realtime, seen: seen)
        try bench.begin()
        let rest = Guarded<AxisVector?>(nil)
        let outcomes = try bench.move(steps: 12) { step in
            if step == 6 {
                SystemClock().sleep(for: .milliseconds(1800))
                rest.withLock { $0 = seen.base.withLock { $0.velocity } }
            }
            return Self.forward
        }
        let velocity = try #require(rest.withLock { $0 })
        #expect(abs(velocity[0]) < 0.005 && abs(velocity[1]) < 0.01, "\(velocity.values)")
        #expect(outcomes.last?.sample.position[0] ?? 0 > 0.3, "and it drives again")
        #expect(bench.robot.counters.stops == 0)
        try bench.robot.settle()
        bench.leave(after: nil)
        expectAtRest(bench)
    }

    @Test("A base without power is found")
    func powerless() throws {
        var faults = SimulationFaults()
        faults.limpAfterTicks = 500
        let bench = try bench(.lockstep, faults: faults)
        try bench.begin()
        var error: RobotError?
        do throws(RobotError) {
            try bench.move(steps: 100) { step in Action([step / 8 % 2 == 0 ? 1 : -1, 0.3, 0, 0]) }
        } catch let found { error = found }
        let causes: Set<StopCause> = [.tracking, .motionless]
        #expect(error?.stopCause.map(causes.contains) == true, "\(String(describing: error))")
        bench.leave(after: error)
        expectAtRest(bench)
    }
}
