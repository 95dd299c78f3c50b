import Glibc

/// The kinematics of the WidowX-250 6DOF.
///
/// Link lengths, joint axes and limits: Trossen Robotics, Interbotix X-Series documentation,
/// "WidowX-250 6DOF", kinematic properties (product of exponentials: screw axes and home matrix)
/// and default joint limits; joint speed limit π rad/s: `wx250s.urdf.xacro` of
/// `interbotix_xsarm_descriptions`. A pure function of its arguments; any thread; allocates nothing.
public enum ArmKinematics {
    /// Height of the shoulder axis over the base, m.
    public static let shoulderHeight = 0.11065
    /// Length of the upper arm, m.
    public static let upperArm = 0.25
    /// How far the elbow axis sits in front of the upper arm's line, m.
    public static let elbowOffset = 0.04975
    /// Elbow axis to wrist-angle axis, m.
    public static let forearm = 0.25
    /// Wrist-angle axis to the point between the fingertips, m.
    public static let hand = 0.158575
    /// Fastest any joint turns, rad/s.
    public static let jointSpeed = Double.pi

    /// Lowest joint positions, rad.
    public static let lower = JointVector(
        radians(-180), radians(-108), radians(-123), radians(-180), radians(-100), radians(-180))
    /// Highest joint positions, rad.
    public static let upper = JointVector(
        radians(180), radians(114), radians(92), radians(180), radians(123), radians(180))

    /// A posture in the middle of the workspace with the gripper down, from which to start a search.
    public static let ready = JointVector(0, -0.35, 0.75, 0, 1.17, 0)

    static func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }

    /// Where the tool is for the given joint positions.
    public static func forward(_ joints: JointVector) -> ToolPose {
        var chain = Chain()
        chain.follow(joints)
        return ToolPose(position: chain.tool, rotation: chain.rotation)
    }
}
