import Embodiment

/// What a robot's file says that may well be right and is asked about all the same, by `hone check`.
public enum RobotQuestions {
    /// rad; a joint that turns round once, and what rounding adds.
    static let oneTurn = 6.4
    /// rad; ±2π, as many arms have it, and what rounding adds.
    static let twoTurns = 12.8

    /// One sentence each; none for a file that leaves no doubt.
    public static func of(_ robot: RobotDescription) -> [String] {
        guard robot.controlSpace != .environmentAction else { return [] }
        return turns(robot) + steps(robot)
    }

    /// Actions of which a step's limit leaves less than half.
    private static func steps(_ robot: RobotDescription) -> [String] {
        let task = robot.task
        return robot.axes.compactMap { axis in
            guard axis.kind == .delta else { return nil }
            let role = AxisRole(of: axis, in: robot.controlSpace)
            let limit: (key: String, most: Double?) =
                switch role {
                case .x, .y, .z: ("translation_m", task.stepTranslation)
                case .roll, .pitch, .yaw: ("rotation_rad", task.stepRotation)
                case .joint: ("joint_rad", task.stepJoint)
                case .gripper, .other: ("", nil)
                }
            let reach = max(abs(axis.actionLow), abs(axis.actionHigh))
            guard let most = limit.most, most < reach / 2 else { return nil }
            return
                "axis \(axis.name): its action reaches \(NumberRange.write(reach)) \(axis.unit.rawValue) a step, and "
                + "step.\(limit.key) leaves \(NumberRange.write(most)) of it; is that meant?"
        }
    }

    private static func turns(_ robot: RobotDescription) -> [String] {
        robot.axes.compactMap { axis in
            let range = axis.limits.upper - axis.limits.lower
            guard axis.unit == .radian, range > twoTurns else { return nil }
            return "axis \(axis.name): a range of \(NumberRange.write(range)) rad is "
                + "\(StoppingDistance.write(range / (2 * .pi))) turns; are these degrees?"
        }
    }
}
