/// What holds for several axes together; everything is optional and absent means that nothing does.
///
/// The tool is the axes `x`, `y`, `z` (m, base frame) and `roll`, `pitch`, `yaw` (rad); the axes' own
/// limits are the workspace's box.
public struct TaskLimits: Sendable, Equatable {
    /// Most planes one robot may have.
    public static let planeCapacity = 8

    /// Highest speed of the tool, m/s.
    public var toolSpeed: Double?
    /// Planes that the tool stays on one side of.
    public var planes: [HalfSpace] = []
    /// Highest tilt from roll = pitch = 0, rad.
    public var tilt: Double?
    /// Longest way of the tool in one policy step, m.
    public var stepTranslation: Double?
    /// Largest turn of the tool in one policy step, rad.
    public var stepRotation: Double?
    /// Largest turn of any one joint in one policy step, rad.
    public var stepJoint: Double?
    /// Force thresholds.
    public var force: ForceLimits?

    /// No limits.
    public init() {}
}
