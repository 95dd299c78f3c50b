import Embodiment

/// What a simulated robot says about itself, and what its drive and its checker go by: the model's own numbers.
///
/// Its file in `robots/` must agree; limits there may be tighter, never wider.
public struct SimulatedModel: Sendable {
    /// One command axis.
    public struct Axis: Sendable {
        /// Its name.
        public var name: String
        /// Its unit; one of a velocity makes it an axis that is commanded by its velocity.
        public var unit: AxisUnit
        /// The hardware's own limits, which no command may exceed.
        public var limits: AxisLimits
        /// What it is, where that is another than most; nil for the robot's own.
        public var controlSpace: ControlSpace?
    }

    /// The robot's name on the wire, and of its file in `robots/`.
    public var name: String
    /// What most axes are.
    public var controlSpace: ControlSpace
    /// In wire order.
    public var axes: [Axis]
    /// Where each axis is between episodes.
    public var home: AxisVector
    /// Number of the gripper's axis; nil where there is none.
    public var gripper: Int?
    /// Number of the axis that sinks when the drives have no power; nil where none does.
    public var sinking: Int?
    /// The scalars beside the axes, in wire order.
    public var features: [ObservationFeature]
    /// Number of the feature that counts commands beyond the hardware's limits.
    public var violations: Int

    /// Axes that are commanded by their velocity, in wire order.
    var driving: [Bool] { axes.map(\.unit.isVelocity) }

    /// The arm on a table.
    static func arm(hasWrench: Bool) -> SimulatedModel {
        SimulatedModel(
            name: SimulatedAxes.robot, controlSpace: SimulatedAxes.controlSpace,
            axes: SimulatedAxes.names.indices.map {
                Axis(
                    name: SimulatedAxes.names[$0], unit: SimulatedAxes.units[$0],
                    limits: SimulatedAxes.limits[$0])
            },
            home: SimulatedAxes.home, gripper: SimulatedAxes.gripper, sinking: 2,
            features: SimulatedAxes.features + (hasWrench ? SimulatedAxes.wrench : []),
            violations: SimulatedFeature.violations.rawValue)
    }
}
