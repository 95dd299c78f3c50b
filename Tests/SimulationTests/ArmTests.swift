import Embodiment
import Testing

@testable import Simulation

@Suite("The arm's kinematics")
struct ArmTests {
    static func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        dot(a - b, a - b).squareRoot()
    }

    static func angle(_ a: Rotation, _ b: Rotation) -> Double {
        let parts = [a.x - b.x, a.y - b.y, a.z - b.z]
        return parts.map { dot($0, $0) }.reduce(0, +).squareRoot()
    }

    /// Poses worked out by hand from the documented lengths.
    @Test(
        "forward kinematics agrees with poses worked out by hand",
        arguments: [
            // All joints at zero: the documented home matrix.
            (JointVector(0, 0, 0, 0, 0, 0), SIMD3(0.458325, 0, 0.36065), SIMD3(1.0, 0, 0)),
            // The waist turned left.
            (JointVector(.pi / 2, 0, 0, 0, 0, 0), SIMD3(0, 0.458325, 0.36065), SIMD3(0, 1.0, 0)),
            // The shoulder a quarter forward: upper arm level, forearm hanging.
            (
                JointVector(0, .pi / 2, 0, 0, 0, 0),
                SIMD3(0.25, 0, 0.11065 - 0.04975 - 0.25 - 0.158575), SIMD3(0, 0, -1.0)
            ),
            // The elbow a quarter up: forearm and hand point at the ceiling.
            (
                JointVector(0, 0, -.pi / 2, 0, 0, 0),
                SIMD3(0.04975, 0, 0.36065 + 0.25 + 0.158575), SIMD3(0, 0, 1.0)
            ),
            // The wrist a quarter down.
            (
                JointVector(0, 0, 0, 0, .pi / 2, 0), SIMD3(0.29975, 0, 0.36065 - 0.158575),
                SIMD3(0, 0, -1.0)
            ),
            // The forearm rolled a quarter and the wrist bent: the hand points to −y.
            (
                JointVector(0, 0, 0, .pi / 2, .pi / 2, 0), SIMD3(0.29975, 0.158575, 0.36065),
                SIMD3(0, 1.0, 0)
            ),
        ])
    func handWorked(joints: JointVector, position: SIMD3<Double>, pointing: SIMD3<Double>) {
        let pose = ArmKinematics.forward(joints)
        #expect(Self.distance(pose.position, position) < 1e-12)
        #expect(Self.distance(pose.rotation.x, pointing) < 1e-12)
    }

    @Test(
        "roll, pitch and yaw come back from the pose they made", arguments: [1, 2, 3] as [UInt64])
    func angles(seed: UInt64) {
        let random = CounterRandom(seed)
        for index in 0..<1000 as Range<UInt64> {
            let roll = random.uniform(3 * index, -1, 1)
            let pitch = random.uniform(3 * index + 1, -1, 1)
            let yaw = random.uniform(3 * index + 2, -3, 3)
            let found = ToolPose(position: .zero, roll: roll, pitch: pitch, yaw: yaw).angles
            #expect(abs(found.roll - roll) < 1e-12)
            #expect(abs(found.pitch - pitch) < 1e-12)
            #expect(abs(found.yaw - yaw) < 1e-12)
        }
        let down = ToolPose(position: .zero, roll: 0, pitch: 0, yaw: 0)
        #expect(down.rotation.x == SIMD3(0, 0, -1))
    }

    @Test("inverse undoes forward near random joint positions", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) {
        let random = CounterRandom(seed, 9)
        var solved = 0
        for index in 0..<500 as Range<UInt64> {
            var joints = JointVector()
            var guess = JointVector()
            for joint in 0..<6 {
                let counter = index * 12 + UInt64(joint)
                let middle = ArmKinematics.ready[joint]
                joints[joint] = middle + random.uniform(counter, -0.5, 0.5)
                guess[joint] = joints[joint] + random.uniform(counter + 6, -0.05, 0.05)
            }
            let pose = ArmKinematics.forward(joints)
            guard let found = ArmKinematics.inverse(pose, from: guess) else { continue }
            solved += 1
            let back = ArmKinematics.forward(found.joints)
            #expect(Self.distance(back.position, pose.position) < 2e-6)
            #expect(Self.angle(back.rotation, pose.rotation) < 5e-5)
            #expect(found.iterations <= 8)
        }
        #expect(solved >= 495, "seed \(seed): \(solved) of 500")
    }

    @Test("every corner and edge of the recommended workspace is within reach")
    func workspace() throws {
        let limits = SimulatedAxes.recommendedLimits
        var joints = ArmKinematics.ready
        for code in 0..<729 {
            var values: [Double] = []
            var rest = code
            for axis in 0..<6 {
                let share = Double(rest % 3) / 2
                values.append(
                    limits[axis].lower + share * (limits[axis].upper - limits[axis].lower))
                rest /= 3
            }
            let pose = ToolPose(
                position: SIMD3(values[0], values[1], values[2]), roll: values[3],
                pitch: values[4], yaw: values[5])
            let found = try #require(
                ArmKinematics.inverse(pose, from: joints, iterations: 100), "\(values)")
            let back = ArmKinematics.forward(found.joints)
            #expect(Self.distance(back.position, pose.position) < 2e-6)
            joints = ArmKinematics.ready
        }
    }

    @Test("a pose out of reach is refused, and the arm stays where it is and says so")
    func outOfReach() throws {
        var home = SimulatedArm.SetPoint(SimulatedAxes.home)
        let lab = SimulatedConditions()
        var arm = try #require(
            SimulatedArm(
                at: home, bandwidth: lab.jointBandwidth, gripperLag: lab.gripperLag,
                latencyTicks: lab.latencyTicks))
        let before = arm.pose.position
        home.position = SIMD3(0.9, 0, 0.3)
        #expect(
            ArmKinematics.inverse(
                ToolPose(position: home.position, roll: 0, pitch: 0, yaw: 0),
                from: ArmKinematics.ready) == nil)
        for _ in 0..<20 { arm.advance(home, seconds: 0.01) }
        #expect(arm.isOutOfReach)
        #expect(arm.unreachable == 19)
        #expect(Self.distance(arm.pose.position, before) < 1e-5)
    }

    @Test("the arm follows with lag and arrives", arguments: SimulatedVariant.allCases)
    func tracking(variant: SimulatedVariant) throws {
        var setPoint = SimulatedArm.SetPoint(SimulatedAxes.home)
        let conditions = variant.conditions(for: .cupToRack)
        var arm = try #require(
            SimulatedArm(
                at: setPoint, bandwidth: conditions.jointBandwidth,
                gripperLag: conditions.gripperLag, latencyTicks: conditions.latencyTicks))
        // 0.2 m/s along x: behind by latency plus 2/ω.
        for _ in 0..<50 {
            setPoint.position.x += 0.002
            arm.advance(setPoint, seconds: 0.01)
        }
        let delay = 2 / conditions.jointBandwidth + 0.01 * Double(conditions.latencyTicks)
        let behind = setPoint.position.x - arm.pose.position.x
        #expect(behind > 0.2 * delay * 0.7 && behind < 0.2 * delay * 1.3, "\(behind)")
        setPoint.opening = 0
        for _ in 0..<100 { arm.advance(setPoint, seconds: 0.01) }
        #expect(Self.distance(arm.pose.position, setPoint.position) < 1e-4)
        #expect(abs(arm.motorOpening) < 1e-3)
    }
}
