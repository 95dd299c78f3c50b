import Embodiment

@testable import Control

/// Properties of axes that share a scale.
extension LimiterProperties {
    private static func limits(
        _ random: inout SplitMix, range: ClosedRange<Double>, period: Double
    ) -> [AxisLimits] {
        (0..<3).map { _ in
            let velocity = Double.random(in: 0.1...3, using: &random)
            return AxisLimits(
                lower: -Double.random(in: range, using: &random),
                upper: Double.random(in: range, using: &random), velocity: velocity,
                acceleration: velocity / (period * Double.random(in: 1...30, using: &random)))
        }
    }

    static func groupSafe(_ limiter: LimiterUnderTest, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<60 {
            let period = Double.random(in: 0.002...0.05, using: &random)
            let own = limits(&random, range: 0.01...1, period: period)
            let step = limiter.group([0, 0, 0], own, period)
            var oracles = own.map { LimitOracle(limits: $0, period: period, position: 0) }
            for tick in 0..<300 {
                let wish = own.map {
                    Adversary.wish(
                        set % Adversary.styles, tick: tick, limits: $0, random: &random)
                }
                for (axis, motion) in step(wish).enumerated() {
                    if let violation = oracles[axis].violation(of: motion.position) {
                        return "seed \(seed) set \(set) tick \(tick) axis \(axis): \(violation)"
                    }
                }
            }
        }
        return nil
    }

    /// Far from every end: straight from rest and as fast as can be; one share of all; legal motion
    /// as it is; and who brakes as hard as he can does not stop the others.
    static func groupWay(_ limiter: LimiterUnderTest, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<120 {
            let period = Double.random(in: 0.002...0.05, using: &random)
            let own = limits(&random, range: 500...1000, period: period)
            let step = limiter.group([0, 0, 0], own, period)
            func wishes() -> [Double] {
                own.map { $0.velocity * Double.random(in: -1...1, using: &random) }
            }
            var wish = wishes()
            var speeds = [0.0, 0.0, 0.0]
            for tick in 0..<60 {
                if tick % 13 == 12 { wish = wishes() }
                if tick == 40 { wish = [0, speeds[1], speeds[2]] }
                let before = speeds
                speeds = step(wish).map(\.velocity)
                if let found = wrong(own, period, before, wish, speeds) {
                    return "seed \(seed) set \(set) tick \(tick): \(found)"
                }
            }
        }
        return nil
    }

    private static func wrong(
        _ limits: [AxisLimits], _ period: Double, _ before: [Double], _ wish: [Double],
        _ after: [Double]
    ) -> String? {
        var shares: [Double] = []
        var isAtAnEnd = false
        var isLegal = true
        for axis in limits.indices {
            let (v, d, w) = (before[axis], wish[axis], after[axis])
            let u = limits[axis].acceleration * period
            let near = 1e-9 * max(1, limits[axis].velocity)
            if abs(w - v) > u + near { return "axis \(axis) changes by \(w - v)" }
            let braking = v > 0 ? max(v - u, 0) : min(v + u, 0)
            // Braking harder than can be: it brakes as hard as it can, whatever the others do.
            if (v > u && d < v - u) || (v < -u && d > v + u) {
                if abs(w - braking) > near { return "axis \(axis) does not brake: \(w)" }
                continue
            }
            // Turning round: the others do not wait for that either.
            if d * v < 0 { continue }
            if abs(d - v) > u { isLegal = false }
            if abs(abs(w - v) - u) <= near { isAtAnEnd = true }
            if abs(d - braking) > 1e-3 { shares.append((w - braking) / (d - braking)) }
        }
        let isOne = shares.allSatisfy { abs($0 - (shares.first ?? 0)) <= 1e-6 }
        if !isOne { return "shares differ: \(shares)" }
        if let share = shares.first, !(share >= -1e-9 && share <= 1 + 1e-9) {
            return "a share of \(share)"
        }
        if isLegal, let share = shares.first, abs(share - 1) > 1e-6 {
            return "legal motion is changed: \(share)"
        }
        if !isLegal, !isAtAnEnd { return "no axis is at its limit: \(before) \(wish) \(after)" }
        return nil
    }
}
