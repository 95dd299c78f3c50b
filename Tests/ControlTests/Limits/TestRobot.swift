import Embodiment

/// Robots for tests of limits.
enum TestRobot {
    static func axis(
        _ name: String, _ unit: AxisUnit, _ limits: AxisLimits, kind: ActionKind = .absolute,
        gripper: GripperLimits? = nil
    ) -> CommandAxis {
        CommandAxis(
            name: name, unit: unit, limits: limits, kind: kind,
            actionLow: kind == .delta ? -0.1 : limits.lower,
            actionHigh: kind == .delta ? 0.1 : limits.upper,
            home: (limits.lower + limits.upper) / 2,
            trackingError: 0.5, gripper: gripper)
    }

    static func robot(
        _ axes: [CommandAxis], space: ControlSpace, period: Double = 0.01,
        features: [ObservationFeature] = []
    ) -> RobotDescription {
        RobotDescription(
            name: "test", summary: "", controlSpace: space, commandRateHz: 1 / period,
            policyRateHz: 0.1 / period, axes: axes, features: features,
            observation: axes.map(\.name),
            timing: TimingLimits(
                observationHoldSeconds: 5 * period, observationStopSeconds: 25 * period,
                commandValiditySeconds: 5 * period, trackingSeconds: 10 * period))
    }

    /// Joints that share a scale.
    static func joints(_ limits: [AxisLimits], period: Double) -> RobotDescription {
        robot(
            limits.enumerated().map { axis("joint\($0.offset)", .radian, $0.element) },
            space: .jointPosition, period: period)
    }

    /// A tool of six axes and a gripper.
    static func tool(jerk: Bool = false, scaling: AxisScaling = .pathPreserving) -> RobotDescription
    {
        let place = AxisLimits(
            lower: -0.5, upper: 0.5, velocity: 0.4, acceleration: 4, jerk: jerk ? 60 : nil)
        let angle = AxisLimits(
            lower: -0.9, upper: 0.9, velocity: 2, acceleration: 20, jerk: jerk ? 300 : nil)
        let grip = AxisLimits(lower: 0, upper: 1, velocity: 8, acceleration: 200)
        var robot = robot(
            ["x", "y", "z"].map { axis($0, .metre, place, kind: .delta) }
                + ["roll", "pitch", "yaw"].map { axis($0, .radian, angle, kind: .delta) }
                + [axis("gripper", .fraction, grip, gripper: GripperLimits(dwellSeconds: 0.2))],
            space: .endEffectorPose,
            features: [
                ObservationFeature(name: "fx", unit: .newton),
                ObservationFeature(name: "fy", unit: .newton),
            ])
        robot.scaling = scaling
        return robot
    }
}
