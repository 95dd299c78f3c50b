/// Who the robot is: `robots/<model>.yaml` as a value.
///
/// Immutable for a session; its canonical text is
/// what the bridge's own description is compared with.
public struct RobotDescription: Sendable, Equatable {
    /// The model, equal to the file's name.
    public var name: String
    /// What a person should know about it, one line.
    public var summary: String
    /// What the axes are, but for those that say otherwise themselves.
    public var controlSpace: ControlSpace
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
        name: String, summary: String, controlSpace: ControlSpace, commandRateHz: Double,
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
