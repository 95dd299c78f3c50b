import Glibc

/// One pass along the arm: the tool's pose, and each joint's axis and a point on it.
struct Chain {
    var axes = InlineArray<6, SIMD3<Double>>(repeating: .zero)
    var origins = InlineArray<6, SIMD3<Double>>(repeating: .zero)
    var rotation = Rotation.identity
    var tool = SIMD3<Double>.zero

    @inline(__always)
    mutating func follow(_ joints: JointVector) {
        rotation = .identity
        var point = SIMD3(0, 0, ArmKinematics.shoulderHeight)
        axes[0] = rotation.z
        origins[0] = point
        rotation.turnZ(joints[0])
        axes[1] = rotation.y
        origins[1] = point
        rotation.turnY(joints[1])
        point += rotation.x * ArmKinematics.elbowOffset + rotation.z * ArmKinematics.upperArm
        axes[2] = rotation.y
        origins[2] = point
        rotation.turnY(joints[2])
        axes[3] = rotation.x
        origins[3] = point
        point += rotation.x * ArmKinematics.forearm
        rotation.turnX(joints[3])
        axes[4] = rotation.y
        origins[4] = point
        rotation.turnY(joints[4])
        axes[5] = rotation.x
        origins[5] = point
        rotation.turnX(joints[5])
        tool = point + rotation.x * ArmKinematics.hand
    }
}
