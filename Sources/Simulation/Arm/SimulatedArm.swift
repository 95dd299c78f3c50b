import Embodiment
import Glibc

/// The arm's body: delayed set-points, inverse kinematics, joint servos with lag, and the fingers.
///
/// Joint servos are critically damped second-order systems, q̈ = ω²(q* − q) − 2ωq̇, integrated
/// semi-implicitly with the joint speed limit; the fingers follow with a first-order lag and a
/// speed limit. One thread; allocates nothing after init.
public struct SimulatedArm: Sendable {
    /// Largest gap between the finger pads, m (documented opening 74 mm).
    public static let openGap = 0.074
    /// Fastest the fingers move, opening fraction per second.
    public static let gripperSpeed = 6.0

    /// Actual joint positions.
    public private(set) var joints: JointVector
    /// Actual joint speeds.
    public private(set) var speeds = JointVector()
    /// The joint positions asked for by the last set-point that could be reached.
    public private(set) var jointTargets: JointVector
    /// Tool pose of the actual joints.
    public private(set) var pose: ToolPose
    /// Opening 0…1 the finger motor has, were nothing between the fingers.
    public private(set) var motorOpening: Double
    /// Opening the fingers were last asked for.
    public private(set) var openingTarget: Double
    /// Set-points that inverse kinematics could not reach; the arm stood still on each.
    public private(set) var unreachable: UInt64 = 0
    /// Whether the newest set-point was out of reach.
    public private(set) var isOutOfReach = false
    let bandwidth: Double
    let gripperLag: Double
    let latency: Int
    var pending = InlineArray<8, SetPoint>(repeating: SetPoint())
    var head = 0

    /// A set-point as it waits for its latency to pass.
    struct SetPoint: Sendable {
        var position = SIMD3<Double>.zero
        var angles = SIMD3<Double>.zero
        var opening = 1.0

        init() {}

        init(_ vector: AxisVector) {
            position = SIMD3(vector[0], vector[1], vector[2])
            angles = SIMD3(vector[3], vector[4], vector[5])
            opening = vector[6]
        }
    }

    /// An arm at rest at a set-point of seven axes.
    ///
    /// - Parameters:
    ///   - bandwidth: of the joint servos, rad/s.
    ///   - gripperLag: time constant of the fingers, s.
    ///   - latencyTicks: command periods between a set-point and its effect, 0…7.
    /// - Returns: nil when the set-point is out of reach.
    init?(at home: SetPoint, bandwidth: Double, gripperLag: Double, latencyTicks: Int) {
        let pose = ToolPose(
            position: home.position, roll: home.angles.x, pitch: home.angles.y,
            yaw: home.angles.z)
        guard
            let solution = ArmKinematics.inverse(
                pose, from: ArmKinematics.ready, iterations: 200)
        else { return nil }
        joints = solution.joints
        jointTargets = solution.joints
        self.pose = pose
        motorOpening = home.opening
        openingTarget = home.opening
        self.bandwidth = bandwidth
        self.gripperLag = gripperLag
        latency = max(0, min(7, latencyTicks))
        for index in 0..<8 { pending[index] = home }
    }

    /// Stands as `other` does; what it has counted stays.
    mutating func stand(as other: SimulatedArm) {
        let counted = unreachable
        self = other
        unreachable = counted
    }

    /// Moves one command period towards `setPoint`.
    mutating func advance(_ setPoint: SetPoint, seconds: Double) {
        pending[head] = setPoint
        let delayed = pending[(head + 8 - latency) & 7]
        head = (head + 1) & 7
        aim(at: delayed)
        let half = seconds / 2
        for index in 0..<6 {
            var q = joints[index]
            var v = speeds[index]
            for _ in 0..<2 {
                v += half * bandwidth * (bandwidth * (jointTargets[index] - q) - 2 * v)
                v = max(-ArmKinematics.jointSpeed, min(ArmKinematics.jointSpeed, v))
                q += half * v
            }
            joints[index] = q
            speeds[index] = v
        }
        pose = ArmKinematics.forward(joints)
        openingTarget = delayed.opening
        let pull = (openingTarget - motorOpening) / gripperLag
        let speed = max(-Self.gripperSpeed, min(Self.gripperSpeed, pull))
        let change = speed * seconds
        let rest = openingTarget - motorOpening
        motorOpening += abs(change) > abs(rest) ? rest : change
    }

    /// New joint targets for a set-point; keeps the old ones when it is out of reach.
    private mutating func aim(at setPoint: SetPoint) {
        let wanted = ToolPose(
            position: setPoint.position, roll: setPoint.angles.x, pitch: setPoint.angles.y,
            yaw: setPoint.angles.z)
        if let solution = ArmKinematics.inverse(wanted, from: jointTargets) {
            jointTargets = solution.joints
            isOutOfReach = false
        } else {
            unreachable += 1
            isOutOfReach = true
        }
    }
}
