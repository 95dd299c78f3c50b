/// What the axes of a robot are, as files, bridges and logs write it.
public enum ControlSpace: String, Sendable, CaseIterable {
    /// The pose of the tool; the bridge solves the inverse kinematics.
    case endEffectorPose = "end_effector_pose"
    /// Joints.
    case jointPosition = "joint_position"
    /// An environment's own actions, which pass unchanged: nothing in it moves as an axis does.
    case environmentAction = "environment_action"
    /// The velocities of a base that may go anywhere: along its own axes, m/s, and of turning, rad/s.
    case baseVelocity = "base_velocity"
}

extension ControlSpace: CustomStringConvertible {
    /// As files write it.
    public var description: String { rawValue }
}
