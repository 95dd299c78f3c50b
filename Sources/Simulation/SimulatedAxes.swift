import Embodiment

/// What the simulated robot says about itself: axes, limits, features, rates.
///
/// `robots/sim-widowx.yaml` must agree with these; its limits may be tighter, never wider.
public enum SimulatedAxes {
    /// The robot's name on the wire.
    public static let robot = "sim-widowx"
    /// The meaning of the axes.
    public static let controlSpace = ControlSpace.endEffectorPose
    /// Commands, and in lockstep samples, per second.
    public static let commandRateHz = 100.0
    /// One command period, s.
    public static let periodSeconds = 0.01
    /// The robot brakes by itself when this long has passed without a valid command, ms.
    public static let watchdogMilliseconds = 100.0
    /// Axis names in wire order.
    public static let names = ["x", "y", "z", "roll", "pitch", "yaw", "gripper"]
    /// Axis units in wire order.
    public static let units: [AxisUnit] = [
        .metre, .metre, .metre, .radian, .radian, .radian, .fraction,
    ]
    /// Number of the gripper's axis.
    public static let gripper = 6
    /// The hardware's own limits, which no command may exceed.
    public static let limits: [AxisLimits] = [
        AxisLimits(lower: 0.16, upper: 0.41, velocity: 0.5, acceleration: 6),
        AxisLimits(lower: -0.20, upper: 0.20, velocity: 0.5, acceleration: 6),
        AxisLimits(lower: 0.01, upper: 0.18, velocity: 0.5, acceleration: 6),
        AxisLimits(lower: -0.25, upper: 0.25, velocity: 2.5, acceleration: 25),
        AxisLimits(lower: -0.25, upper: 0.25, velocity: 2.5, acceleration: 25),
        AxisLimits(lower: -0.8, upper: 0.8, velocity: 2.5, acceleration: 25),
        AxisLimits(lower: 0, upper: 1, velocity: 9, acceleration: 250),
    ]
    /// The limits `robots/sim-widowx.yaml` sets: the whole box is within the arm's reach.
    public static let recommendedLimits: [AxisLimits] = [
        AxisLimits(lower: 0.18, upper: 0.38, velocity: 0.4, acceleration: 4),
        AxisLimits(lower: -0.18, upper: 0.18, velocity: 0.4, acceleration: 4),
        AxisLimits(lower: 0.02, upper: 0.15, velocity: 0.4, acceleration: 4),
        AxisLimits(lower: -0.15, upper: 0.15, velocity: 2, acceleration: 20),
        AxisLimits(lower: -0.15, upper: 0.15, velocity: 2, acceleration: 20),
        AxisLimits(lower: -0.6, upper: 0.6, velocity: 2, acceleration: 20),
        AxisLimits(lower: 0, upper: 1, velocity: 8, acceleration: 200),
    ]
    /// Where each axis is between episodes.
    public static let home = AxisVector([0.24, -0.03, 0.13, 0, 0, 0, 1])
    /// How far from home each axis may measure when a reset is asked for.
    public static let homeTolerance = AxisVector([0.02, 0.02, 0.02, 0.1, 0.1, 0.1, 0.2])
    /// Displacement of one policy step at ±1 on the delta axes; the gripper is absolute 0…1.
    public static let actionScale = AxisVector([0.05, 0.05, 0.05, 0.25, 0.25, 0.25, 0.5])

    /// The scalars beside the axes, in wire order.
    ///
    /// Positions are as the camera reports them, calibration error and noise included.
    public static let features = SimulatedFeature.allCases.map {
        ObservationFeature(name: $0.name, unit: $0.unit)
    }
    /// A force sensor at the wrist, behind `features` where the robot has one; it feels what faults make it feel.
    public static let wrench: [ObservationFeature] = [
        ObservationFeature(name: "wrench.fx", unit: .newton),
        ObservationFeature(name: "wrench.fy", unit: .newton),
        ObservationFeature(name: "wrench.fz", unit: .newton),
    ]
    /// What the policy sees, by name: `observation` of `robots/sim-widowx.yaml`.
    ///
    /// Everything that decides what to do next: absolute x and y are left out because goal and
    /// obstacle are relative to the tool.
    public static let observation = [
        "z", "roll", "pitch", "yaw", "object.dx", "object.dy", "object.dz", "goal.dx", "goal.dy",
        "obstacle.dx", "obstacle.dy", "gripper.width", "gripper.load",
    ]
}
