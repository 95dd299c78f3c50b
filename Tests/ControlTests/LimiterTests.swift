import Embodiment
import Testing

@testable import Control

@Suite("Limiter")
struct LimiterTests {
    @Test("braking speed is the inverse of stopping distance", arguments: [1, 2, 3] as [UInt64])
    func inverse(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<20_000 {
            let acceleration = Double.random(in: 0.01...50, using: &random)
            let period = Double.random(in: 0.001...0.1, using: &random)
            let distance = Double.random(in: 1e-6...5, using: &random)
            let speed = Limiter.brakingSpeed(
                distance: distance, acceleration: acceleration, period: period)
            let back = AxisLimits.stoppingDistance(
                speed: speed, acceleration: acceleration, period: period)
            #expect(abs(back - distance) <= 1e-12 * max(1, distance), "seed \(seed)")
        }
    }

    @Test("stopping distance exceeds the textbook value by at most vT/2 + AT²/8")
    func textbook() {
        for step in 1...2000 {
            let speed = Double(step) * 0.001
            let found = AxisLimits.stoppingDistance(speed: speed, acceleration: 2, period: 0.01)
            let textbook = speed * speed / 4
            #expect(found >= textbook)
            #expect(found <= textbook + speed * 0.005 + 2 * 0.0001 / 8 + 1e-12)
        }
    }

    @Test(
        "no desired speed whatever leads out of the limits",
        arguments: [11, 12, 13, 14] as [UInt64])
    func adversary(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var violations: [String] = []
        for _ in 0..<300 {
            let width = Double.random(in: 0.001...6, using: &random)
            let lower = Double.random(in: -3...3, using: &random)
            let limits = AxisLimits(
                lower: lower, upper: lower + width,
                velocity: Double.random(in: 0.001...4, using: &random),
                acceleration: Double.random(in: 0.01...60, using: &random))
            let period = Double.random(in: 0.002...0.1, using: &random)
            var position = Double.random(in: limits.lower...limits.upper, using: &random)
            var velocity = 0.0
            var oracle = LimitOracle(limits: limits, period: period, position: position)
            let style = Int.random(in: 0..<5, using: &random)
            for tick in 0..<400 {
                let desired = adversary(style, tick: tick, limits: limits, random: &random)
                (position, velocity) = Limiter.advance(
                    position: position, velocity: velocity, desired: desired, limits: limits,
                    period: period)
                if let violation = oracle.violation(of: position) {
                    violations.append("seed \(seed) tick \(tick) \(limits): \(violation)")
                }
            }
        }
        #expect(violations.isEmpty, "\(violations.prefix(3))")
    }

    private func adversary(
        _ style: Int, tick: Int, limits: AxisLimits, random: inout SplitMix
    ) -> Double {
        switch style {
        case 0: return Double.random(in: -10...10, using: &random)
        case 1: return tick % 2 == 0 ? 1e9 : -1e9
        case 2: return (tick / 37) % 2 == 0 ? limits.velocity : -limits.velocity
        case 3: return Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
        default: return .infinity
        }
    }

    /// Rounding once added up over the 540 ticks of a brake and was made good in the last one.
    @Test("a long brake onto either end keeps the acceleration to its last tick")
    func longBrake() {
        let limits = AxisLimits(
            lower: -2.9683605451136827, upper: -0.6357017437254546, velocity: 3.096872881951509,
            acceleration: 1.5424509530374781)
        let period = 0.0045325262737460435
        // Three rounded positions make one acceleration: two units in the last place.
        let most = limits.acceleration + 2 * limits.lower.ulp / (period * period)
        var (position, velocity, speed) = (-1.8, 0.0, 0.0)
        for tick in 0..<4000 {
            let before = (position: position, speed: speed)
            (position, velocity) = Limiter.advance(
                position: position, velocity: velocity,
                desired: (tick / 1000) % 2 == 0 ? 1e300 : -1e300, limits: limits, period: period)
            speed = (position - before.position) / period
            #expect(abs(speed - before.speed) / period <= most, "tick \(tick)")
        }
    }

    @Test("a desired speed that is not finite brakes")
    func notFinite() {
        let limits = AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 10)
        for desired in [Double.nan, .infinity, -.infinity, .signalingNaN] {
            let next = Limiter.advance(
                position: 0, velocity: 0.5, desired: desired, limits: limits, period: 0.01)
            // As hard as the limit allows, less the rounding of positions that is kept back.
            #expect(next.velocity >= 0.4 && next.velocity < 0.4 + 1e-12)
        }
    }

    @Test("legal motion passes unchanged")
    func identity() {
        let limits = AxisLimits(lower: -1, upper: 1, velocity: 1, acceleration: 10)
        let next = Limiter.advance(
            position: 0, velocity: 0.5, desired: 0.55, limits: limits, period: 0.01)
        #expect(next.velocity == 0.55)
        #expect(next.position == 0.55 * 0.01)
    }

    @Test("approaching a target never overshoots it", arguments: [21, 22] as [UInt64])
    func approach(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            let limits = AxisLimits(
                lower: -2, upper: 2, velocity: Double.random(in: 0.1...3, using: &random),
                acceleration: Double.random(in: 0.5...30, using: &random))
            let target = Double.random(in: -1.9...1.9, using: &random)
            var position = 0.0
            var velocity = 0.0
            for _ in 0..<5000 where abs(target - position) > 1e-12 || velocity != 0 {
                let desired = Limiter.approachSpeed(
                    error: target - position, limits: limits, period: 0.01)
                (position, velocity) = Limiter.advance(
                    position: position, velocity: velocity, desired: desired, limits: limits,
                    period: 0.01)
                #expect(target >= 0 ? position <= target + 1e-9 : position >= target - 1e-9)
            }
            #expect(abs(target - position) < 1e-9, "seed \(seed)")
        }
    }
}
