import Embodiment

/// What must hold between the numbers of a robot's file; `Control/Safety.md` 7.
enum RobotChecks {
    static func names(
        axes: [RobotFile.Decoded<CommandAxis>],
        features: [RobotFile.Decoded<ObservationFeature>], joints: [RobotFile.Decoded<Joint>],
        observation: [(text: String, mark: Mark)], diagnostics: Diagnostics
    ) {
        var seen: Set<String> = []
        var known: [String] = []
        let all = axes.map { ($0.block, $0.name) } + features.map { ($0.block, $0.name) }
        for (block, name) in all {
            guard let name else { continue }
            if seen.insert(name).inserted {
                known.append(name)
            } else {
                block.report(
                    "the name \"\(name)\" is taken; axes and features share one list of names",
                    at: "name")
            }
        }
        var jointNames: Set<String> = []
        for joint in joints {
            guard let name = joint.name else { continue }
            if !jointNames.insert(name).inserted {
                joint.block.report("the joint \"\(name)\" is here twice", at: "name")
            }
        }
        var observed: Set<String> = []
        let velocities = axes.compactMap(\.name).map { $0 + ObservedNumber.velocitySuffix }
        for (name, mark) in observation {
            if !seen.contains(name), !velocities.contains(name) {
                diagnostics.add(
                    .notFound(
                        kind: "axis or feature", name: name,
                        nearest: meant(name, known: known, velocities: velocities),
                        available: known), at: mark)
            } else if !observed.insert(name).inserted {
                diagnostics.add(.inconsistent("\"\(name)\" is observed twice"), at: mark)
            }
        }
    }

    /// The observed name that somebody probably meant, the axis' velocity where that is asked for.
    private static func meant(_ name: String, known: [String], velocities: [String]) -> String? {
        for suffix in [".vel", ".dq", ".qd", ".speed", "_velocity", "_vel", ".velocities"]
        where name.hasSuffix(suffix) {
            let velocity = String(name.dropLast(suffix.count)) + ObservedNumber.velocitySuffix
            if velocities.contains(velocity) { return velocity }
        }
        return Nearest.match(name, in: known) ?? Nearest.match(name, in: velocities)
    }

    static func rates(_ file: Block, command: Double?, policy: Double?) {
        guard let command, let policy else { return }
        let ratio = command / policy
        if ratio < 1 - 1e-9 || abs(ratio - ratio.rounded()) > 1e-9 {
            file.report(
                "policy_rate_hz \(write(policy)) must divide command_rate_hz \(write(command))",
                at: "policy_rate_hz")
        }
    }

    static func axis(
        _ decoded: RobotFile.Decoded<CommandAxis>, commandRate: Double?, policyRate: Double?,
        space: ControlSpace?
    ) {
        guard let axis = decoded.value else { return }
        let unit = axis.unit
        let block = decoded.block
        let limits = axis.limits
        guard limits.lower < limits.upper else {
            block.report(
                "\(unit.position("lower")) \(write(limits.lower)) must be below "
                    + "\(unit.position("upper")) \(write(limits.upper))", at: unit.position("lower")
            )
            return
        }
        if axis.isVelocity {
            guard rest(axis, block: block) else { return }
        } else if axis.home < limits.lower || axis.home > limits.upper {
            block.report(
                "home \(write(axis.home)) is outside the limits \(write(limits.lower)) to "
                    + write(limits.upper), at: unit.position("home"))
        }
        actionBox(axis, unit: unit, block: block, policyRate: policyRate)
        guard let commandRate, let space else { return }
        if space == .environmentAction {
            passThrough(axis, unit: unit, block: block, commandRate: commandRate)
        } else {
            plausible(axis, unit: unit, block: block)
            following(axis, unit: unit, block: block)
            braking(axis, unit: unit, block: block, commandRate: commandRate)
        }
    }

    static func timing(_ timing: RobotFile.DecodedTiming, commandRate: Double) {
        let value = timing.value
        let tick = 1 / commandRate
        let least = TimingLimits.leastPeriods * tick
        if value.observationHoldSeconds >= value.observationStopSeconds {
            timing.block.report(
                "observation_hold_ms must be below observation_stop_ms", at: "observation_hold_ms")
        }
        if value.observationHoldSeconds < least * (1 - 1e-9) {
            timing.block.report(
                "observation_hold_ms must be at least three command periods (\(milliseconds(least)))",
                at: "observation_hold_ms")
        }
        let tickHold = value.tickHoldSeconds ?? DetectionDefaults.tickHoldPeriods * tick
        if tickHold >= value.tickStopSeconds ?? DetectionDefaults.tickStopPeriods * tick {
            timing.block.report(
                "tick_hold_ms must be below tick_stop_ms (by default two and five command periods)",
                at: value.tickHoldSeconds == nil ? "tick_stop_ms" : "tick_hold_ms")
        }
        if value.commandValiditySeconds < least * (1 - 1e-9) {
            timing.block.report(
                "command_validity_ms must be at least three command periods (\(milliseconds(least)))",
                at: "command_validity_ms")
        }
    }

    // MARK: Parts of an axis

    private static func actionBox(
        _ axis: CommandAxis, unit: AxisUnit, block: Block, policyRate: Double?
    ) {
        let low = axis.actionLow
        let high = axis.actionHigh
        guard low < high else {
            block.report(
                "\(unit.position("action_low")) \(write(low)) must be below "
                    + "\(unit.position("action_high")) \(write(high))",
                at: unit.position("action_low"))
            return
        }
        switch axis.kind {
        case .absolute, .velocity:
            let meaning =
                axis.isVelocity ? "the action is the velocity" : "an absolute action is a set-point"
            for (key, value) in [("action_low", low), ("action_high", high)]
            where value < axis.limits.lower || value > axis.limits.upper {
                block.report(
                    "\(key) \(write(value)) is outside the limits \(write(axis.limits.lower)) to "
                        + "\(write(axis.limits.upper)); \(meaning)",
                    at: unit.position(key))
            }
        case .delta:
            if low >= 0 || high <= 0 {
                block.report(
                    "a delta action must be able to go both ways: action_low < 0 < action_high",
                    at: unit.position("action_low"))
            }
            guard let policyRate else { return }
            let speed = max(-low, high) * policyRate
            if speed > axis.limits.velocity * (1 + 1e-9) {
                block.report(
                    "a full action in one policy step needs \(write(speed))\(unit.symbol)/s, more than "
                        + "\(unit.velocityKey) \(write(axis.limits.velocity)): it would always be clipped",
                    at: unit.position(high >= -low ? "action_high" : "action_low"))
            }
        }
    }

    /// Row 66 of `Control/Faults.md`: numbers that can only be in another unit.
    private static func plausible(_ axis: CommandAxis, unit: AxisUnit, block: Block) {
        if axis.isVelocity { return plausibleVelocity(axis, block: block) }
        let range = axis.limits.upper - axis.limits.lower
        if unit == .radian, range > RobotQuestions.oneTurn,
            axis.limits.velocity > fastest || isFollowedInDegrees(axis)
        {
            block.report(
                "a range of \(write(range)) rad is more than a full turn; are these degrees?",
                at: unit.position("upper"))
        }
        if unit == .radian, axis.limits.velocity > fastest {
            block.report(
                "\(write(axis.limits.velocity)) rad/s is faster than any arm; are these degrees?",
                at: unit.velocityKey)
        }
        if unit == .metre, range > 10 {
            block.report(
                "a range of \(write(range)) m; are these millimetres?", at: unit.position("upper"))
        }
        if unit == .metre, axis.limits.velocity > 10 {
            block.report(
                "\(write(axis.limits.velocity)) m/s; are these millimetres?", at: unit.velocityKey)
        }
    }

    /// rad/s; no arm's joint is as fast.
    private static let fastest = 20.0

    /// Of a joint with more than two turns: it may be a quarter of a turn behind, or move by half a turn in a step.
    private static func isFollowedInDegrees(_ axis: CommandAxis) -> Bool {
        let range = axis.limits.upper - axis.limits.lower
        guard range > RobotQuestions.twoTurns else { return false }
        let step = axis.kind == .delta ? max(-axis.actionLow, axis.actionHigh) : 0
        return axis.gripper == nil && axis.trackingError > Double.pi / 2 || step > Double.pi
    }

    /// Who may be anywhere is watched by nothing: only a gripper, which holds things of any size.
    private static func following(_ axis: CommandAxis, unit: AxisUnit, block: Block) {
        let range = axis.limits.upper - axis.limits.lower
        guard axis.gripper == nil, axis.trackingError >= range else { return }
        block.report(
            "\(unit.position("tracking_error")) \(write(axis.trackingError)) is as wide as the range of "
                + "\(write(range)): nothing would notice that the axis does not follow; only an axis "
                + "with a gripper block may be anywhere", at: unit.position("tracking_error"))
    }

    private static func braking(
        _ axis: CommandAxis, unit: AxisUnit, block: Block, commandRate: Double
    ) {
        let limits = axis.limits
        let tick = 1 / commandRate
        if limits.acceleration * tick > limits.velocity * (1 + 1e-9) {
            block.report(
                "\(unit.accelerationKey) \(write(limits.acceleration)) reaches \(unit.velocityKey) "
                    + "\(write(limits.velocity)) within one command period; at most "
                    + write(limits.velocity / tick), at: unit.accelerationKey)
        }
        if let jerk = limits.jerk, jerk * tick > 2 * limits.acceleration * (1 + 1e-9) {
            block.report(
                "\(unit.jerkKey) \(write(jerk)) takes the acceleration from one limit to the other "
                    + "within one command period and limits nothing; at most "
                    + write(2 * limits.acceleration / tick), at: unit.jerkKey)
        }
        if limits.jerk != nil, limits.longestBraking(period: tick) > Capacity.brakingTicks {
            block.report(
                "braking with this \(unit.jerkKey) takes \(limits.longestBraking(period: tick)) "
                    + "command periods, more than \(Capacity.brakingTicks) that can be rolled out "
                    + "ahead", at: unit.jerkKey)
        }
        guard !axis.isVelocity else { return }
        let distance = limits.longestStop(period: tick)
        let range = limits.upper - limits.lower
        if distance > range / 2 {
            block.report(
                "stopping from full speed takes \(StoppingDistance.write(distance))\(unit.symbol), "
                    + "more than half the range of \(write(range)); brake harder or go slower",
                at: unit.velocityKey)
        }
    }

    /// An environment's own action passes unchanged: any set-point is reached in one command.
    private static func passThrough(
        _ axis: CommandAxis, unit: AxisUnit, block: Block, commandRate: Double
    ) {
        let range = axis.limits.upper - axis.limits.lower
        if axis.limits.jerk != nil {
            block.report(
                "environment_action must reach any set-point in one command: no limit of jerk",
                at: unit.jerkKey)
        }
        let velocity = range * commandRate
        let acceleration = 2 * range * commandRate * commandRate
        if axis.limits.velocity < velocity * (1 - 1e-9) {
            block.report(
                "environment_action must reach any set-point in one command: at least \(write(velocity))",
                at: unit.velocityKey)
        }
        if axis.limits.acceleration < acceleration * (1 - 1e-9) {
            block.report(
                "environment_action must reach any set-point in one command: at least "
                    + write(acceleration), at: unit.accelerationKey)
        }
    }

    static func write(_ value: Double) -> String { NumberRange.write(value) }

    private static func milliseconds(_ seconds: Double) -> String {
        StoppingDistance.write(seconds * 1000) + " ms"
    }
}
