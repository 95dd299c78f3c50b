import Configuration
import Control
import Embodiment
import Platform

/// Whole robots: seven axes with planes, tool speed and tilt, half of them with limits of jerk.
enum RobotTrial {
    private static let period = 0.01

    private static func robot(_ random: inout TrialRandom, jerk: Bool) -> RobotDescription {
        func axis(_ name: String, _ unit: AxisUnit, _ reach: Double, _ velocity: Double)
            -> CommandAxis
        {
            let acceleration = velocity / (random.uniform(2, 40) * period)
            let most = jerk ? acceleration / (random.uniform(0.5, 20) * period) : nil
            return CommandAxis(
                name: name, unit: unit,
                limits: AxisLimits(
                    lower: -reach, upper: reach, velocity: velocity, acceleration: acceleration,
                    jerk: most),
                kind: .delta, actionLow: -0.1 * velocity, actionHigh: 0.1 * velocity, home: 0,
                trackingError: 0.05)
        }
        var axes = ["x", "y", "z"].map { axis($0, .metre, 0.5, random.uniform(0.1, 0.6)) }
        axes += ["roll", "pitch", "yaw"].map { axis($0, .radian, 1, random.uniform(0.5, 2)) }
        var gripper = axis("gripper", .fraction, 1, 8)
        gripper.gripper = GripperLimits(dwellSeconds: 0.2)
        axes.append(gripper)
        var robot = RobotDescription(
            name: "trial", summary: "", controlSpace: .endEffectorPose,
            commandRateHz: 1 / period, policyRateHz: 0.1 / period, axes: axes,
            features: [ObservationFeature(name: "force", unit: .newton)], observation: ["x"],
            timing: TimingLimits(
                observationHoldSeconds: 0.05, observationStopSeconds: 0.25,
                commandValiditySeconds: 0.05, trackingSeconds: 0.1))
        robot.scaling = random.below(2) == 0 ? .pathPreserving : .perAxis
        robot.task.toolSpeed = random.uniform(0.1, 0.8)
        robot.task.tilt = random.uniform(0.2, 1.2)
        robot.task.planes = (0..<(1 + random.below(4))).map { _ in
            HalfSpace(
                normal: [random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(0.1, 1)],
                offset: random.uniform(0.01, 0.4))
        }
        return robot
    }

    /// Wishes of every kind to the motion limiter itself, judged by oracles and the output checker.
    static func ticks(_ count: Int, _ seed: UInt64) -> TrialResult {
        var random = TrialRandom(seed: seed, stream: 3)
        var result = TrialResult()
        var refused = 0
        var set = 0
        while result.steps < count {
            let robot = robot(&random, jerk: set % 2 == 1)
            let limits = CompiledLimits(robot)
            var motion = MotionLimiter(limits: limits)
            motion.rest(at: AxisVector(count: 7))
            var checker = OutputChecker(limits: limits)
            checker.restart(at: motion.position)
            var oracles = (0..<7).map {
                TrialOracle(limits: limits[$0], period: limits.period, position: 0)
            }
            for tick in 0..<min(500, count - result.steps) {
                var wish = AxisVector(count: 7)
                for axis in 0..<7 {
                    wish[axis] = LimitTrial.wish(
                        set % 6, tick, limits[axis], motion[axis], &random)
                }
                let before = motion.position
                motion.advance(towards: wish, share: tick % 100 < 80 ? 1 : 0.25)
                for axis in 0..<7 where !oracles[axis].accept(motion.position[axis]) {
                    result.note("seed \(seed) set \(set) tick \(tick) axis \(axis)")
                }
                if let what = broken(robot, before, motion.position) {
                    result.note("seed \(seed) set \(set) tick \(tick): \(what)")
                }
                if checker.check(motion.position) != nil { refused += 1 }
                result.steps += 1
            }
            set += 1
        }
        result.ticks = result.steps
        result.violations += refused
        result.figures = "\(set) robots, refused by the output checker \(refused)"
        return result
    }

    private static func broken(
        _ robot: RobotDescription, _ before: AxisVector, _ next: AxisVector
    ) -> String? {
        var square = 0.0
        for axis in 0..<3 {
            let speed = (next[axis] - before[axis]) / period
            square += speed * speed
        }
        if let most = robot.task.toolSpeed, !(square.squareRoot() <= most + 1e-12) {
            return "tool speed \(square.squareRoot()) of \(most)"
        }
        for plane in robot.task.planes {
            let excess = plane.x * next[0] + plane.y * next[1] + plane.z * next[2] - plane.offset
            if !(excess <= 1.1e-12) { return "\(excess) m beyond a plane" }
        }
        let tilt = (next[3] * next[3] + next[4] * next[4]).squareRoot()
        if let most = robot.task.tilt, !(tilt <= most + 1e-11) { return "tilt \(tilt) of \(most)" }
        return nil
    }

    /// A controller and a robot that follows at once.
    private struct Ride {
        let robot: RobotDescription
        private(set) var controller: Controller
        var report = TickReport(axes: 7)
        var sample = SensorSample(axes: 7, features: 1)
        var time = MonotonicTime(nanoseconds: 1_000_000_000)
        var ticks = 0

        init(_ robot: RobotDescription) {
            self.robot = robot
            controller = Controller(robot: robot)
            sample.bootID = 1
        }

        /// A new agent: nothing that was latched is left.
        mutating func restart() {
            controller = Controller(robot: robot)
            controller.start(session: 1, epoch: 1)
            sample.position = AxisVector(count: 7)
            sample.velocity = AxisVector(count: 7)
            sample.features = FeatureVector(count: 1)
            receive()
        }

        mutating func receive() {
            sample.sequence += 1
            sample.acknowledgedCommand = report.command.sequence
            controller.receive(sample, at: time)
        }

        mutating func tick() {
            controller.tick(now: time, into: &report)
            time = time.advanced(byNanoseconds: Int64(period * 1e9))
            ticks += 1
        }

        mutating func follow() {
            sample.position = report.command.position
            receive()
        }

        /// Moves about, now and then at full action for long.
        mutating func ride(_ random: inout TrialRandom) {
            let isStraight = random.below(2) == 0
            var action = Action(count: 7)
            for tick in 0..<(1 + random.below(40)) {
                if tick % 10 == 0 {
                    for axis in 0..<7 where tick == 0 || !isStraight {
                        action[axis] = isStraight && axis != 3 ? 1 : random.uniform(-1, 1)
                    }
                    controller.begin(step: action)
                }
                self.tick()
                follow()
            }
        }
    }

    /// A number that is not finite in an action or a sample of a moving robot.
    static func injections(_ count: Int, _ seed: UInt64) -> TrialResult {
        var random = TrialRandom(seed: seed, stream: 4)
        var result = TrialResult()
        var rides = [false, true].map { Ride(robot(&random, jerk: $0)) }
        while result.steps < count {
            let kind = random.below(4)
            let jerk = result.steps % 2
            let bad = Double(bitPattern: random.bits() | 0x7FF0_0000_0000_0000)
            if result.steps % 1000 < 2 { rides[jerk] = Ride(robot(&random, jerk: jerk == 1)) }
            rides[jerk].restart()
            rides[jerk].ride(&random)
            let axis = random.below(7)
            switch kind {
            case 0:
                var action = Action(count: 7)
                action[axis] = bad
                rides[jerk].controller.begin(step: action)
            case 1: rides[jerk].sample.position[axis] = bad
            case 2: rides[jerk].sample.velocity[axis] = bad
            default: rides[jerk].sample.features[0] = Float(bad)
            }
            if kind > 0 { rides[jerk].receive() }
            let before = rides[jerk].report.command.velocity
            rides[jerk].tick()
            let report = rides[jerk].report
            let wanted: StopCause = kind == 0 ? .actionNotFinite : .observationNotFinite
            var isRight = report.verdict.cause == wanted && report.command.position.isFinite
            for other in 0..<7 where jerk == 0 {
                let (was, now) = (before[other].magnitude, report.command.velocity[other].magnitude)
                isRight = isRight && (was == 0 ? now == 0 : now < was)
            }
            for _ in 0..<120 where !rides[jerk].controller.isAtRest { rides[jerk].tick() }
            isRight = isRight && rides[jerk].controller.isAtRest
            let number = result.steps
            if !isRight { result.note("injection \(number) kind \(kind) axis \(axis)") }
            result.steps += 1
        }
        result.ticks = rides.reduce(0) { $0 + $1.ticks } + result.steps
        result.figures =
            "braking in the same tick, latched, at rest afterwards: "
            + "\(result.steps - result.violations)"
        return result
    }

    /// A moving robot that falls silent, or is told to stop: how far each axis still goes.
    static func stops(_ count: Int, _ seed: UInt64) -> TrialResult {
        var random = TrialRandom(seed: seed, stream: 5)
        var result = TrialResult()
        var worst = 0.0
        var worstBraking = 0.0
        while result.steps < count {
            let robot = robot(&random, jerk: result.steps % 2 == 1)
            var ride = Ride(robot)
            ride.restart()
            ride.ride(&random)
            let number = result.steps
            let isSilent = random.below(2) == 0
            let start = ride.report.command.position
            if !isSilent { ride.controller.stop(.operatorStop) }
            var moving = 0
            for _ in 0..<200 {
                ride.tick()
                if !isSilent { ride.follow() }
                if !ride.controller.isAtRest { moving += 1 }
            }
            for axis in 0..<7 {
                let way = (ride.report.command.position[axis] - start[axis]).magnitude
                let own = robot.axes[axis]
                let bound = StoppingDistance.bound(of: own, robot: robot)
                worst = max(worst, way / bound)
                if way > bound {
                    result.note("stop \(number) axis \(axis): \(way) of \(bound)")
                }
                guard !isSilent else { continue }
                let braking = own.limits.longestStop(period: robot.tickSeconds)
                worstBraking = max(worstBraking, way / braking)
                if way > braking {
                    result.note("stop \(number) axis \(axis): braking \(way) of \(braking)")
                }
            }
            if !ride.controller.isAtRest { result.note("stop \(number): not at rest") }
            result.ticks += ride.ticks
            result.steps += 1
        }
        result.figures =
            "longest \(rounded(100 * worst, 1)) % of the bound F8, "
            + "\(rounded(100 * worstBraking, 1)) % of its braking part"
        return result
    }
}
