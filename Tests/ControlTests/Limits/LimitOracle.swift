import Embodiment

/// A small generator of its own: the tests must not depend on the code under test.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Knows only the limits: recomputes speed, acceleration and jerk from emitted positions.
struct LimitOracle {
    let limits: AxisLimits
    let period: Double
    var position: Double
    var velocity = 0.0
    var acceleration = 0.0

    init(limits: AxisLimits, period: Double, position: Double) {
        self.limits = limits
        self.period = period
        self.position = position
    }

    mutating func violation(of next: Double) -> String? {
        let speed = (next - position) / period
        let change = (speed - velocity) / period
        let jerk = (change - acceleration) / period
        // Differences of positions lose digits: slack of a few units in the last place of each.
        let slack = 1e-13 * max(1, abs(limits.upper), abs(limits.lower)) / period
        defer { (position, velocity, acceleration) = (next, speed, change) }
        // Written so that a value that is not a number is a violation.
        if !(next >= limits.lower && next <= limits.upper) { return "position \(next)" }
        if !(abs(speed) <= limits.velocity + slack) { return "speed \(speed)" }
        if !(abs(change) <= limits.acceleration + 2 * slack / period) {
            return "acceleration \(change)"
        }
        if let most = limits.jerk, !(abs(jerk) <= most + 4 * slack / (period * period)) {
            return "jerk \(jerk)"
        }
        return nil
    }
}

/// Limit sets and wishes that try to break a limiter.
enum Adversary {
    /// Styles of `wish`.
    static let styles = 6

    /// A second-order set: wide and narrow, fast and slow, also with V < A T.
    static func secondOrder(_ random: inout SplitMix) -> (limits: AxisLimits, period: Double) {
        let lower = Double.random(in: -3...3, using: &random)
        let limits = AxisLimits(
            lower: lower, upper: lower + Double.random(in: 0.001...6, using: &random),
            velocity: Double.random(in: 0.001...4, using: &random),
            acceleration: Double.random(in: 0.01...60, using: &random))
        return (limits, Double.random(in: 0.002...0.1, using: &random))
    }

    /// A third-order set whose braking takes at most a few hundred ticks.
    static func thirdOrder(_ random: inout SplitMix) -> (limits: AxisLimits, period: Double) {
        let period = Double.random(in: 0.002...0.05, using: &random)
        let velocity = Double.random(in: 0.01...4, using: &random)
        let acceleration = velocity / (Double.random(in: 0.7...60, using: &random) * period)
        let jerk = acceleration / (Double.random(in: 0.5...40, using: &random) * period)
        let lower = Double.random(in: -3...3, using: &random)
        var limits = AxisLimits(
            lower: lower, upper: lower, velocity: velocity, acceleration: acceleration, jerk: jerk)
        limits.upper +=
            limits.longestStop(period: period)
            * Double.random(
                in: 0.05...6, using: &random)
        return (limits, period)
    }

    static func wish(
        _ style: Int, tick: Int, limits: AxisLimits, random: inout SplitMix
    ) -> Double {
        switch style {
        case 0: return Double.random(in: -10...10, using: &random)
        case 1: return tick % 2 == 0 ? 1e9 : -1e9
        case 2: return (tick / 37) % 2 == 0 ? limits.velocity : -limits.velocity
        case 3: return Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
        case 4: return tick % 11 == 0 ? .nan : Double.random(in: -1...1, using: &random)
        default: return limits.velocity * (tick < 300 ? 1 : -1)
        }
    }
}
