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
        return robot.axes.compactMap { axis in
            let range = axis.limits.upper - axis.limits.lower
            guard axis.unit == .radian, range > twoTurns else { return nil }
            return "axis \(axis.name): a range of \(NumberRange.write(range)) rad is "
                + "\(StoppingDistance.write(range / (2 * .pi))) turns; are these degrees?"
        }
    }
}
