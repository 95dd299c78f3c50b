import Embodiment

/// What must hold for axes that are commanded by their velocity; `Control/Safety.md` 2, F14.
extension RobotChecks {
    /// Whether an axis' kind and unit are both of a velocity, or both of a position; reported where they are not.
    static func kind(_ kind: ActionKind, fits unit: AxisUnit, block: Block) -> Bool {
        if kind == .velocity, !unit.isVelocity {
            let units = AxisUnit.ofAxes.filter(\.isVelocity).map(\.rawValue)
            block.report(
                "kind velocity is of an axis that is commanded in \(units.joined(separator: " or ")), "
                    + "not in \(unit)", at: "unit")
            return false
        }
        if unit.isVelocity, kind != .velocity {
            block.report(
                "what is commanded in \(unit) is a velocity, and \(kind.rawValue) would keep its last one on "
                    + "hold and stop: the robot would drive on; kind: velocity comes to rest",
                at: "kind")
            return false
        }
        return true
    }

    /// Where a velocity may be commanded, and a position: only what may go anywhere has no place to keep.
    static func space(_ decoded: RobotFile.Decoded<CommandAxis>, of robot: ControlSpace?) {
        guard let axis = decoded.value, let robot else { return }
        let block = decoded.block
        let space = axis.controlSpace ?? robot
        if let own = axis.controlSpace, own != robot,
            own == .environmentAction || robot == .environmentAction
        {
            block.report(
                "environment_action is of a whole robot, not of one of its axes",
                at: "control_space")
        } else if axis.isVelocity, space != .baseVelocity, space != .environmentAction {
            block.report(
                "a velocity is commanded only to what may go anywhere: control_space: base_velocity in this "
                    + "axis; in \(space) nothing would keep its place within limits",
                at: axis.controlSpace == nil ? "kind" : "control_space")
        } else if !axis.isVelocity, space == .baseVelocity {
            block.report(
                "base_velocity is of axes of kind velocity, in m/s or rad/s; an axis in \(axis.unit) says its "
                    + "own, such as control_space: joint_position",
                at: axis.controlSpace == nil ? "unit" : "control_space")
        }
    }

    /// Whether an axis may be at rest, and be asked to.
    static func rest(_ axis: CommandAxis, block: Block) -> Bool {
        let unit = axis.unit
        for (stem, value, isWrong) in [
            ("lower", axis.limits.lower, axis.limits.lower > 0),
            ("upper", axis.limits.upper, axis.limits.upper < 0),
            ("action_low", axis.actionLow, axis.actionLow > 0),
            ("action_high", axis.actionHigh, axis.actionHigh < 0),
        ] where isWrong {
            block.report(
                "\(unit.position(stem)) \(write(value)) leaves no rest: a velocity is held and stopped at 0, "
                    + "which must lie within its limits and its action box",
                at: unit.position(stem))
            return false
        }
        return true
    }

    /// Row 66 of `Control/Faults.md`: numbers that can only be in another unit.
    static func plausibleVelocity(_ axis: CommandAxis, block: Block) {
        let fastest = max(axis.limits.upper, -axis.limits.lower)
        let key = axis.unit.position(fastest == axis.limits.upper ? "upper" : "lower")
        if axis.unit == .radianPerSecond, fastest > 20 {
            block.report(
                "\(write(fastest)) rad/s is faster than any base turns; are these degrees?", at: key
            )
        }
        if axis.unit == .metrePerSecond, fastest > 10 {
            block.report("\(write(fastest)) m/s; are these millimetres?", at: key)
        }
    }

    /// Names by which people call velocities: `base_vx`, `linear_velocity`, `left_wheel_vel`, `omega`.
    private static let velocityWords: Set<String> = [
        "v", "vx", "vy", "vz", "wx", "wy", "wz", "vel", "velocity", "speed", "omega", "twist",
        "rpm",
    ]

    /// What a person should be asked about an axis that is described as a position; nil where nothing is odd.
    ///
    /// A name proves nothing, so this is a question and no mistake.
    static func question(about axis: CommandAxis) -> String? {
        guard !axis.isVelocity else { return nil }
        let words = axis.name.lowercased().split { !$0.isLetter }.map(String.init)
        guard words.contains(where: velocityWords.contains) else { return nil }
        return
            "is axis \(axis.name) a velocity? It is described as a position (kind \(axis.kind.rawValue), unit "
            + "\(axis.unit)): on hold and stop its last set-point stays, and a base would drive on. A velocity has "
            + "kind: velocity and the unit m/s or rad/s."
    }
}
