import Embodiment
import Testing

@testable import Control

@Suite("Output checker")
struct OutputCheckerTests {
    static let own = AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 10)
    static let smooth = AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 10, jerk: 200)

    private func checker(_ limits: AxisLimits, at position: Double = 0) -> OutputChecker {
        var checker = OutputChecker(
            limits: CompiledLimits(TestRobot.joints([limits], period: 0.01)))
        checker.restart(at: AxisVector([position]))
        return checker
    }

    @Test("Each quantity is seen a little beyond its limit and not at it")
    func edges() {
        // Speed changes by 0.1 a tick at most, the acceleration by 2.
        for (path, limits, position, isRight) in [
            ([0.001, 0.003, 0.006], Self.own, 0.0, true), ([0.0010001], Self.own, 0, false),
            ([0.001, 0.003, 0.0060001], Self.own, 0, false), ([-0.0010001], Self.own, 0, false),
            ([1.0], Self.own, 1, true), ([1.0000000000000002], Self.own, 1, false),
            ([-1.0000000000000002], Self.own, -1, false), ([.nan], Self.own, 0, false),
            ([.infinity], Self.own, 0, false), ([0.0002, 0.0008], Self.smooth, 0, true),
            ([0.0003], Self.smooth, 0, false), ([0.0002, 0.0009], Self.smooth, 0, false),
        ] as [([Double], AxisLimits, Double, Bool)] {
            var checker = checker(limits, at: position)
            var faults: [OutputChecker.Fault] = []
            for next in path {
                if let fault = checker.check(AxisVector([next])) { faults.append(fault) }
            }
            #expect(faults.isEmpty == isRight, "\(path) \(faults)")
            #expect(checker.isTripped != isRight)
        }
        // The speed limit, reached step by step.
        var fast = checker(Self.own, at: -1)
        var (position, speed) = (-1.0, 0.0)
        for _ in 0..<10 {
            speed += 0.1
            position += speed * 0.01
            let fault = fast.check(AxisVector([position]))
            #expect(fault == nil)
        }
        let cruising = fast.check(AxisVector([position + 0.01]))
        #expect(cruising == nil)
        let tooFast = fast.check(AxisVector([position + 0.0201]))
        #expect(tooFast?.limit == 1)
    }

    @Test("Planes, tool speed and tilt are seen")
    func tool() {
        var robot = MotionLimiterTests.confined(jerk: false, scaling: .pathPreserving)
        robot.axes.indices.forEach {
            robot.axes[$0].limits.velocity = 1000
            robot.axes[$0].limits.acceleration = 1e6
        }
        let limits = CompiledLimits(robot)
        for (next, limit) in [
            ([0.0036, 0, 0, 0, 0, 0, 0], 0.35), ([0.002, 0.002, 0.0022, 0, 0, 0, 0], 0.35),
            ([0, 0, 0, 0.5, 0.4, 0, 0], 0.6),
        ] {
            var checker = OutputChecker(limits: limits)
            checker.restart(at: AxisVector(count: 7))
            let fault = checker.check(AxisVector(next))
            #expect(fault?.axis == -1 && fault?.limit == limit, "\(next)")
        }
        var checker = OutputChecker(limits: limits)
        let edge = 0.3 * 0.5.squareRoot()
        checker.restart(at: AxisVector([edge, edge, 0, 0, 0, 0, 0]))
        let inside = checker.check(AxisVector([edge, edge, 0, 0, 0, 0, 0]))
        #expect(inside == nil)
        let outside = checker.check(AxisVector([edge + 1e-6, edge, 0, 0, 0, 0, 0]))
        #expect(outside?.axis == -1)
    }

    @Test("It brakes by itself within every limit, to rest", arguments: [61, 62] as [UInt64])
    func brakes(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for set in 0..<200 {
            let (limits, raw) =
                set % 2 == 0
                ? Adversary.secondOrder(&random) : Adversary.thirdOrder(&random)
            let robot = TestRobot.joints([limits], period: raw)
            let period = robot.tickSeconds
            var motion = AxisMotion(
                position: Double.random(in: limits.lower...limits.upper, using: &random))
            var checker = OutputChecker(limits: CompiledLimits(robot))
            checker.restart(at: AxisVector([motion.position]))
            var oracle = LimitOracle(limits: limits, period: period, position: motion.position)
            for tick in 0..<Int.random(in: 1..<120, using: &random) {
                let desired = Adversary.wish(
                    set % Adversary.styles, tick: tick, limits: limits, random: &random)
                motion = LimiterUnderTest.real.advance(motion, desired, limits, period)
                let fault = checker.check(AxisVector([motion.position]))
                #expect(fault == nil)
                _ = oracle.violation(of: motion.position)
            }
            let refused = checker.check(AxisVector([.nan]))
            #expect(refused != nil && checker.isTripped)
            for _ in 0..<(limits.longestBraking(period: period) + 1) {
                let next = checker.brake()[0]
                if let found = oracle.violation(of: next) {
                    Issue.record("seed \(seed) set \(set) \(limits) T \(period): \(found)")
                    return
                }
            }
            #expect(
                abs(oracle.velocity) <= 1e-9 * max(1, limits.velocity / period),
                "seed \(seed) set \(set) \(limits) still moves at \(oracle.velocity)")
        }
    }
}
