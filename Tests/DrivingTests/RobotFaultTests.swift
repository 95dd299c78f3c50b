import Bridge
import Configuration
import Control
import Embodiment
import Platform
import Simulation
import Testing

@testable import Driving
@testable import TestSupport

/// A way for a robot to fail, and what the agent must make of it.
struct RobotFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let faults: SimulationFaults
    let lockstep: StopCause?
    let realtime: StopCause

    /// - Parameter lockstep: nil where the bridge just does not answer any more.
    init(
        _ name: String, lockstep: StopCause?, realtime: StopCause,
        _ set: (inout SimulationFaults) -> Void
    ) {
        testDescription = name
        var faults = SimulationFaults()
        set(&faults)
        self.faults = faults
        self.lockstep = lockstep
        self.realtime = realtime
    }

    static let all = [
        RobotFault("dies", lockstep: nil, realtime: .observationStale) {
            $0.dieAfterTicks = 400
        },
        RobotFault("falls silent", lockstep: nil, realtime: .observationStale) {
            $0.silentAfterTicks = 400
        },
        RobotFault("repeats one sample", lockstep: .samplesRepeated, realtime: .samplesRepeated) {
            $0.stallAfterTicks = 400
        },
        RobotFault(
            "reports a frozen pose", lockstep: .sensorFrozen, realtime: .sensorFrozen
        ) { $0.freezeAfterTicks = 400 },
        RobotFault(
            "goes on with cameras that froze", lockstep: .resumeBudget, realtime: .resumeBudget
        ) { $0.blindAfterTicks = 400 },
        RobotFault(
            "has an encoder that slips", lockstep: .encoderJump, realtime: .encoderJump
        ) { $0.slipAtTick = 400 },
        RobotFault(
            "is stopped at its own button", lockstep: .operatorStop, realtime: .operatorStop
        ) { $0.presses = [(400..<405, .stop)] },
        RobotFault(
            "reports a position that is no number", lockstep: .observationNotFinite,
            realtime: .observationNotFinite
        ) { $0.notANumberAtTick = 400 },
        RobotFault(
            "reports an infinite feature", lockstep: .observationNotFinite,
            realtime: .observationNotFinite
        ) { $0.infiniteFeatureAtTick = 400 },
        RobotFault("restarts", lockstep: .bridgeReboot, realtime: .bridgeReboot) {
            $0.rebootAtTick = 400
        },
    ]
}

@Suite("A robot that fails", .byTheWallClock)
struct RobotFaultTests {
    @Test(
        "In lockstep the session ends for the right reason and the robot rests",
        arguments: RobotFault.all)
    func lockstep(fault: RobotFault) throws {
        let bench = try RobotBench(.lockstep, faults: fault.faults)
        try bench.begin()
        let error = try #require(bench.moveUntilError())
        if let expected = fault.lockstep {
            #expect(error.stopCause == expected, "\(error)")
            #expect(error.exitCode == (expected == .observationStale ? 69 : 70))
            #expect(bench.robot.counters.stops == 1)
        } else {
            guard case .silent = error else {
                Issue.record("expected silence, found \(error)")
                return
            }
            #expect(error.exitCode == 69)
        }
        let end = bench.leave(after: error)
        expectAtRest(bench, fault, end)
    }

    @Test(
        "In real time the session ends for the right reason and the robot rests",
        arguments: RobotFault.all)
    func realtime(fault: RobotFault) throws {
        let bench = try RobotBench(.realtime, faults: fault.faults)
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError())
        #expect(error.stopCause == fault.realtime, "\(error)")
        // A silent bridge is unavailable, whoever notices it.
        #expect(error.exitCode == (fault.realtime == .observationStale ? 69 : 70))
        let end = bench.leave(after: error)
        #expect(bench.robot.counters.stops == 1)
        expectAtRest(bench, fault, end)
    }

    @Test(
        "A bridge whose clock jumps is a stop; there is no such clock in lockstep",
        arguments: [2, -2] as [Double])
    func clock(seconds: Double) throws {
        var faults = SimulationFaults()
        faults.clockJump = (atTick: 250, seconds: seconds)
        let bench = try RobotBench(.realtime, faults: faults)
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError())
        #expect(error.stopCause == .bridgeClock, "\(error)")
        #expect("\(error)".contains("cause 15"), "\(error)")
        bench.leave(after: error)
        #expect(bench.server.drive.isAtRest)
    }

    @Test("Samples that are lost in a row hold the robot, which goes on when they come again")
    func lost() throws {
        var faults = SimulationFaults()
        faults.lostTicks = 250..<265
        let bench = try RobotBench(.realtime, faults: faults)
        try bench.begin()
        #expect(bench.moveUntilError(steps: 20) == nil)
        #expect(bench.robot.counters.holds >= 1 && bench.robot.counters.stops == 0)
        bench.leave(after: nil)
        #expect(bench.server.statistics.violations == 0)
    }

    /// Policy steps within which the stop must have come.
    private static let steps = 30

    /// A wire that changes sample 400, and holds it back until others are right behind it: they
    /// overtake it before the next tick.
    private static func overtaking(
        _ change: @escaping @Sendable (inout SensorSample) -> Void
    ) -> ChaosProxy.Edit {
        let codec = SampleCodec(
            axes: SimulatedAxes.names.count, features: SimulatedAxes.features.count)
        return { message in
            guard message.direction == .toPeer else { return true }
            var sample = SensorSample(axes: codec.axes, features: codec.features)
            let isRead = message.parts[0].withUnsafeBytes { bytes in
                (try? codec.decode(bytes, into: &sample)) != nil
            }
            guard isRead, sample.sequence == 400 else { return true }
            change(&sample)
            message.parts[0].withUnsafeMutableBytes { _ = codec.encode(sample, into: $0) }
            SystemClock().sleep(for: .milliseconds(35))
            return true
        }
    }

    @Test("A stop button counts in a sample that newer ones overtake")
    func overtakenButton() throws {
        let bench = try RobotBench(.realtime, edit: Self.overtaking { $0.buttons = .stop })
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError(steps: Self.steps))
        #expect(error.stopCause == .operatorStop, "\(error)")
        bench.leave(after: error)
        #expect(bench.robot.counters.stops == 1)
    }

    @Test("A hold button counts that is down in one sample only, which newer ones overtake")
    func overtakenHold() throws {
        let bench = try RobotBench(.realtime, edit: Self.overtaking { $0.buttons = .hold })
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError(steps: Self.steps))
        guard case .held(.holdRequested) = error else {
            Issue.record("expected a hold, found \(error)")
            return
        }
        bench.leave(after: error)
        #expect(bench.robot.counters.holds == 1)
    }

    @Test("A blow counts in a sample that newer ones overtake, and is told with its force")
    func overtakenBlow() throws {
        // Any feature that is nought otherwise.
        let feature = 13
        let bench = try RobotBench(
            .realtime, edit: Self.overtaking { $0.features[feature] = 90 }
        ) { description in
            description.task.force = ForceLimits(
                features: [SimulatedAxes.features[feature].name], contact: 20, stop: 40,
                absolute: 60, filterHz: 10)
        }
        var found: RobotError?
        do throws(RobotError) { try bench.begin() } catch { found = error }
        let error = try #require(found ?? bench.moveUntilError(steps: Self.steps))
        #expect(error.stopCause == .force, "\(error)")
        #expect("\(error)".contains("90 N, limit 60 N"), "\(error)")
        bench.leave(after: error)
        #expect(bench.robot.counters.stops == 1)
    }

    @Test("What the bridge says when it refuses the commands is kept, and told once")
    func complaint() throws {
        let wire = Eavesdropper()
        let bench = try RobotBench(.realtime, edit: wire.edit)
        try bench.begin()
        #expect(bench.moveUntilError(steps: 2) == nil)
        #expect(bench.robot.takeComplaint() == nil)
        // The session commands from another connection now: this one's commands are refused.
        let other = try Rival(address: bench.server.address)
        let token = try #require(wire.token)
        #expect(
            try other.ask(.start(session: 11, epoch: 9, token: token))
                == .started(epoch: 9, token: token))
        let error = try #require(bench.moveUntilError(steps: Self.steps))
        #expect(error.stopCause == .observationStale, "\(error)")
        let complaint = bench.robot.takeComplaint()
        guard case .refused(_, .busy, let words) = complaint else {
            Issue.record("expected a refusal, found \(String(describing: complaint))")
            return
        }
        #expect(words.contains("is refused"), "\(words)")
        SystemClock().sleep(for: .milliseconds(100))
        #expect(bench.robot.takeComplaint() == nil, "the same of every other command")
        bench.leave(after: error)
    }

    private func expectAtRest(
        _ bench: RobotBench, _ fault: RobotFault, _ end: SimulationEnd?
    ) {
        // A robot whose computer died has nobody left who could say where it is.
        if fault.faults.dieAfterTicks != nil {
            #expect(end == .died)
            return
        }
        #expect(end == .requested)
        #expect(bench.server.drive.isAtRest)
        #expect(bench.server.drive.stop == .disabled, "released by whoever commanded it")
        #expect(bench.server.statistics.violations == 0)
    }

    @Test("A healthy robot moves, settles and goes home", arguments: [true, false])
    func healthy(isLockstep: Bool) throws {
        let bench = try RobotBench(isLockstep ? .lockstep : .realtime)
        try bench.begin()
        let error = bench.moveUntilError(steps: 5)
        #expect(error == nil)
        try bench.robot.settle()
        try bench.robot.home()
        let counters = bench.robot.counters
        #expect(counters.ticks >= 100 && counters.stops == 0)
        bench.leave(after: nil)
        #expect(bench.server.drive.stop == .disabled && bench.server.drive.isAtRest)
        for axis in 0..<7 {
            #expect(abs(bench.server.drive.setPoint[axis] - SimulatedAxes.home[axis]) < 1e-6)
        }
        #expect(bench.server.statistics.violations == 0)
    }

    @Test(
        "An action that is not finite stops the robot before it is sent", arguments: [true, false])
    func actionNotFinite(isLockstep: Bool) throws {
        let bench = try RobotBench(isLockstep ? .lockstep : .realtime)
        try bench.begin()
        let error = #expect(throws: RobotError.self) {
            try bench.move(steps: 1) { _ in
                var action = Action(count: 7)
                action[2] = .nan
                return action
            }
        }
        #expect(error?.stopCause == .actionNotFinite)
        bench.leave(after: error)
        #expect(bench.server.drive.isAtRest)
        for axis in 0..<7 { #expect(bench.server.drive.setPoint[axis].isFinite) }
    }

    @Test("A second request to end stops at once", arguments: [true, false])
    func interrupted(isLockstep: Bool) throws {
        let bench = try RobotBench(isLockstep ? .lockstep : .realtime)
        try bench.begin()
        bench.interrupt.request()
        #expect(bench.moveUntilError(steps: 2) == nil, "one request does not cut a step short")
        bench.interrupt.request()
        let error = try #require(bench.moveUntilError())
        guard case .interrupted = error else {
            Issue.record("expected an interrupt, found \(error)")
            return
        }
        #expect(error.exitCode == 130)
        bench.leave(after: error)
        #expect(bench.server.drive.isAtRest && bench.server.drive.stop == .disabled)
    }

    @Test("A robot whose hardware limits are tighter than the file's is refused")
    func mismatch() throws {
        let bench = try RobotBench(.lockstep)
        var wider = bench.description
        wider.axes[1].limits.velocity = 3
        wider.features[2].name = "object.height"
        let robot = LockstepRobot(
            description: wider, client: try .init(address: bench.server.address), session: 12,
            patience: BridgePatience(
                connect: .seconds(10), reset: .seconds(10), silence: .seconds(1)),
            interrupt: bench.interrupt)
        let error = #expect(throws: RobotError.self) { try robot.connect() }
        guard case .mismatch(_, let differences) = error else {
            Issue.record("expected a mismatch, found \(String(describing: error))")
            return
        }
        #expect(error?.exitCode == 69)
        #expect(differences.count == 3, "\(differences)")
        #expect(differences.contains { $0.contains("axis y: velocity 3.0 m") })
        bench.end()
    }
}
