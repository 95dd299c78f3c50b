import Bridge
import Control
import Embodiment
import Platform

/// A displacement that a stranger's robot may be asked for: one axis, a little way out and back.
///
/// 2 % of the axis' range, at most 10 mm or 0.05 rad, towards the middle of its range, at a quarter of
/// its speed and half of its acceleration. Every set-point comes from the Controller's own limiter.
struct SmallMotion {
    /// Which axis moves.
    let axis: Int
    /// How far, axis unit, positive.
    let displacement: Double
    /// Set-points from the pose to the far end, one a period.
    private(set) var out: [AxisVector] = []
    /// Set-points from the far end to the pose.
    private(set) var back: [AxisVector] = []
    private let unit: String
    private let name: String

    /// The displacement of an axis, by its range and unit.
    static func displacement(of axis: BridgeDescription.Axis) -> Double {
        let share = 0.02 * (axis.upper - axis.lower)
        switch AxisUnit(rawValue: axis.unit) {
        case .metre: return min(share, 0.01)
        case .radian: return min(share, 0.05)
        default: return share
        }
    }

    /// The unit after a number in a message, as the bridge calls it.
    static func symbol(of unit: String) -> String {
        unit == AxisUnit.fraction.rawValue ? "" : " " + unit
    }

    /// A motion of the first axis, or of `axis`.
    ///
    /// - Parameters:
    ///   - robot: its limits, where they are given; otherwise those that the bridge describes.
    ///   - pose: where the robot is; must be within the limits.
    init(
        of description: BridgeDescription, robot: RobotDescription?, axis: Int = 0,
        from pose: AxisVector
    ) throws {
        let described = description.axes[axis]
        var limits = AxisLimits(
            lower: described.lower, upper: described.upper, velocity: described.velocity,
            acceleration: described.acceleration)
        if let given = robot?.axes.first(where: { $0.name == described.name })?.limits {
            limits = given
        }
        limits.velocity /= 4
        limits.acceleration /= 2
        self.axis = axis
        unit = described.unit
        name = described.name
        displacement = Self.displacement(of: described)
        guard pose[axis] >= limits.lower, pose[axis] <= limits.upper else {
            throw BridgeExaminer.Untestable(
                reason: "axis \(name) stands at \(pose[axis]), outside its limits "
                    + "\(limits.lower)…\(limits.upper)")
        }
        let middle = (limits.lower + limits.upper) / 2
        let target = pose[axis] + (pose[axis] <= middle ? displacement : -displacement)
        let period = 1 / description.commandRateHz
        out = Self.way(from: pose, axis: axis, to: target, limits: limits, period: period)
        back = Self.way(
            from: out.last ?? pose, axis: axis, to: pose[axis], limits: limits, period: period)
    }

    /// Where and how far, for messages.
    var text: String {
        "\(NumberText.short(displacement))\(Self.symbol(of: unit)) on axis \(name)"
    }

    private static func way(
        from pose: AxisVector, axis: Int, to target: Double, limits: AxisLimits, period: Double
    ) -> [AxisVector] {
        var way: [AxisVector] = []
        var (position, velocity) = (pose[axis], 0.0)
        // 10 s: a displacement this small never takes as long.
        for _ in 0..<max(10, Int(10 / period)) {
            let wish = Limiter.approachSpeed(
                error: target - position, limits: limits, period: period)
            (position, velocity) = Limiter.advance(
                position: position, velocity: velocity, desired: wish, limits: limits,
                period: period)
            var point = pose
            point[axis] = position
            way.append(point)
            if abs(position - target) < 1e-9, velocity == 0 { break }
        }
        return way
    }
}
