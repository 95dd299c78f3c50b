import Embodiment

/// Reads `robots/<model>.yaml`: embodiment and safety limits.
///
/// Every limit is mandatory; `Control/Safety.md` 7 says what is checked across them.
public enum RobotFile {
    /// Reads one robot, or reports every mistake in its file at once.
    ///
    /// - Parameter nameOrPath: a name in the project's `robots/`, or a path when it has a slash or ends
    ///   in `.yaml`.
    public static func read(
        _ nameOrPath: String, in project: Project
    ) throws(ConfigurationErrors) -> RobotDescription {
        let reading = Reading(project: project)
        let robot = read(nameOrPath, with: reading, mark: nil)
        try reading.diagnostics.check()
        guard let robot else { throw ConfigurationErrors(errors: reading.diagnostics.errors) }
        return robot
    }

    /// Reads one robot from a text kept with a session, or reports every mistake in it.
    public static func read(
        text: String, named name: String
    ) throws(ConfigurationErrors) -> RobotDescription {
        let diagnostics = Diagnostics()
        let source = diagnostics.addSource(path: "\(name).yaml", text: text)
        let root = YAMLReader.read(source: source, diagnostics: diagnostics)
        let robot = root.flatMap { decode($0, name: name, diagnostics: diagnostics) }
        try diagnostics.check()
        guard let robot else { throw ConfigurationErrors(errors: diagnostics.errors) }
        return robot
    }

    /// The same as a part of a larger reading; nil when something is wrong, which is then recorded.
    static func read(
        _ nameOrPath: String, with reading: Reading, mark: Mark?
    ) -> RobotDescription? {
        guard let found = reading.find(nameOrPath, in: .robots, mark: mark),
            let root = reading.parse(found)
        else { return nil }
        return decode(root, name: found.name, diagnostics: reading.diagnostics)
    }

    static func decode(
        _ root: YAMLNode, name: String, diagnostics: Diagnostics
    ) -> RobotDescription? {
        let mistakes = diagnostics.count
        let file = Block(root: root, diagnostics: diagnostics)
        Reading.checkSchema(of: file, is: .robots)
        let summary = file.text("summary")
        let controlSpace = file.choice("control_space", ControlSpace.self)
        let commandRate = file.number("command_rate_hz", .closed(1, 1000))
        let policyRate = file.number("policy_rate_hz", .closed(0.1, 1000))
        let axes = file.blocks("axes", count: 1...Capacity.axes, isRequired: true).map {
            axis($0)
        }
        let joints = file.blocks("joints", count: 1...32, isRequired: false).map { joint($0) }
        let features = file.blocks("features", count: 0...Capacity.features, isRequired: true).map {
            feature($0)
        }
        let observation = file.texts(
            "observation", count: 1...Capacity.features, isRequired: true)
        let timing = decodeTiming(file.block("timing", isRequired: true))
        let scaling = file.choice("scaling", AxisScaling.self, isRequired: false)
        let task = decodeTask(file)
        let degraded = decodeDegraded(file.block("degraded", isRequired: false))
        file.reportKeys()

        // Only names that are right; a wrong one is reported already.
        RobotChecks.names(
            axes: axes, features: features, joints: joints, observation: observation ?? [],
            diagnostics: diagnostics)
        RobotChecks.rates(file, command: commandRate, policy: policyRate)
        for axis in axes {
            RobotChecks.axis(
                axis, commandRate: commandRate, policyRate: policyRate, space: controlSpace)
            RobotChecks.space(axis, of: controlSpace)
        }
        if let timing, let commandRate { RobotChecks.timing(timing, commandRate: commandRate) }
        RobotChecks.task(
            task, axes: axes, features: features, space: controlSpace, commandRate: commandRate)

        guard diagnostics.count == mistakes, let summary, let controlSpace, let commandRate,
            let policyRate, let observation, let timing
        else { return nil }
        var robot = RobotDescription(
            name: name, summary: summary, controlSpace: controlSpace, commandRateHz: commandRate,
            policyRateHz: policyRate, axes: axes.compactMap(\.value),
            features: features.compactMap(\.value), observation: observation.map(\.text),
            timing: timing.value, joints: joints.compactMap(\.value))
        robot.scaling = scaling ?? .pathPreserving
        robot.task = task.value
        robot.degraded = degraded
        return robot
    }

    /// Something decoded with its block, for checks that speak of its places.
    struct Decoded<Value> {
        var block: Block
        var name: String?
        var value: Value?
    }

    private static func axis(_ block: Block) -> Decoded<CommandAxis> {
        let name = block.name("name")
        let word = block.choice("unit", AxisUnit.ofAxes.map(\.rawValue))
        let kind = block.choice("kind", ActionKind.self)
        let space = block.choice("control_space", ControlSpace.self, isRequired: false)
        guard let unit = word.flatMap(AxisUnit.init(rawValue:)) else {
            // Without the unit no other key has a name; report those it would not have in any.
            for unit in AxisUnit.ofAxes {
                for stem in ["lower", "upper", "home", "action_low", "action_high"] {
                    _ = block.node(unit.position(stem), isRequired: false)
                }
                for key in [
                    unit.velocityKey, unit.accelerationKey, unit.jerkKey,
                    unit.position("tracking_error"), unit.measuredVelocityKey, "gripper",
                ] {
                    _ = block.node(key, isRequired: false)
                }
            }
            block.reportKeys()
            return Decoded(block: block, name: name, value: nil)
        }
        let lower = block.number(unit.position("lower"), .any)
        let upper = block.number(unit.position("upper"), .any)
        let velocity = block.number(unit.velocityKey, .positive)
        let acceleration = block.number(unit.accelerationKey, .positive)
        let jerk =
            unit.isVelocity
            ? nil : block.number(unit.jerkKey, .positive, isRequired: false)
        let low = block.number(unit.position("action_low"), .any)
        let high = block.number(unit.position("action_high"), .any)
        // A velocity is 0 between episodes, and nothing holds one.
        let home = unit.isVelocity ? 0 : block.number(unit.position("home"), .any)
        let tracking = block.number(unit.position("tracking_error"), .positive)
        let measured = block.number(
            unit.measuredVelocityKey, NumberRange(lower: velocity ?? 0), isRequired: false)
        let gripper =
            unit.isVelocity ? nil : gripper(block.block("gripper", isRequired: false))
        block.reportKeys(meant: unit.meant)
        if let kind, !RobotChecks.kind(kind, fits: unit, block: block) {
            return Decoded(block: block, name: name, value: nil)
        }
        guard let name, let kind, let lower, let upper, let velocity, let acceleration, let low,
            let high, let home, let tracking
        else { return Decoded(block: block, name: name, value: nil) }
        let limits = AxisLimits(
            lower: lower, upper: upper, velocity: velocity, acceleration: acceleration,
            jerk: jerk)
        return Decoded(
            block: block, name: name,
            value: CommandAxis(
                name: name, unit: unit, limits: limits, kind: kind, actionLow: low,
                actionHigh: high, home: home, trackingError: tracking, measuredVelocity: measured,
                gripper: gripper, controlSpace: space))
    }

    private static func gripper(_ block: Block?) -> GripperLimits? {
        guard let block else { return nil }
        let dwell = block.number("dwell_ms", .above(0, upTo: 10_000))
        block.reportKeys()
        return dwell.map { GripperLimits(dwellSeconds: $0 / 1000) }
    }

    private static func joint(_ block: Block) -> Decoded<Joint> {
        let name = block.name("name")
        let lower = block.number("lower_rad", .closed(-6.3, 6.3))
        let upper = block.number("upper_rad", .closed(-6.3, 6.3))
        let velocity = block.number("velocity_rad_s", .above(0, upTo: 20))
        block.reportKeys(meant: AxisUnit.radian.meant)
        guard let name, let lower, let upper, let velocity else {
            return Decoded(block: block, name: name, value: nil)
        }
        if lower >= upper {
            block.report("lower_rad must be below upper_rad", at: "lower_rad")
        }
        return Decoded(
            block: block, name: name,
            value: Joint(name: name, lower: lower, upper: upper, velocity: velocity))
    }

    private static func feature(_ block: Block) -> Decoded<ObservationFeature> {
        let name = block.name("name")
        let unit = block.choice("unit", AxisUnit.self)
        block.reportKeys()
        guard let name, let unit else { return Decoded(block: block, name: name, value: nil) }
        return Decoded(
            block: block, name: name, value: ObservationFeature(name: name, unit: unit))
    }

    /// Time budgets with their block.
    struct DecodedTiming {
        var block: Block
        var value: TimingLimits
    }

    private static func decodeTiming(_ block: Block?) -> DecodedTiming? {
        guard let block else { return nil }
        let hold = block.number("observation_hold_ms", .above(0, upTo: 10_000))
        let stop = block.number("observation_stop_ms", .above(0, upTo: 60_000))
        let validity = block.number("command_validity_ms", .above(0, upTo: 1000))
        let tracking = block.number("tracking_ms", .above(0, upTo: 10_000))
        let detectors = decodeDetectors(block)
        block.reportKeys()
        guard let hold, let stop, let validity, let tracking else { return nil }
        var value = TimingLimits(
            observationHoldSeconds: hold / 1000, observationStopSeconds: stop / 1000,
            commandValiditySeconds: validity / 1000, trackingSeconds: tracking / 1000)
        detectors(&value)
        return DecodedTiming(block: block, value: value)
    }

    private static func decodeDegraded(_ block: Block?) -> DegradedSpeeds {
        var speeds = DegradedSpeeds()
        guard let block else { return speeds }
        block.update(&speeds.reduced, "rt1_speed_share", .above(0, upTo: 1))
        speeds.poor = block.number("rt2_speed_share", .above(0, upTo: 1), isRequired: false)
        block.reportKeys()
        return speeds
    }

    /// What a robot may state beside the mandatory budgets; defaults are `DetectionLimits`'.
    private static func decodeDetectors(_ block: Block) -> (inout TimingLimits) -> Void {
        func seconds(_ key: String, upTo most: Double) -> Double? {
            block.number(key, .above(0, upTo: most), isRequired: false).map { $0 / 1000 }
        }
        let tickHold = seconds("tick_hold_ms", upTo: 10_000)
        let tickStop = seconds("tick_stop_ms", upTo: 60_000)
        let missing = block.integer("missing_samples", 0...1000, isRequired: false)
        let frozen = block.integer("frozen_samples", 2...1000, isRequired: false)
        let camera = seconds("camera_hold_ms", upTo: 10_000)
        let jump = seconds("clock_jump_ms", upTo: 10_000)
        let lag = block.integer("acknowledgement_commands", 1...1000, isRequired: false)
        let damaged = block.integer("damaged_frames", 1...1000, isRequired: false)
        let action = block.number("action_ms", .closed(100, 10_000), isRequired: false)
        let clamp = block.number("clamp_share", .above(0, upTo: 1), isRequired: false)
        let chatter = block.number("chatter_share", .above(0, upTo: 1), isRequired: false)
        let brake = block.number("brake_factor", .above(1, upTo: 10), isRequired: false)
        return { timing in
            timing.tickHoldSeconds = tickHold
            timing.tickStopSeconds = tickStop
            timing.missingSamples = missing
            timing.frozenSamples = frozen
            timing.cameraHoldSeconds = camera
            timing.clockJumpSeconds = jump
            timing.acknowledgementCommands = lag
            timing.damagedFrames = damaged
            timing.actionSeconds = action.map { $0 / 1000 }
            timing.clampShare = clamp
            timing.chatterShare = chatter
            timing.brakeFactor = brake
        }
    }
}
