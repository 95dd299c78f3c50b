/// One axis that is commanded, in wire order: a joint, an end-effector coordinate, a gripper.
public struct CommandAxis: Sendable, Equatable {
    /// Unique name, such as `x`, `yaw` or `gripper`.
    public var name: String
    /// Unit of position, one of `AxisUnit.ofAxes`.
    public var unit: AxisUnit
    /// What every command on this axis respects.
    public var limits: AxisLimits
    /// How the policy moves it.
    public var kind: ActionKind
    /// Action box in physical units: −1 in the policy's space is `actionLow`, +1 is `actionHigh`.
    public var actionLow: Double
    /// See `actionLow`.
    public var actionHigh: Double
    /// Where the axis goes between episodes.
    public var home: Double
    /// Commanded minus measured position beyond which the robot is not following.
    public var trackingError: Double
    /// Fastest that the measured position can change, unit/s.
    ///
    /// More than `limits.velocity` where joints turn a tool faster than it is commanded to, as near the
    /// edge of its reach; what is faster than 1.5 times this is a jump.
    public var measuredVelocity: Double
    /// What else holds for a gripper; nil for an axis that is none.
    public var gripper: GripperLimits?
    /// What this axis is, where that is another than most of its robot's; nil for the robot's own.
    public var controlSpace: ControlSpace?

    /// Whether it is commanded by its velocity: its rest is 0, and that is where it is held and stopped.
    public var isVelocity: Bool { kind == .velocity }

    /// Creates an axis; `Configuration` checks that the values make sense together.
    public init(
        name: String, unit: AxisUnit, limits: AxisLimits, kind: ActionKind, actionLow: Double,
        actionHigh: Double, home: Double, trackingError: Double, measuredVelocity: Double? = nil,
        gripper: GripperLimits? = nil, controlSpace: ControlSpace? = nil
    ) {
        self.controlSpace = controlSpace
        self.name = name
        self.unit = unit
        self.limits = limits
        self.kind = kind
        self.actionLow = actionLow
        self.actionHigh = actionHigh
        self.home = home
        self.trackingError = trackingError
        self.measuredVelocity = measuredVelocity ?? limits.velocity
        self.gripper = gripper
    }
}
