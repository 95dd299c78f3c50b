import Embodiment
import Platform
import Testing

@testable import Control

/// What a robot may do that stands still: outside its limits, stopped, held, or without a new decision.
@Suite("Standing still")
struct StandingTests {
    /// A tool among planes, whose measured place must be close to its command.
    private static func confined() -> RobotDescription {
        var robot = MotionLimiterTests.confined(jerk: false, scaling: .pathPreserving)
        for axis in 0..<6 { robot.axes[axis].trackingError = 0.06 }
        return robot
    }

    @Test(
        "A robot beyond a plane or too far tilted stays there, and comes back slowly when it is asked to",
        arguments: [[0.4, 0.4, 0, 0, 0, 0, 1], [0, 0, 0, 0.8, 0.3, 0, 1]])
    func outside(pose: [Double]) {
        let robot = Self.confined()
        let start = AxisVector(pose)
        #expect(MotionLimiterTests.broken(start, start, robot: robot) != nil)
        var loop = LiveLoop(robot: robot, isStarted: false)
        loop.pose = start
        func stays() -> Bool {
            (0..<7).allSatisfy { loop.report.command.position[$0] == pose[$0] }
        }
        for _ in 0..<110 {
            loop.tick()
            #expect(stays())
        }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .outOfLimits)
        loop.run(seconds: 1.1)
        #expect(loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        #expect(loop.state == .standby && stays(), "outside is never ready")
        #expect(loop.ask { .recover(challenge: $0) } == .accepted)
        var ticks = 0
        while loop.state == .recovery, ticks < 1000 {
            let before = loop.report.command
            loop.tick()
            ticks += 1
            for axis in 0..<7 {
                let speed = abs(loop.report.command.velocity[axis])
                #expect(speed <= RecoveryMotion.speed(of: robot.axes[axis]) + 1e-12)
                let change = speed - abs(before.velocity[axis])
                #expect(change <= robot.axes[axis].limits.acceleration * 0.01 + 1e-12)
            }
        }
        #expect(ticks > 10 && ticks < 1000)
        loop.run(seconds: 1.5)
        #expect(loop.state == .ready)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        loop.controller.goHome()
        loop.run(seconds: 6)
        #expect(loop.controller.isHome && loop.state == .active)
        #expect(!loop.controller.guardian.latched.cause.latches)
    }

    @Test("A robot without a place near it that keeps all limits stays where it is, whoever asks")
    func nowhere() {
        var robot = Self.confined()
        robot.task.planes = [HalfSpace(normal: [1, 0, 0], offset: -0.6)]
        var loop = LiveLoop(robot: robot, isStarted: false)
        loop.run(seconds: 2.2)
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .outOfLimits)
        #expect(loop.acknowledge() == .accepted)
        loop.beginEpoch()
        loop.run(seconds: 1.1)
        #expect(loop.ask { .recover(challenge: $0) } == .accepted)
        loop.run(seconds: 2)
        #expect(loop.report.command.position[0] == robot.axes[0].home)
        #expect(loop.state == .recovery)
    }

    @Test("A robot a little outside is moved inside by an asked-for motion only")
    func little() {
        var loop = LiveLoop()
        loop.controller.hold()
        loop.run(seconds: 0.6)
        // The bridge's reset leaves it beyond the edge by less than what would stop it.
        for x in stride(from: 0.0, through: 0.32, by: 0.005) {
            loop.pose[0] = x
            loop.controller.resynchroniseIfMoved()
            loop.tick { $0.position[0] = x }
        }
        loop.pose[0] = 0.32
        loop.controller.resynchroniseIfMoved()
        loop.tick { $0.position[0] = 0.32 }
        loop.controller.resynchronise()
        loop.pose[0] = 0.32
        loop.run(seconds: 0.5)
        let line = loop.verdict.line(for: Fixture.robot())
        #expect(loop.report.command.position[0] == 0.32 && loop.state == .active, "\(line)")
        loop.controller.goHome()
        loop.run(seconds: 4)
        #expect(loop.controller.isHome)
    }

    @Test("A stop cannot be acknowledged while the robot drifts, whatever it is commanded to")
    func drift() {
        var loop = LiveLoop()
        loop.controller.stop(.operatorStop)
        var way = 0.0
        loop.run(seconds: 1.5) {
            way += 0.001
            $0.position[0] += way
        }
        #expect(loop.acknowledge() == .notAtRest)
        loop.run(seconds: 0.6) { $0.position[0] += way }
        #expect(loop.acknowledge() == .accepted)
    }

    @Test("A stop for force cannot be acknowledged while the force lasts")
    func force() {
        var loop = LiveLoop(robot: RuleTests.forceful())
        loop.tick { $0.features[0] = 70 }
        loop.run(seconds: 1.5) { $0.features[0] = 70 }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .force)
        #expect(loop.acknowledge() == .causeRemains)
        loop.run(seconds: 1.5)
        #expect(loop.acknowledge() == .accepted)
    }

    @Test("A sample is no younger than its bridge says itself")
    func declaredAge() {
        var loop = LiveLoop()
        loop.run(ticks: 3) { $0.sendNanoseconds = $0.captureNanoseconds + 20_000_000 }
        #expect(loop.state == .active)
        #expect(loop.report.observationAgeNanoseconds == 23_000_000)
        loop.run(ticks: 3) { $0.sendNanoseconds = $0.captureNanoseconds + 60_000_000 }
        #expect(loop.state == .hold && loop.verdict.cause == .observationLate)
        loop.tick { $0.sendNanoseconds = $0.captureNanoseconds + 300_000_000 }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .observationStale)
        // A bridge that sends before it has read says nothing of an age.
        var odd = LiveLoop()
        odd.run(seconds: 0.6) { $0.sendNanoseconds = 1 }
        #expect(odd.state == .active)
    }

    @Test("Without a new decision a robot moves on for one more step, not to the end of the world")
    func overdue() {
        var robot = Fixture.robot()
        robot.axes[0].kind = .absolute
        (robot.axes[0].actionLow, robot.axes[0].actionHigh) = (-0.3, 0.3)
        var loop = LiveLoop(robot: robot)
        loop.controller.begin(step: Action([1, 1]))
        loop.run(seconds: 0.6)
        #expect(loop.controller.isAtRest && loop.state == .active)
        let reached = loop.report.command.position[0]
        // 0.4 m/s for two steps of 0.2 s, and what braking takes.
        #expect(reached > 0.1 && reached <= 0.4 * 0.4 + 0.03)
        loop.controller.begin(step: Action([1, 1]))
        loop.run(seconds: 0.1)
        #expect(loop.report.command.position[0] > reached)
    }

    @Test("A hold before the first start lasts until a person starts the robot")
    func holdBeforeStart() {
        var loop = LiveLoop(isStarted: false)
        loop.run(seconds: 0.5)
        #expect(loop.controller.answer(.hold, by: .operator, at: loop.time) == .accepted)
        loop.run(seconds: 40)
        #expect(loop.state == .ready && loop.machine.awaitsStart)
        let asked = SafetyRequest.start(challenge: loop.machine.challenge)
        #expect(loop.controller.answer(asked, by: .session, at: loop.time) == .notAllowed)
        #expect(loop.ask { .start(challenge: $0) } == .accepted)
        #expect(loop.state == .active && !loop.machine.awaitsStart)
    }

    @Test("A hold before the first start does not hide that the robot stands outside its limits")
    func holdOutside() {
        var loop = LiveLoop(isStarted: false)
        loop.pose[0] = 0.35
        loop.run(seconds: 0.5)
        #expect(loop.controller.answer(.hold, by: .operator, at: loop.time) == .accepted)
        loop.run(seconds: 0.6)
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .outOfLimits)
    }

    /// Ticks at which a gripper's command passed the middle of its range.
    private func passages(_ loop: inout Loop, ticks: Int) -> [Int] {
        var found: [Int] = []
        for tick in 0..<ticks {
            let before = loop.report.command.position[1]
            loop.tick()
            if (before > 0.5) != (loop.report.command.position[1] > 0.5), before != 0 || tick > 0 {
                found.append(tick)
            }
        }
        return found
    }

    @Test("A played motion and homing change a gripper's side only as often as a policy may")
    func gripper() {
        var loop = Loop()
        let hasty = (0..<120).map { AxisVector([0, $0 / 6 % 2 == 0 ? 1 : 0]) }
        loop.controller.play(Motion(hasty))
        let changes = passages(&loop, ticks: 200)
        #expect(changes.count >= 3, "\(changes)")
        for (one, next) in zip(changes, changes.dropFirst()) { #expect(next - one >= 19) }
        #expect(loop.controller.isMotionOver)

        var homing = Loop()
        homing.controller.begin(step: homing.action(0, -1))
        for _ in 0..<3 { homing.tick() }
        homing.controller.goHome()
        let closed = passages(&homing, ticks: 15)
        #expect(closed.count == 1 && !homing.controller.isHome, "it closes on")
        let opened = passages(&homing, ticks: 30)
        #expect(opened.count == 1 && homing.controller.isHome)
    }
}
