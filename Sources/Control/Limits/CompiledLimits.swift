import Embodiment
import Platform

/// Everything a command must respect, as one plain value made once at the start.
///
/// No reference in it, so that the tick reads it without counting any. What is absent in the robot's
/// file is infinite here. `hash` names the whole.
public struct CompiledLimits: Sendable {
    /// Axes in use.
    public let count: Int
    /// The command period T, s.
    public let period: Double
    /// Limits of each axis.
    public let axes: PerAxis<AxisLimits>
    /// Largest speed of the tool, m/s.
    public let toolSpeed: Double
    /// Planes of the workspace, the first `planeCount` of them.
    public let planes: InlineArray<8, HalfSpace>
    /// See `planes`.
    public let planeCount: Int
    /// Largest tilt, rad.
    public let tilt: Double
    /// Longest way of the tool in a policy step, m.
    public let stepTranslation: Double
    /// Largest turn of the tool in a policy step, rad.
    public let stepRotation: Double
    /// Largest turn of one joint in a policy step, rad.
    public let stepJoint: Double
    /// Least number of ticks between two toggles of a gripper; 0 for an axis that is none.
    public let dwellTicks: PerAxis<UInt64>
    /// Axes that share one scale, one bit an axis: the first `groupCount` of them.
    public let groups: PerAxis<AxisBits>
    /// See `groups`.
    public let groupCount: Int
    /// Axes that a limit of the task couples, one bit an axis.
    public let coupled: AxisBits
    /// Axes whose jerk is limited, one bit an axis.
    public let jerky: AxisBits
    /// Axes that are commanded by their velocity, whose rest is 0, one bit an axis (F14).
    public let driving: AxisBits
    /// Identifies all of it and the time budgets: FNV-1a with 64 bits, which is no signature.
    public let hash: UInt64

    /// Axes of the tool by number, −1 where the robot has none of that role.
    let x, y, z, roll, pitch, yaw: Int
    /// One bit for each axis that is a joint: it turns, and it is not the tool's.
    let joints: AxisBits

    /// Compiles a robot's limits; allocates, so at the start only.
    public init(_ robot: RobotDescription) {
        let task = robot.task
        let count = robot.axes.count
        func axis(_ role: AxisRole) -> Int { robot.axis(as: role) ?? -1 }
        (x, y, z) = (axis(.x), axis(.y), axis(.z))
        (roll, pitch, yaw) = (axis(.roll), axis(.pitch), axis(.yaw))
        self.count = count
        period = robot.tickSeconds
        var axes = PerAxis<AxisLimits>(
            repeating: AxisLimits(lower: 0, upper: 0, velocity: 0, acceleration: 0))
        var dwell = PerAxis<UInt64>(repeating: 0)
        var joints: AxisBits = 0
        var jerky: AxisBits = 0
        var driving: AxisBits = 0
        for (index, axis) in robot.axes.enumerated() {
            axes[index] = axis.limits
            if axis.isVelocity { driving |= 1 << UInt32(index) }
            if axis.limits.jerk != nil { jerky |= 1 << UInt32(index) }
            if let gripper = axis.gripper {
                dwell[index] = UInt64(
                    Limiter.greatest(1, (gripper.dwellSeconds * robot.commandRateHz).rounded(.up)))
            }
            if robot.role(ofAxis: index) == .joint { joints |= 1 << UInt32(index) }
        }
        self.axes = axes
        dwellTicks = dwell
        self.joints = joints
        self.jerky = jerky
        self.driving = driving
        var planes = InlineArray<8, HalfSpace>(
            repeating: HalfSpace(normal: [0, 0, 1], offset: .infinity))
        for (index, plane) in task.planes.enumerated() { planes[index] = plane }
        self.planes = planes
        planeCount = task.planes.count
        toolSpeed = task.toolSpeed ?? .infinity
        tilt = task.tilt ?? .infinity
        stepTranslation = task.stepTranslation ?? .infinity
        stepRotation = task.stepRotation ?? .infinity
        stepJoint = task.stepJoint ?? .infinity

        func bits(_ axes: [Int]) -> AxisBits { axes.reduce(0) { $0 | 1 << UInt32($1) } }
        invariant(
            task.toolSpeed == nil && task.planes.isEmpty || min(x, y, z) >= 0,
            "limits of the tool need the axes x, y and z")
        invariant(task.tilt == nil || min(roll, pitch) >= 0, "a tilt needs roll and pitch")
        let place: AxisBits =
            task.toolSpeed != nil || !task.planes.isEmpty ? bits([x, y, z]) : 0
        let angles: AxisBits = task.tilt != nil ? bits([roll, pitch]) : 0
        coupled = place | angles
        let grippers = bits((0..<count).filter { dwell[$0] > 0 })
        let movers = bits(Array(0..<count)) & ~(grippers | driving)
        let isShared =
            robot.scaling == .pathPreserving && robot.controlSpace != .environmentAction
        // A way that keeps its direction is one of places, an arc that keeps its curve one of velocities.
        let shared = isShared ? [movers, driving] : [place, angles].filter { $0 != 0 }
        let taken = shared.reduce(0, |)
        let single = (0..<count).map { AxisBits(1) << UInt32($0) }.filter { $0 & taken == 0 }
        let all = (shared + single).filter { $0 != 0 }
        var groups = PerAxis<AxisBits>(repeating: 0)
        for (index, group) in all.enumerated() { groups[index] = group }
        self.groups = groups
        groupCount = all.count
        hash = CompiledLimits.fingerprint(of: robot)
    }

    /// The limits of one axis.
    @inlinable
    public subscript(axis: Int) -> AxisLimits {
        @_addressableSelf get { axes[axis] }
    }
}
