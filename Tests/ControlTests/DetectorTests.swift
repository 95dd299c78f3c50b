import Embodiment
import Platform
import Testing

@testable import Control

@Suite("Detectors")
struct DetectorTests {
    private let robot = Fixture.robot()

    @Test("Positions that repeat to the bit count while the command moves, and only then")
    func frozen() {
        var frozen = FrozenValues()
        var sample = Fixture.sample(1, x: 0.1)
        frozen.take(sample, isMoving: true)
        for count in 1...30 {
            frozen.take(sample, isMoving: true)
            #expect(frozen.positions == count && frozen.cameras == count)
        }
        frozen.take(sample, isMoving: false)
        #expect(frozen.positions == 0, "a robot at rest repeats itself")
        frozen.take(sample, isMoving: true)
        #expect(frozen.positions == 1)
        sample.position[0] = sample.position[0].nextUp
        frozen.take(sample, isMoving: true)
        #expect(frozen.positions == 0 && frozen.cameras == 2, "the last bit counts")
        sample.features[0] = sample.features[0].nextUp
        frozen.take(sample, isMoving: true)
        #expect(frozen.positions == 1 && frozen.cameras == 0)
        // A zero of the other sign is another measurement.
        sample.position[0] = 0
        frozen.take(sample, isMoving: true)
        sample.position[0] = -0.0
        frozen.take(sample, isMoving: true)
        #expect(frozen.positions == 0)
    }

    @Test("A robot without features has no camera that could freeze")
    func blind() {
        var frozen = FrozenValues()
        let sample = SensorSample(axes: 2, features: 0)
        for _ in 0..<10 { frozen.take(sample, isMoving: true) }
        #expect(frozen.cameras == 0 && frozen.positions == 9)
    }

    @Test("A jump is more than 1.5 times what full speed covers, for as many periods as passed")
    func jump() {
        // 0.4 m/s for 10 ms, times 1.5: 6 mm.
        for periods in 1...5 as ClosedRange<UInt64> {
            for (share, isFound) in [(0.999, false), (1.001, true)] {
                var jump = EncoderJump()
                #expect(jump.take(Fixture.sample(10), robot: robot) == nil)
                let change = 0.006 * Double(periods) * share
                let found = jump.take(Fixture.sample(10 + periods, x: -change), robot: robot)
                #expect((found != nil) == isFound, "\(periods) periods")
                if let found {
                    #expect(found.axis == 0 && abs(found.change - change) < 1e-12)
                    #expect(abs(found.limit - 0.006 * Double(periods)) < 1e-12)
                }
            }
        }
    }

    @Test("An axis that can be measured faster than it is commanded jumps only beyond that")
    func jumpBeyondMeasured() {
        // A tool near the edge of its reach: 3.03 rad/s for a moment where 2 are commanded at most.
        var arm = robot
        #expect(arm.axes[0].measuredVelocity == arm.axes[0].limits.velocity)
        arm.axes[0].measuredVelocity = 4
        for (change, isFound) in [(0.0303, false), (0.0599, false), (0.0601, true)] {
            var jump = EncoderJump()
            _ = jump.take(Fixture.sample(1), robot: arm)
            #expect((jump.take(Fixture.sample(2, x: change), robot: arm) != nil) == isFound)
        }
    }

    @Test("A jump is judged by the bridge's clock where more time has passed, up to a limit")
    func jumpByClock() {
        func find(_ milliseconds: UInt64, _ change: Double) -> Bool {
            var jump = EncoderJump()
            _ = jump.take(Fixture.sample(1), robot: robot)
            var sample = Fixture.sample(2, x: change)
            sample.captureNanoseconds = milliseconds * 1_000_000
            return jump.take(sample, robot: robot) != nil
        }
        #expect(find(10, 0.007) && !find(20, 0.007))
        // However long a clock claims to have stood, no more than the stop budget is forgiven.
        #expect(!find(100_000, 0.14) && find(100_000, 0.16))
    }

    @Test("Axes that need not follow, another episode and another boot do not jump")
    func noJump() {
        for change in 0..<3 {
            var jump = EncoderJump()
            _ = jump.take(Fixture.sample(1), robot: robot)
            var sample = Fixture.sample(2, x: change == 0 ? 0 : 0.2, gripper: 0)
            if change == 1 { sample.episode = 1 }
            if change == 2 { sample.bootID = 8 }
            #expect(jump.take(sample, robot: robot) == nil)
        }
    }

    @Test("Missing samples are counted, overtaken ones are not missing")
    func gaps() {
        var gaps = SequenceGaps()
        #expect(gaps.take(100, overtaken: 0) == 0, "nobody knows what was before the first")
        #expect(gaps.take(101, overtaken: 0) == 0)
        #expect(gaps.take(106, overtaken: 0) == 4)
        #expect(gaps.take(111, overtaken: 4) == 0)
        #expect(gaps.take(116, overtaken: 3) == 1)
        #expect(gaps.take(118, overtaken: 9) == 0, "a count of arrivals that cannot be")
        #expect(gaps.missing == 5)
        #expect(gaps.take(.max, overtaken: 0) == .max)
    }

    /// Feeds a clock samples every 10 ms, way `way` ns, and then one with other times.
    private func clock(
        _ count: Int, way: Int64 = 2_000_000, then capture: Int64, _ arrival: Int64
    ) -> SampleClock.Finding {
        var clock = SampleClock()
        let limit: Int64 = 50_000_000
        for index in 0..<Int64(count) {
            let time = 1_000_000_000 + index * 10_000_000
            let found = clock.take(
                capture: UInt64(time), arrival: MonotonicTime(nanoseconds: UInt64(time + way)),
                limit: limit)
            guard case .late(let by) = found, by <= 10_000 else { return found }
        }
        let last = 1_000_000_000 + Int64(count - 1) * 10_000_000
        return clock.take(
            capture: UInt64(last + capture),
            arrival: MonotonicTime(nanoseconds: UInt64(last + way + arrival)), limit: limit)
    }

    @Test("A late sample's lateness is measured against the fastest one")
    func lateness() {
        guard case .late(let by) = clock(100, then: 10_000_000, 110_000_000) else {
            Issue.record("no lateness")
            return
        }
        // 200 µs/s of drift are forgiven.
        #expect(by > 99_900_000 && by <= 100_000_000)
    }

    @Test("A clock that goes back or ahead is found, and the measure begins anew")
    func clockJumps() {
        #expect(clock(50, then: -1, 10_000_000) == .back(by: 1))
        guard case .ahead(let by) = clock(50, then: 2_010_000_000, 10_000_000) else {
            Issue.record("a clock ahead is not found")
            return
        }
        #expect(abs(by - 2_000_000_000) < 10_000)
        // Half the limit may be a sample that was faster than all before.
        guard case .late(by: 0) = clock(50, then: 35_000_000, 10_000_000) else {
            Issue.record("a faster sample is none")
            return
        }
        // At first nobody knows how late the samples before were.
        guard case .late(by: 0) = clock(5, then: 2_010_000_000, 10_000_000) else {
            Issue.record("the first samples may have waited")
            return
        }
    }

    @Test("The bridge's clock may drift by 100 µs/s for an hour without a finding")
    func drift() {
        for rate in [-1e-4, 1e-4] {
            var clock = SampleClock()
            for index in 0..<36_000 {
                let time = 1_000_000_000 + Double(index) * 100_000_000
                let found = clock.take(
                    capture: UInt64(time * (1 + rate)),
                    arrival: MonotonicTime(nanoseconds: UInt64(time)), limit: 50_000_000)
                guard case .late(let by) = found, by < 1_000_000 else {
                    Issue.record("drift \(rate) at sample \(index): \(found)")
                    return
                }
            }
        }
    }

    @Test("A tick's lateness is what passed beyond one period, and going back is told")
    func tickClock() {
        var clock = TickClock()
        #expect(clock.take(MonotonicTime(nanoseconds: 1_000_000_000), period: 0.01) == nil)
        let due = clock.take(MonotonicTime(nanoseconds: 1_010_000_000), period: 0.01)
        #expect(due.map { $0.late < 1e-12 && $0.back == 0 } == true)
        let late = clock.take(MonotonicTime(nanoseconds: 1_045_000_000), period: 0.01)
        #expect(late.map { abs($0.late - 0.025) < 1e-12 && $0.back == 0 } == true)
        let back = clock.take(MonotonicTime(nanoseconds: 1_044_000_000), period: 0.01)
        #expect(back.map { abs($0.back - 0.001) < 1e-12 } == true)
    }

    @Test("Thresholds come from the robot's file where it has them, else from the specification")
    func limits() {
        var robot = self.robot
        let usual = DetectionLimits(robot: robot)
        #expect(usual.tickHoldSeconds == 0.02 && usual.tickStopSeconds == 0.05)
        #expect(usual.missingSamples == 3 && usual.frozenSamples == 25)
        #expect(usual.cameraHoldSeconds == nil && usual.clockJumpSeconds == 0.05)
        robot.timing.tickHoldSeconds = 1
        robot.timing.tickStopSeconds = 2
        robot.timing.missingSamples = 4
        robot.timing.frozenSamples = 5
        robot.timing.cameraHoldSeconds = 6
        robot.timing.clockJumpSeconds = 7
        let own = DetectionLimits(robot: robot)
        #expect(own.tickHoldSeconds == 1 && own.tickStopSeconds == 2)
        #expect(own.missingSamples == 4 && own.frozenSamples == 5)
        #expect(own.cameraHoldSeconds == 6 && own.clockJumpSeconds == 7)
    }
}
