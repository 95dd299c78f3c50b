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
        guard Reading.checkSchema(of: file, is: .robots) else { return nil }
        let summary = file.text("summary", "what a person should know about the robot, one line")
        let controlSpace = file.choice(
            "control_space", ControlSpace.self,
            "what the axes are: the tool's pose, joints, or an environment's own actions, which pass unchanged"
        )
        let commandRate = file.number(
            "command_rate_hz", .closed(1, 1000), "commands a second; the period is T below")
        let policyRate = file.number(
            "policy_rate_hz", .closed(0.1, 1000),
            "decisions of the policy a second; divides `command_rate_hz`")
        let axes = axes(file)
        let joints = joints(file)
        let features = features(file)
        let observation = file.texts(
            "observation", count: 1...Capacity.features,
            "axes (their measured position) and features that the policy sees, by name, in this order",
            isRequired: true)
        let timing = decodeTiming(
            file.block("timing", "after how long what is trusted", isRequired: true))
        let scaling = file.choice(
            "scaling", AxisScaling.self,
            "where one axis is limited: all are slowed alike, or each does what it can",
            isRequired: false, absent: AxisScaling.pathPreserving.rawValue)
        let task = decodeTask(file)
        let degraded = decodeDegraded(
            file.block(
                "degraded",
                "what a machine may do with it that is not always on time; `hone doctor` names its level",
                isRequired: false))
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

    private static func axes(_ file: Block) -> [Decoded<CommandAxis>] {
        file.blocks(
            "axes", count: 1...Capacity.axes, "what is commanded, in the order of the wire",
            isRequired: true
        ).map { axis($0) }
    }

    private static func joints(_ file: Block) -> [Decoded<Joint>] {
        file.blocks(
            "joints", count: 1...Capacity.axes,
            "joints behind the axes, whose limits the bridge keeps", isRequired: false
        ).map { joint($0) }
    }

    private static func features(_ file: Block) -> [Decoded<ObservationFeature>] {
        file.blocks(
            "features", count: 0...Capacity.features,
            "numbers that the bridge reports beside the axes, in the order of the wire; may be empty",
            isRequired: true
        ).map { feature($0) }
    }

    private static func axis(_ block: Block) -> Decoded<CommandAxis> {
        let name = block.name("name", "unique among axes and features")
        let word = block.choice(
            "unit", AxisUnit.ofAxes.map(\.rawValue),
            "of the position; other keys end with it, but for 1")
        let kind = block.choice(
            "kind", ActionKind.self,
            "what an action is: a displacement of the set-point, or the set-point itself")
        let space = block.choice(
            "control_space", ControlSpace.self,
            "of this axis, where it is another than the robot's",
            isRequired: false, absent: "the robot's")
        guard let unit = word.flatMap(AxisUnit.init(rawValue:)) else {
            registerKeysOfAnyUnit(block)
            block.reportKeys()
            return Decoded(block: block, name: name, value: nil)
        }
        let limits = limits(block, unit)
        let low = block.number(
            unit.position("action_low"), .any, "the action box: what −1 of the policy is")
        let high = block.number(unit.position("action_high"), .any, "what 1 of the policy is")
        // A velocity is 0 between episodes, and nothing holds one.
        let home =
            unit.isVelocity
            ? 0
            : block.number(
                unit.position("home"), .any, "where the axis goes between episodes",
                allowed: "within the limits")
        let tracking = block.number(
            unit.position("tracking_error"), .positive,
            "commanded minus measured position beyond which the robot does not follow")
        let measured = block.number(
            unit.measuredVelocityKey, NumberRange(lower: limits.velocity ?? 0),
            unit.isVelocity
                ? "greatest change of the measured velocity; what changes more by half is a jump"
                : "greatest speed of the measured position; what is faster by half is a jump",
            isRequired: false, allowed: "at least the commanded", absent: "the commanded")
        let gripper =
            unit.isVelocity
            ? nil
            : gripper(block.block("gripper", "present: the axis is a gripper", isRequired: false))
        block.reportKeys(meant: unit.meant)
        if let kind, !RobotChecks.kind(kind, fits: unit, block: block) {
            return Decoded(block: block, name: name, value: nil)
        }
        guard let name, let kind, let limits = limits.value, let low, let high, let home,
            let tracking
        else { return Decoded(block: block, name: name, value: nil) }
        return Decoded(
            block: block, name: name,
            value: CommandAxis(
                name: name, unit: unit, limits: limits, kind: kind, actionLow: low,
                actionHigh: high, home: home, trackingError: tracking, measuredVelocity: measured,
                gripper: gripper, controlSpace: space))
    }

    /// An axis' limits, nil where one is missing, and its speed, which others are compared with.
    private static func limits(
        _ block: Block, _ unit: AxisUnit
    ) -> (value: AxisLimits?, velocity: Double?) {
        let lower = block.number(unit.position("lower"), .any, "least set-point")
        let upper = block.number(unit.position("upper"), .any, "greatest set-point")
        let velocity = block.number(
            unit.velocityKey, .positive,
            unit.isVelocity
                ? "greatest change of the velocity" : "greatest speed of the set-point")
        let acceleration = block.number(
            unit.accelerationKey, .positive,
            unit.isVelocity ? "greatest jerk" : "greatest acceleration of the set-point")
        let jerk =
            unit.isVelocity
            ? nil
            : block.number(
                unit.jerkKey, .positive, "greatest jerk of the set-point", isRequired: false,
                absent: "no limit")
        guard let lower, let upper, let velocity, let acceleration else { return (nil, velocity) }
        return (
            AxisLimits(
                lower: lower, upper: upper, velocity: velocity, acceleration: acceleration,
                jerk: jerk), velocity
        )
    }

    /// Without the unit no other key has a name; those are reported that it would not have in any.
    private static func registerKeysOfAnyUnit(_ block: Block) {
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
    }

    private static func gripper(_ block: Block?) -> GripperLimits? {
        guard let block else { return nil }
        let dwell = block.number(
            "dwell_ms", .above(0, upTo: 10_000),
            "least time between two changes between closing and opening")
        block.reportKeys()
        return dwell.map { GripperLimits(dwellSeconds: $0 / 1000) }
    }

    private static func joint(_ block: Block) -> Decoded<Joint> {
        let name = block.name("name", "unique among joints")
        // Two turns and more each way, as wrists have them; 180 is in degrees.
        let lower = block.number("lower_rad", .closed(-15, 15), "least angle")
        let upper = block.number("upper_rad", .closed(-15, 15), "greatest angle")
        let velocity = block.number("velocity_rad_s", .above(0, upTo: 20), "greatest speed")
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
        let name = block.name("name", "unique among axes and features")
        let unit = unit(ofFeature: block)
        block.reportKeys()
        guard let name, let unit else { return Decoded(block: block, name: name, value: nil) }
        return Decoded(
            block: block, name: name, value: ObservationFeature(name: name, unit: unit))
    }

    /// A feature's unit; one that Hone does not take is told how to convert, or its name here.
    private static func unit(ofFeature block: Block) -> AxisUnit? {
        if let word = block.word("unit"), let conversion = AxisUnit.conversion(of: word) {
            _ = block.node("unit", isRequired: true)
            block.report(
                "\(block.path("unit")): \"\(word)\" is no unit here; let the bridge convert it to "
                    + conversion, at: "unit")
            return nil
        }
        let words = AxisUnit.allCases.map(\.rawValue)
        let word = block.choice("unit", words, "of the number; 1 for none") {
            AxisUnit.meant(byWord: $0)?.rawValue
        }
        return word.flatMap(AxisUnit.init(rawValue:))
    }
}
