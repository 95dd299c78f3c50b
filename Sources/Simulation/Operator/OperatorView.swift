/// What a demonstrator looks at: the hand, and the bodies relative to it.
public struct OperatorView: Sendable, Equatable {
    /// Fingertips in the base frame, m.
    public var tool: SIMD3<Double>
    /// Roll, pitch, yaw from gripper-down, rad.
    public var angles: SIMD3<Double>
    /// Opening of the fingers, 0…1.
    public var width: Double
    /// How hard they press on something, 0…1.
    public var load: Double
    /// Object's reference point minus tool, m.
    public var object: SIMD3<Double>
    /// Where that point should go minus tool, m.
    public var goal: SIMD3<Double>
    /// Obstacle minus tool, m.
    public var obstacle: SIMD2<Double>

    /// Creates a view.
    public init(
        tool: SIMD3<Double>, angles: SIMD3<Double>, width: Double, load: Double,
        object: SIMD3<Double>, goal: SIMD3<Double>, obstacle: SIMD2<Double>
    ) {
        self.tool = tool
        self.angles = angles
        self.width = width
        self.load = load
        self.object = object
        self.goal = goal
        self.obstacle = obstacle
    }
}
