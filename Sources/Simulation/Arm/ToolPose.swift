import Glibc

/// Where the tool is: position of the point between the fingertips and orientation of the gripper.
public struct ToolPose: Sendable, Equatable {
    /// Position in the base frame, m.
    public var position: SIMD3<Double>
    /// Orientation of the gripper: x points out of the hand, y is the closing direction.
    public var rotation: Rotation

    /// Creates a pose.
    public init(position: SIMD3<Double>, rotation: Rotation) {
        self.position = position
        self.rotation = rotation
    }

    /// The pose of a command: position and roll, pitch, yaw from gripper-down.
    ///
    /// The orientation is Rz(yaw)·Ry(pitch)·Rx(roll)·R₀ with R₀ the gripper pointing at the table
    /// (its x axis along −z), so that the angles are far from their singularity; the convention of
    /// the BridgeData WidowX controllers.
    public init(position: SIMD3<Double>, roll: Double, pitch: Double, yaw: Double) {
        var rotation = Rotation.identity
        rotation.turnZ(yaw)
        rotation.turnY(pitch)
        rotation.turnX(roll)
        // R·R₀: R₀ maps x to −z, y to y, z to x.
        self.position = position
        self.rotation = Rotation(x: -rotation.z, y: rotation.y, z: rotation.x)
    }

    /// Roll, pitch and yaw from gripper-down, rad; see `init(position:roll:pitch:yaw:)`.
    public var angles: (roll: Double, pitch: Double, yaw: Double) {
        // Columns of R·R₀ᵀ.
        let x = rotation.z
        let y = rotation.y
        let z = -rotation.x
        let pitch = asin(max(-1, min(1, -x.z)))
        return (atan2(y.z, z.z), pitch, atan2(x.y, x.x))
    }
}
