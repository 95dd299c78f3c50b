import Embodiment
import Platform
import Testing

@testable import Control

/// Everything that stops a moving robot does so at once, and no farther than is published.
///
/// `hone-bench limits` runs the same with 10⁶ injections and 10,000 stops.
@Suite("Stops")
struct StopTests {
    /// A robot that follows at once, moved about by random steps.
    struct Ride {
        let robot: RobotDescription
        private(set) var controller: Controller
        var report: TickReport
        var sample: SensorSample
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        var random: SplitMix

        init(seed: UInt64, jerk: Bool) {
            robot = MotionLimiterTests.confined(jerk: jerk, scaling: .pathPreserving)
            controller = Controller(robot: robot)
            report = TickReport(axes: 7)
            sample = SensorSample(axes: 7, features: 2)
            sample.bootID = 1
            random = SplitMix(seed: seed)
            restart()
        }

        /// A new agent: nothing that was latched is left.
        mutating func restart() {
            controller = Controller(robot: robot)
            controller.start(session: 1, epoch: 1)
            sample.position = AxisVector(count: 7)
            receive()
        }

        mutating func receive() {
            sample.sequence += 1
            sample.acknowledgedCommand = report.command.sequence
            controller.receive(sample, at: time)
        }

        mutating func tick(silent: Bool = false) {
            controller.tick(now: time, into: &report)
            time = time.advanced(byNanoseconds: 10_000_000)
            sample.position = report.command.position
            if !silent { receive() }
        }

        mutating func step() {
            var action = Action(count: 7)
            for axis in 0..<7 { action[axis] = Double.random(in: -1...1, using: &random) }
            controller.begin(step: action)
        }

        mutating func ride(_ ticks: Int) {
            for tick in 0..<ticks {
                if tick % 10 == 0 { step() }
                self.tick()
            }
        }

        /// A bit pattern that is no finite number: infinities and payloads of every kind.
        mutating func poison() -> Double {
            let payload = UInt64.random(in: 0...UInt64.max, using: &random)
            return Double(bitPattern: payload | 0x7FF0_0000_0000_0000)
        }
    }

    @Test(
        "Any number that is not finite, anywhere, brakes in the same tick and latches",
        arguments: [false, true], [71] as [UInt64])
    func injections(jerk: Bool, seed: UInt64) {
        var ride = Ride(seed: seed, jerk: jerk)
        for number in 0..<400 {
            ride.restart()
            ride.ride(Int.random(in: 1..<25, using: &ride.random))
            let axis = Int.random(in: 0..<7, using: &ride.random)
            var action = Action(count: 7)
            let bad = ride.poison()
            switch number % 4 {
            case 0:
                action[axis] = bad
                ride.controller.begin(step: action)
            case 1: ride.sample.position[axis] = bad
            case 2: ride.sample.velocity[axis] = bad
            default: ride.sample.features[axis % 2] = Float(bad)
            }
            if number % 4 > 0 { ride.receive() }
            let before = ride.report.command.velocity
            ride.tick(silent: true)
            let expected: StopCause =
                number % 4 == 0 ? .actionNotFinite : .observationNotFinite
            #expect(ride.report.verdict.cause == expected, "seed \(seed) injection \(number)")
            for other in 0..<7 where !jerk {
                let (was, now) = (abs(before[other]), abs(ride.report.command.velocity[other]))
                #expect(was == 0 ? now == 0 : now < was, "seed \(seed) injection \(number)")
            }
            ride.sample.position = ride.report.command.position
            ride.sample.velocity = AxisVector(count: 7)
            ride.sample.features = FeatureVector(count: 2)
            for _ in 0..<80 { ride.tick() }
            #expect(ride.controller.isAtRest && ride.report.command.position.isFinite)
            #expect(ride.report.verdict.cause == expected)
        }
    }

    @Test(
        "A refused command is replaced by braking, and the cause latches", arguments: [false, true])
    func outputCheck(jerk: Bool) {
        var ride = Ride(seed: 81, jerk: jerk)
        ride.ride(25)
        var oracles = (0..<7).map {
            LimitOracle(limits: ride.robot.axes[$0].limits, period: 0.01, position: 0)
        }
        ride.restart()
        for tick in 0..<120 {
            if tick % 10 == 0, tick < 30 { ride.step() }
            if tick == 25 { ride.controller.motion.position[1] += 0.2 }
            ride.tick()
            for axis in 0..<7 {
                let found = oracles[axis].violation(of: ride.report.command.position[axis])
                #expect(found == nil, "tick \(tick) axis \(axis)")
            }
            #expect(ride.report.verdict.cause == (tick < 25 ? .none : .outputCheck))
        }
        #expect(ride.controller.isAtRest)
    }
}
