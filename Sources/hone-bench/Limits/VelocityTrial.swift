import Control
import Embodiment

/// Bases that drive, with a joint on them: two velocities that share a scale under wishes that try to break them.
enum VelocityTrial {
    private static let ticksPerSet = 2000
    private static let axes = 3

    private static func robot(_ random: inout TrialRandom) -> RobotDescription {
        let rate = Double(20 + random.below(980))
        func drive(_ name: String) -> CommandAxis {
            let upper = random.uniform(0.01, 3)
            let acceleration = upper * rate / random.uniform(1, 80)
            let limits = AxisLimits(
                lower: random.below(3) == 0 ? 0 : -random.uniform(0.01, 3), upper: upper,
                velocity: acceleration, acceleration: acceleration * rate / random.uniform(1, 40))
            return CommandAxis(
                name: name, unit: .metrePerSecond, limits: limits, kind: .velocity,
                actionLow: limits.lower, actionHigh: upper, home: 0, trackingError: 0.1,
                controlSpace: .baseVelocity)
        }
        let velocity = random.uniform(0.1, 3)
        let joint = CommandAxis(
            name: "joint", unit: .radian,
            limits: AxisLimits(
                lower: -1, upper: random.uniform(0.1, 2), velocity: velocity,
                acceleration: velocity * rate / random.uniform(1, 40)), kind: .delta,
            actionLow: -0.1, actionHigh: 0.1, home: 0, trackingError: 0.1)
        var robot = RobotDescription(
            name: "base", summary: "", controlSpace: .jointPosition, commandRateHz: rate,
            policyRateHz: rate / 10, axes: [drive("v"), drive("w"), joint], features: [],
            observation: ["v"],
            timing: TimingLimits(
                observationHoldSeconds: 5 / rate, observationStopSeconds: 25 / rate,
                commandValiditySeconds: 5 / rate, trackingSeconds: 10 / rate))
        robot.scaling = random.below(4) == 0 ? .perAxis : .pathPreserving
        return robot
    }

    /// Velocities that are wished and changes that are, braking in between; every base is at rest at the end.
    ///
    /// - Parameter count: of steps of velocities, two a tick.
    static func steps(_ count: Int, _ seed: UInt64) -> TrialResult {
        var random = TrialRandom(seed: seed, stream: 6)
        var result = TrialResult()
        var worst = SIMD4<Double>(repeating: -1)
        var (set, refused) = (0, 0)
        while result.steps < count {
            let robot = robot(&random)
            let limits = CompiledLimits(robot)
            var motion = MotionLimiter(limits: limits)
            motion.rest(at: AxisVector(count: axes))
            var checker = OutputChecker(limits: limits)
            checker.restart(at: motion.position)
            var oracles = (0..<axes).map {
                TrialOracle(limits: limits[$0], period: limits.period, position: 0)
            }
            func judge(_ tick: Int) {
                for axis in 0..<axes where !oracles[axis].accept(motion.position[axis]) {
                    result.note("seed \(seed) set \(set) tick \(tick) axis \(axis) \(limits[axis])")
                }
                if checker.check(motion.position) != nil { refused += 1 }
                result.steps += 2
                result.ticks += 1
            }
            for tick in 0..<min(ticksPerSet, (count - result.steps + 1) / 2) {
                step(&motion, set, tick, &random)
                judge(tick)
            }
            var tick = 0
            while !motion.isAtRest, tick < bound(robot) {
                motion.brake()
                judge(ticksPerSet + tick)
                tick += 1
            }
            if !motion.isAtRest {
                result.note("seed \(seed) set \(set): not at rest after \(tick)")
            }
            for oracle in oracles {
                worst.replace(with: oracle.margin, where: oracle.margin .> worst)
            }
            set += 1
        }
        result.violations += refused
        result.figures =
            "\(set) bases, worst margin: velocity \(worst[0]), acceleration \(worst[1]), jerk \(worst[2]), "
            + "refused by the output checker \(refused)"
        return result
    }

    @inline(__always)
    private static func step(
        _ motion: inout MotionLimiter, _ set: Int, _ tick: Int, _ random: inout TrialRandom
    ) {
        let limits = motion.limits
        if tick % 300 > 270 { return motion.brake() }
        var wish = AxisVector(count: axes)
        let share = tick % 100 < 80 ? 1 : 0.25
        guard tick % 2 == set % 2 || set % 3 == 0 else {
            for axis in 0..<axes {
                wish[axis] = LimitTrial.wish(set % 6, tick, limits[axis], motion[axis], &random)
            }
            return motion.advance(towards: wish, share: share)
        }
        for axis in 0..<axes {
            let own = limits[axis]
            wish[axis] =
                switch set % 4 {
                case 0: random.uniform(2 * own.lower, 2 * own.upper)
                case 1: tick % 2 == 0 ? own.upper : own.lower
                case 2: tick / 137 % 2 == 0 ? own.upper : 0
                default: motion.position[axis] + random.uniform(-0.1, 0.1) * own.upper
                }
        }
        motion.advance(
            towards: motion.approach(motion.eased(wish, share: share)), share: share)
    }

    /// Ticks in which every axis must be at rest: its change ended, turned and ended once more.
    private static func bound(_ robot: RobotDescription) -> Int {
        robot.axes.map { axis in
            guard axis.isVelocity else {
                return axis.limits.longestBraking(period: robot.tickSeconds)
            }
            let own = axis.limits
            let fastest = max(own.upper, -own.lower)
            let seconds = fastest / own.velocity + 3 * own.velocity / own.acceleration
            return Int(seconds / robot.tickSeconds) + 8
        }.max() ?? 0
    }
}
