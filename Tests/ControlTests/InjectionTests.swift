import Embodiment
import Foundation
import Platform
import Testing

@testable import Control

@Suite("Injected faults and what is said of them")
struct InjectionTests {
    @Test("When samples stop coming the first braking command leaves within 60 ms, at any phase")
    func stale() {
        let seed: UInt64 = 71
        var random = SplitMix(seed: seed)
        var worst = 0.0
        for _ in 0..<1000 {
            var loop = LiveLoop(isStarted: false)
            loop.run(seconds: 1.05)
            _ = loop.ask { .start(challenge: $0) }
            loop.move(40 + Int.random(in: 0..<7, using: &random))
            // The last sample comes at any moment of the period before a tick.
            let phase = Int64.random(in: 0...10_000_000, using: &random)
            let arrival = loop.time.advanced(byNanoseconds: 10_000_000 - phase)
            var sample = Fixture.sample(loop.sequence + 1, x: loop.pose[0], gripper: loop.pose[1])
            sample.session = 1
            sample.epoch = 1
            sample.captureNanoseconds = arrival.advanced(byNanoseconds: -1_000_000).nanoseconds
            loop.controller.receive(sample, at: arrival)
            loop.sequence += 1
            loop.controller.begin(step: Action([-1, 1]))
            while loop.verdict.cause == .none { loop.tick(lost: true) }
            worst = max(worst, loop.time.seconds(since: arrival))
        }
        #expect(worst <= 0.06 + 1e-9, "seed \(seed): \(worst) s")
    }

    /// `HONE_INJECTIONS=1000000` for the full count of the specification.
    private var injections: Int {
        ProcessInfo.processInfo.environment["HONE_INJECTIONS"].flatMap { Int($0) } ?? 10_000
    }

    @Test("A number that is not finite, in any field and of any bits, brakes in the same tick")
    func notFinite() {
        let seed: UInt64 = 72
        var random = SplitMix(seed: seed)
        var failures = 0
        for _ in 0..<injections {
            var loop = Loop()
            loop.controller.begin(step: loop.action(1, 0))
            for _ in 0..<4 { loop.tick() }
            let before = loop.report.command
            let field = Int.random(in: 0..<5, using: &random)
            let axis = Int.random(in: 0..<2, using: &random)
            // Exponent of all ones: infinities, and every NaN with every payload.
            let bits = UInt64.random(in: 0 ... .max, using: &random) | 0x7FF0_0000_0000_0000
            let value = Double(bitPattern: bits)
            let small = Float(
                bitPattern: UInt32(truncatingIfNeeded: bits) | 0x7F80_0000)
            if field == 4 {
                var action = loop.action(1, 1)
                action[axis] = value
                loop.controller.begin(step: action)
            } else {
                var sample = Fixture.sample(
                    loop.sequence + 1, x: before.position[0], gripper: before.position[1])
                switch field {
                case 0: sample.position[axis] = value
                case 1: sample.velocity[axis] = value
                case 2: sample.operatorAction[axis] = value
                default: sample.features[0] = small
                }
                loop.sequence += 1
                loop.controller.receive(sample, at: loop.time)
            }
            loop.tick()
            let after = loop.report
            let cause: StopCause = field == 4 ? .actionNotFinite : .observationNotFinite
            var isRight = after.verdict.cause == cause
            for index in 0..<2 {
                let speed = abs(after.command.velocity[index])
                let was = abs(before.velocity[index])
                if !(speed < was || was == 0) || !after.command.position[index].isFinite {
                    isRight = false
                }
            }
            if !isRight { failures += 1 }
            loop.tick()
            if loop.controller.guardian.latched.cause != cause { failures += 1 }
        }
        #expect(failures == 0, "seed \(seed)")
    }

    @Test("One line names the cause, the place, the value, its limit and its age")
    func lines() {
        let robot = Fixture.robot()
        var verdict = SafetyVerdict()
        verdict.cause = .tracking
        verdict.axis = 0
        verdict.value = 0.08123
        verdict.limit = 0.05
        verdict.seconds = 0.12
        #expect(
            verdict.line(for: robot)
                == "cause 7: the robot did not follow its commands: axis x, 0.0812 m, "
                + "limit 0.05 m, for 120 ms")
        verdict = SafetyVerdict()
        verdict.cause = .observationNotFinite
        verdict.field = .feature
        verdict.axis = 0
        verdict.value = .nan
        #expect(verdict.line(for: robot).hasSuffix(": feature cup, nan m"))
        // Where the place is known and the number is not, none is made up.
        verdict.value = 0
        #expect(verdict.line(for: robot).hasSuffix(": feature cup"))
        verdict = SafetyVerdict()
        verdict.cause = .observationStale
        verdict.value = 0.2604
        verdict.limit = 0.25
        verdict.seconds = 0.2604
        #expect(
            verdict.line(for: robot)
                == "cause 2: the bridge has sent no sample for too long: 260 ms, limit 250 ms")
        verdict = SafetyVerdict()
        verdict.cause = .bridgeStopped
        verdict.value = 5
        #expect(verdict.line(for: robot).hasSuffix(": it says fault"))
        for cause in StopCause.allCases {
            verdict = SafetyVerdict()
            verdict.cause = cause
            #expect(verdict.line(for: robot).contains("cause \(cause.rawValue): "))
        }
    }
}
