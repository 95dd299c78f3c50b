import Embodiment
import Platform
import Testing

@testable import Control

/// A two-axis robot for the tests: one displacement axis, one set-point axis.
enum Fixture {
    static func robot() -> RobotDescription {
        RobotDescription(
            name: "fixture", summary: "", controlSpace: .jointPosition, commandRateHz: 100,
            policyRateHz: 5,
            axes: [
                CommandAxis(
                    name: "x", unit: .metre,
                    limits: AxisLimits(lower: -0.3, upper: 0.3, velocity: 0.4, acceleration: 4),
                    kind: .delta, actionLow: -0.05, actionHigh: 0.05, home: 0,
                    trackingError: 0.05),
                CommandAxis(
                    name: "gripper", unit: .fraction,
                    limits: AxisLimits(lower: 0, upper: 1, velocity: 8, acceleration: 200),
                    kind: .absolute, actionLow: 0, actionHigh: 1, home: 1, trackingError: 2,
                    gripper: GripperLimits(dwellSeconds: 0.2)),
            ],
            features: [ObservationFeature(name: "cup", unit: .metre)],
            observation: ["x", "gripper", "cup"],
            timing: TimingLimits(
                observationHoldSeconds: 0.05, observationStopSeconds: 0.25,
                commandValiditySeconds: 0.05, trackingSeconds: 0.1))
    }

    static func sample(_ sequence: UInt64, x: Double = 0, gripper: Double = 1) -> SensorSample {
        var sample = SensorSample(axes: 2, features: 1)
        sample.sequence = sequence
        sample.bootID = 7
        sample.isEnabled = true
        sample.position[0] = x
        sample.position[1] = gripper
        return sample
    }
}

/// A controller whose robot follows at once, one sample per tick.
struct Loop {
    let controller = Controller(robot: Fixture.robot())
    var time = MonotonicTime(nanoseconds: 1_000_000_000)
    var sequence: UInt64 = 1
    var report = TickReport(axes: 2)

    init() {
        controller.start(session: 1, epoch: 1)
        controller.receive(Fixture.sample(sequence), at: time)
    }

    mutating func tick(sample change: (inout SensorSample) -> Void = { _ in }, silent: Bool = false)
    {
        controller.tick(now: time, into: &report)
        time = time.advanced(byNanoseconds: 10_000_000)
        sequence += 1
        guard !silent else { return }
        var sample = Fixture.sample(
            sequence, x: report.command.position[0], gripper: report.command.position[1])
        sample.acknowledgedCommand = report.command.sequence
        change(&sample)
        controller.receive(sample, at: time)
    }

    func action(_ x: Double, _ gripper: Double) -> Action { Action([x, gripper]) }
}

@Suite("Controller")
struct ControllerTests {
    @Test("a step moves by the action and reports what was executed")
    func step() {
        var loop = Loop()
        loop.controller.begin(step: loop.action(0.5, -1))
        for tick in 1...20 {
            loop.tick()
            #expect(loop.report.endsStep == (tick == 20))
        }
        #expect(abs(loop.report.command.position[0] - 0.025) < 1e-9)
        #expect(loop.report.command.position[1] == 0)
        let executed = loop.controller.executedAction()
        #expect(abs(executed[0] - 0.5) < 1e-6)
        #expect(executed[1] == -1)
    }

    @Test("steps that ask for more than the workspace end at its edge, and say so")
    func edge() {
        var loop = Loop()
        for _ in 0..<10 {
            loop.controller.begin(step: loop.action(1, 1))
            for _ in 0..<20 { loop.tick() }
        }
        #expect(loop.report.command.position[0] <= 0.3)
        #expect(loop.report.command.position[0] > 0.299)
        #expect(loop.controller.executedAction()[0] < 0.5)
    }

    @Test("an action that is not finite latches a stop in the same tick and the robot brakes")
    func notFiniteAction() {
        var loop = Loop()
        loop.controller.begin(step: loop.action(1, 1))
        for _ in 0..<5 { loop.tick() }
        loop.controller.begin(step: loop.action(.nan, 0))
        let before = abs(loop.report.command.velocity[0])
        loop.tick()
        #expect(loop.report.verdict.cause == .actionNotFinite)
        #expect(abs(loop.report.command.velocity[0]) < before)
        for _ in 0..<20 { loop.tick() }
        #expect(loop.controller.isAtRest)
        #expect(loop.controller.guardian.latched.cause == .actionNotFinite)
    }

    @Test("a sample that is not finite latches a stop")
    func notFiniteSample() {
        for field in 0..<3 {
            var loop = Loop()
            loop.tick { sample in
                switch field {
                case 0: sample.position[0] = .nan
                case 1: sample.velocity[1] = .infinity
                default: sample.features[0] = -.infinity
                }
            }
            loop.tick()
            #expect(loop.report.verdict.cause == .observationNotFinite)
        }
    }

    @Test(
        "silence brakes after the hold budget, resumes by itself, and latches after the stop budget"
    )
    func silence() {
        var loop = Loop()
        loop.controller.begin(step: loop.action(1, 1))
        for _ in 0..<3 { loop.tick() }
        for _ in 0..<8 { loop.tick(silent: true) }
        #expect(loop.report.verdict.cause == .observationLate)
        #expect(loop.controller.guardian.holds == 1)
        // Samples are back: the hold ends when they have come for 250 ms.
        for _ in 0..<25 { loop.tick() }
        #expect(loop.report.verdict.cause == .observationLate)
        for _ in 0..<2 { loop.tick() }
        #expect(loop.report.verdict.cause == .none)
        for _ in 0..<30 { loop.tick(silent: true) }
        #expect(loop.report.verdict.cause == .observationStale)
        loop.tick()
        loop.tick()
        #expect(loop.report.verdict.cause == .observationStale)
        #expect(loop.controller.isAtRest)
    }

    @Test("duplicates and older samples are ignored and do not count as fresh")
    func duplicates() {
        var loop = Loop()
        for _ in 0..<8 { loop.tick { $0.sequence = 1 } }
        #expect(loop.report.verdict.cause == .observationLate)
    }

    @Test("a bridge that restarts latches a stop")
    func reboot() {
        var loop = Loop()
        loop.tick { $0.bootID = 8 }
        loop.tick()
        #expect(loop.report.verdict.cause == .bridgeReboot)
    }

    @Test("a bridge that stopped by itself is mirrored, its watchdog is not a stop")
    func bridgeStop() {
        for stop in BridgeStop.allCases {
            var loop = Loop()
            loop.tick { $0.stop = stop }
            loop.tick()
            let expected: StopCause =
                stop == .none || stop == .watchdog ? .none : .bridgeStopped
            #expect(loop.report.verdict.cause == expected)
        }
    }

    @Test("a robot that does not follow is stopped after the tracking budget")
    func tracking() {
        var loop = Loop()
        // The sensor lives: its last bits move, the robot does not.
        for _ in 0..<2 {
            loop.controller.begin(step: loop.action(1, 1))
            for _ in 0..<20 { loop.tick { $0.position[0] = 1e-9 * Double($0.sequence % 2) } }
        }
        #expect(loop.report.verdict.cause == .tracking)
        #expect(loop.report.verdict.axis == 0)
    }

    @Test("going home ends exactly at home, at rest")
    func home() {
        var loop = Loop()
        for _ in 0..<4 {
            loop.controller.begin(step: loop.action(1, -1))
            for _ in 0..<20 { loop.tick() }
        }
        loop.controller.goHome()
        var ticks = 0
        while !loop.controller.isHome, ticks < 1000 {
            loop.tick()
            ticks += 1
        }
        #expect(loop.controller.isHome)
        #expect(loop.controller.isAtRest)
    }

    /// The commands of a few steps, from rest at home.
    private func motion() -> Motion {
        var loop = Loop()
        var setpoints = [AxisVector([0, 1])]
        for (x, gripper) in [(1.0, -1.0), (0.4, 1.0), (-1.0, 0.2)] {
            loop.controller.begin(step: loop.action(x, gripper))
            for _ in 0..<20 {
                loop.tick()
                setpoints.append(loop.report.command.position)
            }
        }
        return Motion(setpoints)
    }

    @Test("a played motion eases in to its first set-point, then follows it to the last")
    func play() {
        let motion = motion()
        var loop = Loop()
        for _ in 0..<30 {
            loop.controller.begin(step: loop.action(-1, 0))
            loop.tick()
        }
        loop.controller.play(motion)
        let cap = 0.4 * Controller.homeSpeedScale
        var followed = 0
        var ticks = 0
        while !loop.controller.isMotionOver, ticks < 2000 {
            loop.tick()
            ticks += 1
            #expect(loop.report.origin == MotionOrigin(driver: .replay))
            guard loop.report.motionTick > 0 else {
                #expect(abs(loop.report.command.velocity[0]) <= cap || ticks < 20)
                continue
            }
            followed += 1
            #expect(loop.report.motionTick == followed)
            for axis in 0..<2 {
                let wanted = motion.setpoints[followed][axis]
                #expect(abs(loop.report.command.position[axis] - wanted) < 1e-9)
            }
        }
        #expect(followed == motion.count - 1)
        loop.controller.hold()
        #expect(loop.controller.isMotionOver)
    }

    @Test("a motion waits while the guardian holds the robot, and goes on where it was")
    func playThroughHold() {
        let motion = motion()
        var loop = Loop()
        loop.controller.play(motion)
        while loop.report.motionTick < 30 { loop.tick() }
        for _ in 0..<10 { loop.tick(silent: true) }
        let waiting = loop.report.motionTick
        #expect(loop.report.verdict.cause == .observationLate && waiting < 40)
        loop.tick(silent: true)
        #expect(loop.report.motionTick == waiting)
        var ticks = 0
        while !loop.controller.isMotionOver, ticks < 500 {
            loop.tick()
            ticks += 1
        }
        #expect(loop.controller.isMotionOver)
        for axis in 0..<2 {
            let wanted = motion.setpoints[motion.count - 1][axis]
            #expect(abs(loop.report.command.position[axis] - wanted) < 1e-6)
        }
    }

    @Test("a tick says who moves the robot, what was wished for and how old its sample is")
    func provenance() {
        var loop = Loop()
        let origin = MotionOrigin(driver: .guided, policyVersion: 4, decision: 17)
        loop.controller.begin(step: loop.action(1, 1), from: origin)
        loop.tick { $0.acknowledgedCommand = 1 }
        #expect(loop.report.origin == origin)
        // 0.05 m in 20 ticks: more than the first tick's acceleration gives.
        #expect(abs(loop.report.proposed[0] - 0.0025) < 1e-12)
        #expect(loop.report.command.position[0] < loop.report.proposed[0])
        #expect(loop.report.observationAgeNanoseconds == 0)
        loop.tick(silent: true)
        #expect(loop.report.acknowledged == 1)
        loop.tick(silent: true)
        #expect(loop.report.observationAgeNanoseconds == 10_000_000)
        loop.controller.goHome()
        loop.tick()
        #expect(loop.report.origin == MotionOrigin(driver: .homing))
        loop.controller.hold()
        loop.tick()
        #expect(loop.report.origin == .nobody)
    }

    @Test(
        "whatever is asked, every command respects every limit",
        arguments: [31, 32, 33] as [UInt64])
    func limits(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var loop = Loop()
        let robot = Fixture.robot()
        var oracles = robot.axes.indices.map {
            LimitOracle(
                limits: robot.axes[$0].limits, period: 0.01, position: $0 == 0 ? 0 : 1)
        }
        for _ in 0..<2000 {
            switch Int.random(in: 0..<9, using: &random) {
            case 0: loop.controller.goHome()
            case 1: loop.controller.hold()
            case 2:
                loop.controller.play(
                    Motion(
                        (0..<20).map { _ in
                            AxisVector([
                                Double.random(in: -1...1, using: &random),
                                Double.random(in: -1...2, using: &random),
                            ])
                        }))
            default:
                loop.controller.begin(
                    step: loop.action(
                        Double.random(in: -3...3, using: &random),
                        Double.random(in: -3...3, using: &random)))
            }
            for _ in 0..<Int.random(in: 1..<25, using: &random) {
                loop.tick()
                for index in oracles.indices {
                    let violation = oracles[index].violation(
                        of: loop.report.command.position[index])
                    #expect(violation == nil, "seed \(seed) axis \(index)")
                }
            }
        }
    }
}
