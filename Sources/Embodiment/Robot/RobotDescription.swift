/// How a policy's output on one axis becomes a command.
public enum ActionKind: String, Sendable, Equatable, CaseIterable {
    /// The action is a displacement over one policy step, relative to the previous *command*.
    case delta
    /// The action is the set-point itself.
    case absolute
}

/// One axis that is commanded, in wire order: a joint, an end-effector coordinate, a gripper.
public struct CommandAxis: Sendable, Equatable {
    /// Unique name, such as `x`, `yaw` or `gripper`.
    public var name: String
    /// Unit of position: `m`, `rad` or `1` (a fraction).
    public var unit: String
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

    /// Creates an axis; `Configuration` checks that the values make sense together.
    public init(
        name: String, unit: String, limits: AxisLimits, kind: ActionKind, actionLow: Double,
        actionHigh: Double, home: Double, trackingError: Double, measuredVelocity: Double? = nil,
        gripper: GripperLimits? = nil
    ) {
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

/// One scalar that the bridge reports beside the axes: an object's coordinate, a joint angle, a load.
public struct ObservationFeature: Sendable, Equatable {
    /// Unique name, such as `cup.x`.
    public var name: String
    /// Unit: `m`, `rad`, `N` or `1`.
    public var unit: String

    /// Creates a feature.
    public init(name: String, unit: String) {
        self.name = name
        self.unit = unit
    }
}

/// Who the robot is: `robots/<model>.yaml` as a value.
///
/// Immutable for a session; its canonical text is
/// what the bridge's own description is compared with.
public struct RobotDescription: Sendable, Equatable {
    /// The model, equal to the file's name.
    public var name: String
    /// What a person should know about it, one line.
    public var summary: String
    /// What the axes are: `end_effector_pose`, `joint_position` or `environment_action`.
    public var controlSpace: String
    /// Commands (and, in lockstep, samples) per second.
    public var commandRateHz: Double
    /// Policy decisions per second; divides the command rate.
    public var policyRateHz: Double
    /// The commanded axes in wire order, 1…`Capacity.axes`.
    public var axes: [CommandAxis]
    /// The scalars the bridge reports, in wire order, at most `Capacity.features`.
    public var features: [ObservationFeature]
    /// Which axes' measured positions and features the policy sees, by name, in this order.
    public var observation: [String]
    /// Time budgets.
    public var timing: TimingLimits
    /// The joints behind the axes, when the bridge solves the inverse kinematics; empty otherwise.
    public var joints: [Joint]
    /// How axes that cannot all have what they are asked for share what they can have.
    public var scaling = AxisScaling.pathPreserving
    /// What holds for the axes together.
    public var task = TaskLimits()
    /// What a machine may do with it that cannot promise to be on time.
    public var degraded = DegradedSpeeds()

    /// Creates a description; `Configuration` checks it.
    public init(
        name: String, summary: String, controlSpace: String, commandRateHz: Double,
        policyRateHz: Double, axes: [CommandAxis], features: [ObservationFeature],
        observation: [String], timing: TimingLimits, joints: [Joint] = []
    ) {
        self.name = name
        self.summary = summary
        self.controlSpace = controlSpace
        self.commandRateHz = commandRateHz
        self.policyRateHz = policyRateHz
        self.axes = axes
        self.features = features
        self.observation = observation
        self.timing = timing
        self.joints = joints
    }

    /// Command ticks in one policy step.
    public var ticksPerStep: Int { Int((commandRateHz / policyRateHz).rounded()) }
    /// Seconds between two commands, the nominal period of every formula.
    public var tickSeconds: Double { 1 / commandRateHz }
}
