import Embodiment

/// The scalars that the simulated robot reports beside its axes, in wire order.
public enum SimulatedFeature: Int, Sendable, CaseIterable {
    /// The object, m.
    case objectX, objectY, objectZ
    /// The object as seen from the tool, m.
    case objectDX, objectDY, objectDZ
    /// The goal as seen from the tool, m.
    case goalDX, goalDY, goalDZ
    /// The obstacle as seen from the tool, m.
    case obstacleDX, obstacleDY
    /// How wide the gripper is open, and how hard it grips.
    case gripperWidth, gripperLoad
    /// Limits that were broken since the robot started; not for a policy.
    case violations
    /// Poses out of the arm's reach since the robot started; not for a policy.
    case unreachable

    /// Its name on the wire and in `robots/sim-widowx.yaml`.
    public var name: String {
        switch self {
        case .objectX: "object.x"
        case .objectY: "object.y"
        case .objectZ: "object.z"
        case .objectDX: "object.dx"
        case .objectDY: "object.dy"
        case .objectDZ: "object.dz"
        case .goalDX: "goal.dx"
        case .goalDY: "goal.dy"
        case .goalDZ: "goal.dz"
        case .obstacleDX: "obstacle.dx"
        case .obstacleDY: "obstacle.dy"
        case .gripperWidth: "gripper.width"
        case .gripperLoad: "gripper.load"
        case .violations: "robot.violations"
        case .unreachable: "robot.unreachable"
        }
    }

    /// Its unit.
    public var unit: AxisUnit {
        switch self {
        case .objectX, .objectY, .objectZ, .objectDX, .objectDY, .objectDZ, .goalDX, .goalDY,
            .goalDZ, .obstacleDX, .obstacleDY:
            .metre
        case .gripperWidth, .gripperLoad, .violations, .unreachable: .fraction
        }
    }
}

extension FeatureVector {
    /// A feature of a sample of the simulated robot.
    public subscript(feature: SimulatedFeature) -> Float {
        get { self[feature.rawValue] }
        set { self[feature.rawValue] = newValue }
    }
}
