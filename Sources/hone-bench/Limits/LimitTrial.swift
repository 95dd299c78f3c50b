import Control
import Embodiment
import Neural

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
                if !oracle.accept(motion.position) {
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
