/// What an axis does on its robot: whether a limit of the tool, of joints or of grippers is about it.
public enum AxisRole: String, Sendable, CaseIterable {
    /// The tool's place, m.
    case x, y, z
    /// The tool's angles, rad.
    case roll, pitch, yaw
    /// A joint that turns, rad.
    case joint
    /// Opens and closes.
    case gripper
    /// None of these: only its own limits are about it.
    case other

    /// The tool's place.
    public static let place: [AxisRole] = [.x, .y, .z]
    /// The tool's angles.
    public static let angles: [AxisRole] = [.roll, .pitch, .yaw]

    /// The unit that an axis of the tool has; nil for a role that says nothing of it.
    public var unit: AxisUnit? {
        switch self {
        case .x, .y, .z: .metre
        case .roll, .pitch, .yaw, .joint: .radian
        case .gripper, .other: nil
        }
    }

    /// What an axis is by its name and unit: the one place where a name means something.
    ///
    /// A tool's axis is called as its role is. What has limits of a gripper is one, whatever its name.
    public init(of axis: CommandAxis, in space: ControlSpace) {
        if axis.gripper != nil {
            self = .gripper
            return
        }
        switch space {
        case .endEffectorPose:
            let role = AxisRole(rawValue: axis.name)
            let tools = AxisRole.place + AxisRole.angles
            self = role.flatMap { tools.contains($0) && $0.unit == axis.unit ? $0 : nil } ?? .other
        case .jointPosition: self = axis.unit == .radian ? .joint : .other
        case .environmentAction, .baseVelocity: self = .other
        }
    }
}

extension RobotDescription {
    /// What the axis of this number does.
    public func role(ofAxis index: Int) -> AxisRole {
        AxisRole(of: axes[index], in: space(ofAxis: index))
    }

    /// What the axis of this number is: its own control space, or the robot's.
    public func space(ofAxis index: Int) -> ControlSpace {
        axes[index].controlSpace ?? controlSpace
    }

    /// The number of the tool's axis that has a role; nil where the robot has none.
    public func axis(as role: AxisRole) -> Int? {
        axes.firstIndex { AxisRole(of: $0, in: $0.controlSpace ?? controlSpace) == role }
    }
}
