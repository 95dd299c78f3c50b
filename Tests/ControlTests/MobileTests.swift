import Embodiment
import Platform
import Testing

@testable import Control

/// A base that drives and turns, and an arm on it, as whoever is behind it sees it: held, stopped, late, home.
@Suite("A mobile base")
struct MobileTests {
    static func robot(
        _ change: (inout RobotDescription) -> Void = { _ in }
    ) -> RobotDescription {
        func drive(_ name: String, _ unit: AxisUnit, _ limits: AxisLimits, _ error: Double)
            -> CommandAxis
        {
            CommandAxis(
                name: name, unit: unit, limits: limits, kind: .velocity, actionLow: limits.lower,
                actionHigh: limits.upper, home: 0, trackingError: error,
                controlSpace: .baseVelocity)
        }
        let joint = CommandAxis(
            name: "joint", unit: .radian,
            limits: AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 10), kind: .delta,
            actionLow: -0.2, actionHigh: 0.2, home: 0.1, trackingError: 0.3)
        var robot = RobotDescription(
            name: "mobile", summary: "", controlSpace: .jointPosition, commandRateHz: 100,
            policyRateHz: 5,
            axes: [
                drive(
                    "v", .metrePerSecond,
                    AxisLimits(lower: -0.4, upper: 0.4, velocity: 0.8, acceleration: 8), 0.1),
                drive(
                    "w", .radianPerSecond,
                    AxisLimits(lower: -1, upper: 1, velocity: 3, acceleration: 30), 0.3), joint,
            ],
            features: [ObservationFeature(name: "goal", unit: .metre)], observation: ["v", "goal"],
            timing: TimingLimits(
                observationHoldSeconds: 0.05, observationStopSeconds: 0.25,
                commandValiditySeconds: 0.05, trackingSeconds: 0.1))
        change(&robot)
        return robot
    }

    /// Started, and driving at these shares of its speeds, the arm where it is.
    private static func driving(
        _ v: Double = 1, _ w: Double = 0.5, steps: Int = 6, robot: RobotDescription = robot()
    ) -> LiveLoop {
        var loop = LiveLoop(robot: robot)
        for _ in 0..<steps {
            loop.controller.begin(step: Action([v, w, 0]))
            loop.run(ticks: 20)
        }
        return loop
    }

    /// Every command until the base rests, each within its limits; ticks that took.
    private static func rest(
        _ loop: inout LiveLoop, within ticks: Int,
        sample change: (inout SensorSample) -> Void = { _ in }
    ) -> Int {
        let robot = loop.controller.robot
        for tick in 0..<ticks {
            if loop.controller.isAtRest { return tick }
            let before = loop.report.command
            loop.tick(sample: change)
            let after = loop.report.command
            for axis in 0..<robot.axes.count {
                let own = robot.axes[axis].limits
                let step = abs(after.velocity[axis] - before.velocity[axis])
                #expect(abs(after.velocity[axis]) <= own.velocity + 1e-12)
                #expect(step <= own.acceleration * 0.01 * (1 + 1e-9))
                #expect(after.position[axis] >= own.lower && after.position[axis] <= own.upper)
            }
        }
        Issue.record("still driving after \(ticks) ticks: \(loop.report.command.position.values)")
        return ticks
    }

    /// 0.4 m/s at 0.8 m/s² and 8 m/s³: 0.5 s and 0.1 s more for the jerk.
    private static let braking = 70

    @Test("It drives as it is asked to, within its limits, and says what was carried out")
    func drives() {
        var loop = LiveLoop(robot: Self.robot())
        loop.controller.begin(step: Action([0.5, -0.25, 0.4]))
        loop.run(ticks: 20)
        let (v, w) = (loop.report.command.position[0], loop.report.command.position[1])
        #expect(v > 0.05 && v < 0.2, "0.2 m/s is not reached in one step")
        #expect(abs(w / v + 0.25 / 0.2) < 1e-6, "the arc has its curve from the start: \(v) \(w)")
        #expect(abs(loop.controller.executedAction()[0] - v / 0.4) < 1e-12)
        #expect(abs(loop.report.command.position[2] - 0.18) < 0.01, "the joint as ever")
        for _ in 0..<4 {
            loop.controller.begin(step: Action([0.5, -0.25, 0]))
            loop.run(ticks: 20)
        }
        #expect(abs(loop.report.command.position[0] - 0.2) < 1e-12)
        #expect(abs(loop.report.command.position[1] + 0.25) < 1e-12)
        #expect(abs(loop.controller.executedAction()[0] - 0.5) < 1e-12)
    }

    @Test("Held, it comes to rest within its limits, and the arm stays where it is")
    func hold() {
        var loop = Self.driving()
        #expect(loop.report.command.position[0] == 0.4)
        let arm = loop.report.command.position[2]
        loop.controller.hold()
        #expect(Self.rest(&loop, within: Self.braking) > 50)
        #expect(loop.report.command.position.values == [0, 0, arm])
        loop.run(seconds: 1)
        #expect(loop.report.command.position.values == [0, 0, arm] && loop.state == .active)
    }

    @Test("Stopped by a person, it comes to rest, and is acknowledged only at rest")
    func stop() {
        var loop = Self.driving(-1, 1)
        #expect(loop.controller.answer(.stop, by: .peer, at: loop.time) == .accepted)
        _ = Self.rest(&loop, within: Self.braking)
        #expect(loop.state == .protectiveStop)
        loop.run(seconds: 1.2)
        #expect(loop.acknowledge() == .accepted)
    }

    @Test("An action that is no number brakes it to rest")
    func notFinite() {
        var loop = Self.driving()
        loop.controller.begin(step: Action([0, .nan, 0]))
        _ = Self.rest(&loop, within: Self.braking)
        #expect(loop.verdict.cause == .actionNotFinite)
    }

    @Test("Without samples it comes to rest, blind")
    func silence() {
        var loop = Self.driving()
        for _ in 0..<5 { loop.tick(lost: true) }
        #expect(loop.state == .hold && loop.verdict.cause == .observationLate)
        for _ in 0..<Self.braking { loop.tick(lost: true) }
        #expect(loop.report.command.position[0] == 0 && loop.report.command.position[1] == 0)
        #expect(loop.state == .protectiveStop)
    }

    @Test("Where the next decision is late it brakes at once, and goes on when it comes")
    func lateDecision() {
        var loop = Self.driving()
        loop.controller.follow(
            Course(driver: .imitation, firstDecision: 0, steps: 100))
        loop.controller.begin(step: Action([1, 0.5, 0.5]), from: MotionOrigin(driver: .imitation))
        loop.run(ticks: 20)
        #expect(loop.controller.isAwaitingDecision)
        var last = loop.report.command.position[0]
        for tick in 0..<10 {
            loop.tick()
            let now = loop.report.command.position[0]
            #expect(now < last, "tick \(tick): nobody asks for \(now) m/s any more")
            last = now
        }
        loop.controller.begin(step: Action([1, 0.5, 0]), from: MotionOrigin(driver: .imitation))
        loop.run(ticks: 20)
        #expect(loop.report.command.position[0] > last)
        let arm = loop.controller.target[2]
        // Nobody decides any more at all.
        _ = Self.rest(&loop, within: 20 + Self.braking)
        #expect(abs(loop.report.command.position[2] - arm) < 1e-6, "a place is kept")
    }

    @Test("On the way home the arm goes home and the base stands")
    func home() {
        var loop = Self.driving()
        loop.controller.goHome()
        for _ in 0..<Self.braking { loop.tick() }
        #expect(loop.report.command.position[0] == 0)
        loop.run(seconds: 2)
        #expect(loop.controller.isHome && loop.controller.hasArrived)
        // A base that rolls has not arrived, however it is commanded.
        loop.tick { $0.position[0] = 0.03 }
        #expect(!loop.controller.hasArrived)
    }

    @Test("A motion of a log begins and ends at rest, and drives as it was driven in between")
    func motion() {
        var loop = LiveLoop(robot: Self.robot())
        let points = (0..<60).map { AxisVector([min(0.2, 0.005 * Double($0)), 0, 0.2]) }
        loop.controller.play(Motion([AxisVector([0.3, 0, 0.2])] + points))
        var (way, fastest, ticks) = (0.0, 0.0, 0)
        while !loop.controller.isMotionOver, ticks < 1000 {
            loop.tick()
            ticks += 1
            way += loop.report.command.position[0] * 0.01
            fastest = max(fastest, loop.report.command.position[0])
        }
        #expect(loop.controller.isAtRest && loop.report.command.position[0] == 0)
        #expect(abs(fastest - 0.2) < 0.02 && way > 0.05 && way < 0.16, "\(fastest) \(way)")
        loop.run(seconds: 1)
        #expect(loop.report.command.position[0] == 0)
    }

    @Test("Without an operator's action nobody asks it to drive")
    func silentOperator() {
        var loop = LiveLoop(robot: Self.robot())
        loop.controller.follow(Course(driver: .operatorAction, firstDecision: 0, steps: 10))
        loop.tick { $0.position[0] = 0.05 }
        loop.controller.beginStep(at: loop.time)
        #expect(loop.controller.target.values == [0, 0, loop.pose[2]])
    }

    @Test("Half of the speeds is half of the base's speed, on the same arc, braked as hard as ever")
    func slow() {
        let robot = Self.robot()
        let controller = Controller(robot: robot, speedShare: 0.5)
        controller.start(session: 1, epoch: 1)
        var sample = SensorSample(axes: 3, features: 1)
        sample.position[2] = 0.1
        var report = TickReport(axes: 3)
        var time = MonotonicTime(nanoseconds: 1)
        func tick() {
            sample.sequence += 1
            sample.acknowledgedCommand = report.command.sequence
            controller.receive(sample, at: time)
            controller.tick(now: time, into: &report)
            sample.position = report.command.position
            time = time.advanced(byNanoseconds: 10_000_000)
        }
        for step in 0..<100 {
            if step % 20 == 0 { controller.begin(step: Action([1, 0.25, 0])) }
            tick()
        }
        #expect(abs(report.command.position[0] - 0.2) < 1e-9)
        #expect(abs(report.command.position[1] - 0.125) < 1e-9)
        controller.hold()
        var ticks = 0
        while !controller.isAtRest { (ticks, _) = (ticks + 1, tick()) }
        #expect(ticks < 45, "0.2 m/s at all of 0.8 m/s²")
    }

    @Test("Commands begin at rest, wherever the base is measured to roll")
    func begins() {
        var loop = LiveLoop(robot: Self.robot(), isStarted: false)
        for _ in 0..<120 {
            loop.tick { $0.position[0] = 0.2 }
            #expect(loop.report.command.position[0] == 0)
        }
        // It is not at rest, so it is not ready.
        #expect(loop.state == .standby)
        for tick in 1...20 { loop.tick { $0.position[0] = 0.2 - 0.01 * Double(tick) } }
        loop.run(seconds: 0.6)
        #expect(loop.state == .ready)
    }

    @Test("While an arm outside its limits is brought back the base stands")
    func recovery() {
        var loop = LiveLoop(robot: Self.robot(), isStarted: false)
        loop.pose[2] = 1.2
        loop.run(seconds: 2.2)
        #expect(loop.verdict.cause == .outOfLimits && loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        #expect(loop.ask { .recover(challenge: $0) } == .accepted)
        for _ in 0..<200 {
            loop.tick { $0.position[0] = 0.01 }
            #expect(loop.report.command.position[0] == 0)
        }
        #expect(loop.report.command.position[2] < 1.05)
    }

    // MARK: What is watched

    @Test("A base that does not drive, one that is too fast, and one that jumps are stopped")
    func watched() {
        var loop = Self.driving()
        loop.controller.begin(step: Action([1, 0.5, 0]))
        loop.run(ticks: 15) { $0.position[0] = 0.295 }
        #expect(loop.verdict.cause == .tracking && loop.verdict.axis == 0)
        loop = Self.driving()
        loop.controller.begin(step: Action([1, 0.5, 0]))
        loop.tick { $0.position[0] = 0.47 }
        #expect(loop.state == .active, "as far above its limit as it may be behind it")
        loop.tick { $0.position[0] = 0.52 }
        loop.tick()
        #expect(loop.verdict.cause == .outOfLimits)
        loop = Self.driving()
        loop.tick { $0.position[0] = 0.2 }
        #expect(loop.verdict.cause == .encoderJump)
        // Noise is none.
        loop = Self.driving()
        loop.tick { $0.position[0] += 0.05 }
        loop.tick { $0.position[0] -= 0.03 }
        #expect(loop.state == .active)
    }

    @Test("A base that rolls on when it is stopped is a fault; one that follows late is none")
    func rollsOn() {
        var loop = Self.driving()
        _ = loop.controller.answer(.stop, by: .operator, at: loop.time)
        for _ in 0..<90 where loop.state == .protectiveStop { loop.tick { $0.position[0] = 0.35 } }
        #expect(loop.state == .fault && loop.verdict.cause == .brakeRamp)
        #expect(loop.verdict.line(for: Self.robot()).contains("axis v, 0.35 m/s"))
        loop = Self.driving()
        _ = loop.controller.answer(.stop, by: .operator, at: loop.time)
        var measured = 0.4
        loop.run(ticks: 150) { sample in
            measured += 0.1 * (sample.position[0] - measured)
            sample.position[0] = measured
        }
        #expect(loop.state == .protectiveStop)
        #expect(loop.acknowledge() == .accepted)
    }

    @Test("A stop is not acknowledged while the base still rolls")
    func rollingIsNoRest() {
        var loop = Self.driving(0.2, 0)
        _ = loop.controller.answer(.stop, by: .operator, at: loop.time)
        loop.run(seconds: 2) { $0.position[0] = 0.05 }
        #expect(loop.acknowledge() == .notAtRest)
        loop.run(seconds: 0.6)
        #expect(loop.acknowledge() == .accepted)
    }

    @Test("At a constant velocity a measurement may repeat itself, what cameras see may not")
    func frozen() {
        let robot = Self.robot { $0.timing.cameraHoldSeconds = 0.2 }
        var loop = LiveLoop(robot: robot)
        func drive(_ ticks: Int, seeing change: (inout SensorSample) -> Void) {
            for tick in 0..<ticks {
                if tick % 20 == 0 { loop.controller.begin(step: Action([1, 0, 0])) }
                loop.tick(sample: change)
            }
        }
        var seen: Float = 0
        drive(200) { sample in
            seen += 1
            sample.features[0] = seen
        }
        #expect(loop.state == .active)
        drive(40) { $0.features[0] = 7 }
        #expect(loop.verdict.cause == .cameraFrozen)
    }

    @Test("The self-test tries velocities out too")
    func selfTest() {
        #expect(SelfTest.passes(Self.robot()))
        #expect(SelfTest.passes(Self.robot { $0.scaling = .perAxis }))
    }

    @Test("Limits of robots without velocities have the hash that they had")
    func hash() {
        var robot = Self.robot()
        let before = CompiledLimits(robot).hash
        robot.axes[0].limits.acceleration = 9
        #expect(CompiledLimits(robot).hash != before)
        robot = Self.robot { $0.axes[2].controlSpace = .jointPosition }
        #expect(CompiledLimits(robot).hash != before)
    }
}
