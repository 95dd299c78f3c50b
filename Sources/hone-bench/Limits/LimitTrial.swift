import Control
import Embodiment
import Neural

/// A sequence of random numbers of the house's generator, four at a time.
struct TrialRandom {
    private let key: SIMD2<UInt32>
    private var counter: UInt64 = 0
    private var words = SIMD4<UInt32>()
    private var used = 4

    init(seed: UInt64, stream: UInt32) {
        let mixed = RandomKey(seed: seed, stream: stream, step: 0).bits(index: 0)
        key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    }

    @inline(__always)
    mutating func word() -> UInt32 {
        if used == 4 {
            words = Philox.block(
                key: key,
                counter: SIMD4(
                    UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
                    0, 0))
            counter += 1
            used = 0
        }
        defer { used += 1 }
        return words[used]
    }

    mutating func bits() -> UInt64 { UInt64(word()) << 32 | UInt64(word()) }

    @inline(__always)
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(word()) * 0x1p-32
    }

    mutating func below(_ bound: Int) -> Int { Int((UInt64(word()) * UInt64(bound)) >> 32) }
}

/// Knows only the limits: recomputes speed, acceleration and jerk from emitted positions.
struct TrialOracle {
    let limits: AxisLimits
    private let rate: Double
    /// What rounding may add to a speed, an acceleration and a jerk.
    private let slack: SIMD3<Double>
    private var position: Double
    private var velocity = 0.0
    private var acceleration = 0.0
    /// Largest excess seen of position, speed, acceleration and jerk, each as a share of its limit.
    private(set) var margin = SIMD4<Double>(repeating: -1)

    init(limits: AxisLimits, period: Double, position: Double) {
        self.limits = limits
        self.position = position
        rate = 1 / period
        // A position is rounded once a tick, by at most one unit in the last place of the larger end
        // with what the limiter makes of it; differences double that. A speed is rounded once a tick
        // too, and with a limit of jerk it is planned over as many ticks as braking takes.
        let digit = 2 * Double.maximumMagnitude(limits.lower, limits.upper).ulp * rate
        let ticks = limits.jerk == nil ? 2 : Double(limits.longestBraking(period: period))
        let round = ticks * limits.velocity.ulp
        slack = SIMD3(
            digit + round, (2 * digit + 4 * limits.velocity.ulp) * rate,
            (4 * digit + 8 * limits.velocity.ulp) * rate * rate)
    }

    /// - Returns: whether the position respects every limit.
    @inline(__always)
    mutating func accepts(_ next: Double) -> Bool {
        let speed = (next - position) * rate
        let change = (speed - velocity) * rate
        let jolt = (change - acceleration) * rate
        let range = limits.upper - limits.lower
        var excess = SIMD4<Double>(repeating: -1)
        excess[0] = Double.maximum(next - limits.upper, limits.lower - next) / range
        excess[1] = (speed.magnitude - slack[0]) / limits.velocity - 1
        excess[2] = (change.magnitude - slack[1]) / limits.acceleration - 1
        if let jerk = limits.jerk {
            excess[3] = (jolt.magnitude - slack[2]) / jerk - 1
        }
        (position, velocity, acceleration) = (next, speed, change)
        margin.replace(with: excess, where: excess .> margin)
        // A unit in the last place of each product; written so that what is no number is refused.
        return excess[0] <= 0 && excess[1] <= 1e-15 * 8 && excess[2] <= 1e-15 * 8
            && excess[3] <= 1e-15 * 8
    }
}

/// Single axes under wishes that try to break their limits.
enum LimitTrial {
    private static let stepsPerSet = 2000

    static func secondOrder(_ count: Int, _ seed: UInt64) -> TrialResult {
        trial(count, TrialRandom(seed: seed, stream: 1)) { random in
            let lower = random.uniform(-3, 3)
            return (
                AxisLimits(
                    lower: lower, upper: lower + random.uniform(0.001, 6),
                    velocity: random.uniform(0.001, 4), acceleration: random.uniform(0.01, 60)),
                random.uniform(0.001, 0.1)
            )
        } advance: { motion, desired, limits, period in
            let next = Limiter.advance(
                position: motion.position, velocity: motion.velocity, desired: desired,
                limits: limits, period: period)
            motion.position = next.position
            motion.velocity = next.velocity
        }
    }

    static func thirdOrder(_ count: Int, _ seed: UInt64) -> TrialResult {
        trial(count, TrialRandom(seed: seed, stream: 2)) { random in
            let period = random.uniform(0.001, 0.05)
            let velocity = random.uniform(0.01, 4)
            let acceleration = velocity / (random.uniform(0.7, 60) * period)
            let jerk = acceleration / (random.uniform(0.5, 40) * period)
            let lower = random.uniform(-3, 3)
            var limits = AxisLimits(
                lower: lower, upper: lower, velocity: velocity, acceleration: acceleration,
                jerk: jerk)
            limits.upper += limits.longestStop(period: period) * random.uniform(0.05, 6)
            return (limits, period)
        } advance: { motion, desired, limits, period in
            motion = JerkLimiter.advance(motion, desired: desired, limits: limits, period: period)
        }
    }

    @inline(__always)
    private static func trial(
        _ count: Int, _ start: TrialRandom,
        make: (inout TrialRandom) -> (limits: AxisLimits, period: Double),
        advance: (inout AxisMotion, Double, AxisLimits, Double) -> Void
    ) -> TrialResult {
        var random = start
        var result = TrialResult()
        var worst = SIMD4<Double>(repeating: -1)
        var set = 0
        while result.steps < count {
            let (limits, period) = make(&random)
            var motion = AxisMotion(position: random.uniform(limits.lower, limits.upper))
            var oracle = TrialOracle(limits: limits, period: period, position: motion.position)
            for tick in 0..<min(stepsPerSet, count - result.steps) {
                let desired = wish(set % 6, tick, limits, motion, &random)
                advance(&motion, desired, limits, period)
                if !oracle.accepts(motion.position) {
                    result.note("set \(set) tick \(tick) \(limits) T \(period)")
                }
                result.steps += 1
            }
            worst.replace(with: oracle.margin, where: oracle.margin .> worst)
            set += 1
        }
        result.ticks = result.steps
        result.figures =
            "\(set) limit sets, worst margin: position \(worst[0]), speed \(worst[1]), "
            + "acceleration \(worst[2])" + (worst[3] > -1 ? ", jerk \(worst[3])" : "")
        return result
    }

    /// Uniform, Nyquist, bang-bang, any bit pattern, hugging an end, and the edge of what is possible.
    @inline(__always)
    static func wish(
        _ style: Int, _ tick: Int, _ limits: AxisLimits, _ motion: AxisMotion,
        _ random: inout TrialRandom
    ) -> Double {
        switch style {
        case 0: random.uniform(-10, 10)
        case 1: tick % 2 == 0 ? 1e9 : -1e9
        case 2: (tick / 137) % 2 == 0 ? limits.velocity : -limits.velocity
        case 3: Double(bitPattern: random.bits())
        case 4: tick < 1000 ? .greatestFiniteMagnitude : -limits.velocity
        default: motion.velocity + random.uniform(-1, 1) * limits.velocity * 0.1
        }
    }
}
