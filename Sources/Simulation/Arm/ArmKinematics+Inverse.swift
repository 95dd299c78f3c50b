import Glibc

extension ArmKinematics {
    /// How close an inverse solution comes: m and rad.
    public static let positionTolerance = 1e-6
    /// See `positionTolerance`.
    public static let rotationTolerance = 1e-5

    /// Joint positions that put the tool at `pose`, found by damped least squares from `guess`.
    ///
    /// Levenberg–Marquardt on the geometric Jacobian: Δq = Jᵀ(JJᵀ + λ²I)⁻¹e with λ² shrinking
    /// with the error, so that a warm start converges in two or three iterations and a target out
    /// of reach ends without a solution instead of an explosion. Every iterate is kept inside the
    /// joint limits.
    /// - Returns: the joints and the iterations used; nil when no solution inside the joint
    ///   limits was found in `iterations`.
    public static func inverse(_ pose: ToolPose, from guess: JointVector, iterations: Int = 8)
        -> (joints: JointVector, iterations: Int)?
    {
        var joints = guess
        var chain = Chain()
        var iteration = 0
        while true {
            chain.follow(joints)
            let linear = pose.position - chain.tool
            let angular =
                0.5
                * (cross(chain.rotation.x, pose.rotation.x)
                    + cross(chain.rotation.y, pose.rotation.y)
                    + cross(chain.rotation.z, pose.rotation.z))
            let linearSquare = dot(linear, linear)
            let angularSquare = dot(angular, angular)
            // The cross products vanish at half a turn too; there the axes oppose.
            let facing = dot(chain.rotation.x, pose.rotation.x) > 0
            if linearSquare < positionTolerance * positionTolerance,
                angularSquare < rotationTolerance * rotationTolerance, facing
            {
                return (joints, iteration)
            }
            if iteration == iterations { return nil }
            iteration += 1
            let damping = 1e-8 + 1e-2 * (linearSquare + 0.04 * angularSquare)
            let step = chain.dampedStep(linear, angular, damping: damping)
            for index in 0..<6 {
                let moved = joints[index] + max(-0.3, min(0.3, step[index]))
                joints[index] = max(lower[index], min(upper[index], moved))
            }
        }
    }
}

extension Chain {
    /// Solves (JJᵀ + damping·I)y = e by Cholesky and returns Jᵀy.
    @inline(__always)
    func dampedStep(_ linear: SIMD3<Double>, _ angular: SIMD3<Double>, damping: Double)
        -> JointVector
    {
        // JJᵀ in 3×3 blocks: rows 0…2 position, 3…5 rotation.
        var columns = InlineArray<6, SIMD8<Double>>(repeating: .zero)
        for joint in 0..<6 {
            let axis = axes[joint]
            let lever = cross(axis, tool - origins[joint])
            columns[joint] = SIMD8(lever.x, lever.y, lever.z, axis.x, axis.y, axis.z, 0, 0)
        }
        var matrix = InlineArray<6, SIMD8<Double>>(repeating: .zero)
        for row in 0..<6 {
            var sum = SIMD8<Double>.zero
            for joint in 0..<6 { sum += columns[joint] * columns[joint][row] }
            sum[row] += damping
            matrix[row] = sum
        }
        var right = SIMD8(linear.x, linear.y, linear.z, angular.x, angular.y, angular.z, 0, 0)
        // The matrix is symmetric positive definite: elimination without pivoting is stable.
        for pivot in 0..<6 {
            let inverse = 1 / matrix[pivot][pivot]
            for row in (pivot + 1)..<6 {
                let factor = matrix[row][pivot] * inverse
                matrix[row] -= matrix[pivot] * factor
                right[row] -= right[pivot] * factor
            }
        }
        for row in stride(from: 5, through: 0, by: -1) {
            var value = right[row]
            for column in (row + 1)..<6 { value -= matrix[row][column] * right[column] }
            right[row] = value / matrix[row][row]
        }
        var step = JointVector()
        for joint in 0..<6 { step[joint] = (columns[joint] * right).sum() }
        return step
    }
}
