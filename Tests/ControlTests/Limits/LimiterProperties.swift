import Embodiment

@testable import Control

/// A limiter as its properties see it: the real one, or a copy with a mistake in it.
struct LimiterUnderTest {
    /// One tick of one axis; third order where the limits have a jerk.
    var advance: (AxisMotion, _ desired: Double, AxisLimits, _ period: Double) -> AxisMotion
    /// Speed towards a target.
    var approach: (AxisMotion, _ target: Double, AxisLimits, _ period: Double) -> Double
    /// Makes axes that share a scale; each call takes wishes and gives the motions after a tick.
    var group:
        (_ start: [Double], [AxisLimits], _ period: Double) -> (_ wish: [Double]) -> [AxisMotion]

    /// What the controller uses.
    static var real: LimiterUnderTest {
        LimiterUnderTest(
            advance: { motion, desired, limits, period in
                guard limits.jerk == nil else {
                    return JerkLimiter.advance(
                        motion, desired: desired, limits: limits, period: period)
                }
                let next = Limiter.advance(
                    position: motion.position, velocity: motion.velocity, desired: desired,
                    limits: limits, period: period)
                return AxisMotion(
                    position: next.position, velocity: next.velocity,
                    acceleration: (next.velocity - motion.velocity) / period)
            },
            approach: { motion, target, limits, period in
                guard limits.jerk == nil else {
                    return JerkLimiter.approachSpeed(
                        motion, to: target, limits: limits, period: period)
                }
                return Limiter.approachSpeed(
                    error: target - motion.position, limits: limits, period: period)
            },
            group: { start, limits, period in
                var motion = MotionLimiter(
                    limits: CompiledLimits(TestRobot.joints(limits, period: period)))
                motion.rest(at: AxisVector(start))
                return { wish in
                    motion.advance(towards: AxisVector(wish))
                    return limits.indices.map { motion[$0] }
                }
            })
    }

    /// A copy with or without a mistake.
    static func copy(_ mistake: LimiterMistake?) -> LimiterUnderTest {
        let copy = LimiterCopy(mistake: mistake)
        return LimiterUnderTest(
            advance: { copy.advance($0, desired: $1, limits: $2, period: $3) },
            approach: { copy.approachSpeed($0, to: $1, limits: $2, period: $3) },
            group: { start, limits, period in
                var motions = start.map { AxisMotion(position: $0) }
                return { wish in
                    copy.advance(group: &motions, wish: wish, limits: limits, period: period)
                    return motions
                }
            })
    }
}

/// What must be true of every limiter; each gives the first thing that is not, or nil.
enum LimiterProperties {
    static let all: [(name: String, check: @Sendable (LimiterUnderTest, UInt64) -> String?)] = [
        ("second order within limits", { safe($0, seed: $1, Adversary.secondOrder, sets: 150) }),
        ("third order within limits", { safe($0, seed: $1, Adversary.thirdOrder, sets: 120) }),
        ("second order uses its limits", liveliness),
        ("third order uses its limits", thirdLiveliness),
        ("what is not finite brakes", notFinite),
        ("braking ends at rest, in time, at once", braking),
        (
            "second order reaches targets",
            { reaches($0, seed: $1, Adversary.secondOrder, sets: 40) }
        ),
        (
            "third order reaches targets",
            { reaches($0, seed: $1, Adversary.thirdOrder, sets: 15) }
        ),
        ("a group keeps limits", groupSafe), ("a group keeps its way", groupWay),
    ]

    /// The first violation of any property, with the property's name.
    static func violation(of limiter: LimiterUnderTest, seed: UInt64) -> String? {
        for property in all {
            if let found = property.check(limiter, seed) { return "\(property.name): \(found)" }
        }
        return nil
    }

    private static func safe(
        _ limiter: LimiterUnderTest, seed: UInt64,
        _ make: (inout SplitMix) -> (limits: AxisLimits, period: Double), sets: Int
    ) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<sets {
            let (limits, period) = make(&random)
            var motion = AxisMotion(
                position: Double.random(in: limits.lower...limits.upper, using: &random))
            var oracle = LimitOracle(limits: limits, period: period, position: motion.position)
            let style = set % Adversary.styles
            for tick in 0..<400 {
                let desired = Adversary.wish(style, tick: tick, limits: limits, random: &random)
                motion = limiter.advance(motion, desired, limits, period)
                if let violation = oracle.violation(of: motion.position) {
                    return
                        "seed \(seed) set \(set) tick \(tick) \(limits) T \(period): \(violation)"
                }
                let error = abs(motion.velocity - oracle.velocity)
                if !(error <= 1e-9 * max(1, limits.velocity / period)) {
                    return "seed \(seed) set \(set): it says \(motion.velocity), "
                        + "but moved at \(oracle.velocity)"
                }
            }
        }
        return nil
    }

    /// From one end to the other as fast as the limits allow, and both limits are used in full.
    private static func liveliness(_ limiter: LimiterUnderTest, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<60 {
            var (limits, period) = Adversary.secondOrder(&random)
            limits.acceleration =
                limits.velocity / (period * Double.random(in: 1...20, using: &random))
            let stop = limits.longestStop(period: period)
            limits.upper = limits.lower + stop * Double.random(in: 3...8, using: &random)
            let range = limits.upper - limits.lower
            let sign = set % 2 == 0 ? 1.0 : -1.0
            let (start, end) =
                sign > 0 ? (limits.lower, limits.upper) : (limits.upper, limits.lower)
            let ticks = Int(
                range / (limits.velocity * period)
                    + limits.velocity / (limits.acceleration * period) + 4)
            var motion = AxisMotion(position: start)
            var (fastest, hardest) = (0.0, 0.0)
            for _ in 0..<ticks {
                motion = limiter.advance(motion, sign * 1e6, limits, period)
                fastest = max(fastest, sign * motion.velocity)
                hardest = max(hardest, sign * motion.acceleration)
            }
            guard abs(motion.position - end) <= 1e-9 * max(1, abs(end)) else {
                return "seed \(seed) set \(set) \(limits): \(motion.position) after \(ticks) ticks"
            }
            guard fastest >= limits.velocity * (1 - 1e-9),
                hardest >= limits.acceleration * (1 - 1e-9)
            else { return "seed \(seed) set \(set): only \(fastest), \(hardest) of \(limits)" }
        }
        return nil
    }

    private static func thirdLiveliness(_ limiter: LimiterUnderTest, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<30 {
            var (limits, period) = Adversary.thirdOrder(&random)
            let stop = limits.longestStop(period: period)
            limits.upper = limits.lower + stop * Double.random(in: 4...8, using: &random)
            let sign = set % 2 == 0 ? 1.0 : -1.0
            let (start, end) =
                sign > 0 ? (limits.lower, limits.upper) : (limits.upper, limits.lower)
            let nominal =
                (limits.upper - limits.lower) / (limits.velocity * period)
                + Double(limits.longestBraking(period: period))
            var motion = AxisMotion(position: start)
            var fastest = 0.0
            for _ in 0..<Int(2 * nominal) + 20 {
                motion = limiter.advance(motion, sign * 1e6, limits, period)
                fastest = max(fastest, sign * motion.velocity)
            }
            guard abs(motion.position - end) <= 0.02 * stop else {
                return "seed \(seed) set \(set) \(limits): still at \(motion.position)"
            }
            guard fastest >= limits.velocity * (1 - 1e-9) else {
                return "seed \(seed) set \(set): only \(fastest) of \(limits)"
            }
        }
        return nil
    }

    /// A motion at about half the speed limit, speeding up.
    private static func moving(
        _ limiter: LimiterUnderTest, _ limits: AxisLimits, _ period: Double
    ) -> AxisMotion {
        var motion = AxisMotion(position: (limits.lower + limits.upper) / 2)
        for _ in 0..<200 where motion.velocity < limits.velocity / 2 {
            motion = limiter.advance(motion, limits.velocity, limits, period)
        }
        return motion
    }

    private static func notFinite(_ limiter: LimiterUnderTest, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<40 {
            var (limits, period) =
                set % 2 == 0
                ? Adversary.secondOrder(&random) : Adversary.thirdOrder(&random)
            limits.upper = limits.lower + 20 * limits.longestStop(period: period)
            for desired in [Double.nan, .infinity, -.infinity, .signalingNaN] {
                var motion = moving(limiter, limits, period)
                for tick in 0..<limits.longestBraking(period: period) {
                    let before = motion
                    motion = limiter.advance(motion, desired, limits, period)
                    let isSlower =
                        limits.jerk == nil
                        ? before.velocity == 0
                            || abs(motion.velocity) <= abs(before.velocity)
                                - min(abs(before.velocity), limits.acceleration * period)
                                * (1 - 1e-9)
                        : before.isAtRest || tick > 0 || motion.acceleration < before.acceleration
                    if !isSlower { return "seed \(seed) set \(set) tick \(tick): \(desired)" }
                }
                if motion.velocity != 0 { return "seed \(seed) set \(set): moves on \(desired)" }
            }
        }
        return nil
    }

    private static func braking(_ limiter: LimiterUnderTest, seed: UInt64) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<80 {
            var (limits, period) =
                set % 2 == 0
                ? Adversary.secondOrder(&random) : Adversary.thirdOrder(&random)
            limits.upper = limits.lower + 20 * limits.longestStop(period: period)
            let start = moving(limiter, limits, period)
            var motion = start
            for _ in 0..<limits.longestBraking(period: period) {
                motion = limiter.advance(motion, 0, limits, period)
            }
            if motion.velocity != 0 { return "seed \(seed) set \(set) \(limits): \(motion)" }
            let way = motion.position - start.position
            let most =
                limits.jerk.map {
                    AxisLimits.stoppingDistance(
                        speed: start.velocity, growth: start.acceleration,
                        acceleration: limits.acceleration, jerk: $0) + start.velocity * period / 2
                }
                ?? AxisLimits.stoppingDistance(
                    speed: start.velocity, acceleration: limits.acceleration, period: period)
                - start.velocity * period
            if way > most + 1e-9 * max(1, most) {
                return "seed \(seed) set \(set) \(limits): \(way), more than \(most)"
            }
        }
        return nil
    }

    private static func reaches(
        _ limiter: LimiterUnderTest, seed: UInt64,
        _ make: (inout SplitMix) -> (limits: AxisLimits, period: Double), sets: Int
    ) -> String? {
        var random = SplitMix(seed: seed)
        for set in 0..<sets {
            let (limits, period) = make(&random)
            let range = limits.lower...limits.upper
            let target = Double.random(in: range, using: &random)
            var motion = AxisMotion(position: Double.random(in: range, using: &random))
            let side = target >= motion.position ? 1.0 : -1.0
            let way = abs(target - motion.position)
            let ticks =
                300 + 4 * limits.longestBraking(period: period)
                + Int(
                    4 * (way / limits.velocity + 2 * (way / limits.acceleration).squareRoot())
                        / period)
            for tick in 0..<min(ticks, 20_000) {
                let desired = limiter.approach(motion, target, limits, period)
                motion = limiter.advance(motion, desired, limits, period)
                if side * (motion.position - target) > 1e-9 {
                    return "seed \(seed) set \(set) tick \(tick) passed \(target) \(limits)"
                }
            }
            if ticks <= 20_000, abs(motion.position - target) > 1e-9 || motion.velocity != 0 {
                return "seed \(seed) set \(set) \(limits) T \(period): \(motion) for \(target)"
            }
        }
        return nil
    }
}
