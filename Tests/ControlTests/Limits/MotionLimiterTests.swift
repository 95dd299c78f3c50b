import Embodiment
import Testing

@testable import Control

@Suite("Motion limiter")
struct MotionLimiterTests {
    /// Planes that cut a corner off the box, a tool speed, a tilt.
    static func confined(jerk: Bool, scaling: AxisScaling) -> RobotDescription {
        var robot = TestRobot.tool(jerk: jerk, scaling: scaling)
        robot.task.toolSpeed = 0.35
        robot.task.tilt = 0.6
        robot.task.planes = [
            HalfSpace(normal: [1, 1, 0], offset: 0.3), HalfSpace(normal: [0, -1, 2], offset: 0.25),
        ]
        return robot
    }

    static let robots: [(jerk: Bool, scaling: AxisScaling)] = [
        (false, .pathPreserving), (true, .pathPreserving), (false, .perAxis), (true, .perAxis),
    ]

    /// The task's limits, from positions alone.
    static func broken(_ p: AxisVector, _ previous: AxisVector, robot: RobotDescription) -> String?
    {
        var square = 0.0
        for axis in 0..<3 {
            let speed = (p[axis] - previous[axis]) * robot.commandRateHz
            square += speed * speed
        }
        if let most = robot.task.toolSpeed, !(square.squareRoot() <= most + 1e-9) {
            return "tool speed \(square.squareRoot())"
        }
        for plane in robot.task.planes
        where !(plane.x * p[0] + plane.y * p[1] + plane.z * p[2] <= plane.offset + 1e-9) {
            return "plane \(plane)"
        }
        if let most = robot.task.tilt,
            !(p[3] * p[3] + p[4] * p[4] <= most * most + 1e-9)
        {
            return "tilt \(p[3]) \(p[4])"
        }
        return nil
    }

    @Test(
        "No wish whatever leads out of box, planes, speed and tilt, and the checker agrees",
        arguments: robots.indices, [41, 42] as [UInt64])
    func adversary(kind: Int, seed: UInt64) {
        let (jerk, scaling) = Self.robots[kind]
        let robot = Self.confined(jerk: jerk, scaling: scaling)
        let limits = CompiledLimits(robot)
        var random = SplitMix(seed: seed)
        for set in 0..<12 {
            var motion = MotionLimiter(limits: limits)
            motion.rest(at: AxisVector(count: 7))
            var checker = OutputChecker(limits: limits)
            checker.restart(at: motion.position)
            var oracles = (0..<7).map {
                LimitOracle(
                    limits: robot.axes[$0].limits, period: limits.period,
                    position: motion.position[$0])
            }
            for tick in 0..<300 {
                var wish = AxisVector(count: 7)
                for axis in 0..<7 {
                    wish[axis] = Adversary.wish(
                        set % Adversary.styles, tick: tick, limits: limits[axis], random: &random)
                }
                let before = motion.position
                motion.advance(towards: wish, share: tick % 50 < 40 ? 1 : 0.25)
                var found = Self.broken(motion.position, before, robot: robot)
                for axis in 0..<7 {
                    found = found ?? oracles[axis].violation(of: motion.position[axis])
                }
                if let fault = checker.check(motion.position) { found = found ?? "\(fault)" }
                if let found {
                    Issue.record("seed \(seed) set \(set) tick \(tick): \(found)")
                    return
                }
            }
        }
    }

    // With limits of jerk the planes are left out: braking bends the way, so that a tool may creep
    // along an inclined plane that it touches. It stays inside, but no time is promised.
    @Test("Admissible targets are reached, exactly and at rest", arguments: robots.indices)
    func reaches(kind: Int) {
        let (jerk, scaling) = Self.robots[kind]
        var robot = Self.confined(jerk: jerk, scaling: scaling)
        if jerk { robot.task.planes = [] }
        let limits = CompiledLimits(robot)
        var random = SplitMix(seed: 51)
        var motion = MotionLimiter(limits: limits)
        motion.rest(at: AxisVector(count: 7))
        for number in 0..<20 {
            var wish = AxisVector(count: 7)
            for axis in 0..<7 { wish[axis] = Double.random(in: -1...1, using: &random) }
            let target = limits.admissible(wish, from: motion.position)
            #expect(Self.broken(target, target, robot: robot) == nil)
            for _ in 0..<3000 {
                motion.advance(towards: motion.approach(target))
                if motion.isAtRest, motion.position == target { break }
            }
            for axis in 0..<7 where abs(motion.position[axis] - target[axis]) > 1e-6 {
                Issue.record(
                    "target \(number) axis \(axis): \(motion.position[axis]) for \(target[axis])")
            }
            #expect(motion.isAtRest, "target \(number)")
        }
    }

    @Test("A robot outside a plane starts at the nearest place inside; without one it says so")
    func outside() {
        var robot = Self.confined(jerk: false, scaling: .pathPreserving)
        var motion = MotionLimiter(limits: CompiledLimits(robot))
        let corner = AxisVector([0.5, 0.5, -0.5, 0.9, 0.9, 0, 0])
        let isInside = motion.rest(at: corner)
        #expect(isInside)
        #expect(Self.broken(motion.position, motion.position, robot: robot) == nil)
        robot.task.planes = [HalfSpace(normal: [1, 0, 0], offset: -0.6)]
        motion = MotionLimiter(limits: CompiledLimits(robot))
        let hasPlace = motion.rest(at: corner)
        #expect(!hasPlace)
    }

    @Test("Step caps shorten a step and keep its direction")
    func steps() {
        var robot = TestRobot.tool()
        robot.task.stepTranslation = 0.05
        robot.task.stepRotation = 0.3
        let limits = CompiledLimits(robot)
        let from = AxisVector([0.1, 0, 0, 0, 0.1, 0, 1])
        let wish = AxisVector([0.4, 0.3, -0.2, 0.2, -0.3, 0.4, 0])
        let target = limits.admissible(wish, from: from)
        let moved = (0..<7).map { target[$0] - from[$0] }
        let asked = (0..<7).map { wish[$0] - from[$0] }
        let way = (moved[0] * moved[0] + moved[1] * moved[1] + moved[2] * moved[2]).squareRoot()
        #expect(abs(way - 0.05) < 1e-12)
        #expect(abs(abs(moved[3]) + abs(moved[4]) + abs(moved[5]) - 0.3) < 1e-12)
        for (first, second) in [(0, 1), (1, 2), (3, 4), (4, 5)] {
            #expect(abs(moved[first] * asked[second] - moved[second] * asked[first]) < 1e-12)
        }
        #expect(target[6] == 0)
        let near = AxisVector([0.11, 0.01, 0, 0, 0.15, 0, 1])
        #expect(limits.admissible(near, from: from) == near)
    }

    @Test("A cap on joints scales all joints alike")
    func jointSteps() {
        let own = AxisLimits(lower: -2, upper: 2, velocity: 1, acceleration: 5)
        var robot = TestRobot.joints([own, own, own], period: 0.01)
        robot.task.stepJoint = 0.2
        let target = CompiledLimits(robot).admissible(
            AxisVector([0.8, -0.4, 0.1]), from: AxisVector([0, 0, 0]))
        #expect(zip(target.values, [0.2, -0.1, 0.025]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test("A quarter of the speed on contact is a quarter on every axis")
    func share() {
        let limits = CompiledLimits(TestRobot.tool())
        var motion = MotionLimiter(limits: limits)
        motion.rest(at: AxisVector(count: 7))
        var fastest = AxisVector(count: 7)
        for _ in 0..<60 {
            motion.advance(towards: AxisVector([Double](repeating: 100, count: 7)), share: 0.25)
            for axis in 0..<7 { fastest[axis] = max(fastest[axis], motion.velocity[axis]) }
        }
        // One scale for the six; the gripper has its own.
        #expect(abs(fastest[0] - 0.1) < 1e-12 && abs(fastest[6] - 2) < 1e-12)
        for axis in 0..<6 { #expect(fastest[axis] <= limits[axis].velocity / 4 + 1e-12) }
    }
}
