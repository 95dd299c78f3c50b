/// The bodies of a task and where they may stand; lengths in m, base frame.
///
/// An object is two upright cylinders on one axis: a body, and above it what the fingers hold.
public struct TaskGeometry: Sendable, Equatable {
    /// Radius of the part that the fingers hold.
    public var gripRadius: Double
    /// Where the held part begins, over the object's bottom.
    public var bodyHeight: Double
    /// Radius of the part below it (and of the whole as seen by obstacles).
    public var bodyRadius: Double
    /// Height of the whole.
    public var height: Double
    /// The reference point of the object: the best height for the fingertips, over its bottom.
    public var graspHeight: Double
    /// Centre of the region where the object starts.
    public var start: SIMD2<Double>
    /// Half extents of that region.
    public var startExtent: SIMD2<Double>
    /// Mean place of the goal.
    public var goal: SIMD2<Double>
    /// Half extents of the region around it.
    public var goalExtent: SIMD2<Double>
    /// How far from the goal's centre the object may come to rest and still be in it.
    public var goalTolerance: Double
    /// Radius of the raised platform around the goal, on whose rim an object topples; 0 for none.
    public var platformRadius: Double
    /// Height of the platform and of the goal.
    public var platformHeight: Double
    /// Mean place of the obstacle.
    public var obstacleCentre: SIMD2<Double>
    /// Half extents of the region around it.
    public var obstacleExtent: SIMD2<Double>
    /// What stands there.
    public var obstacle: Obstacle
    /// Where the tool should be while it carries: fingertip height.
    public var carryHeight: Double

    /// A cup of 5 cm diameter, a post and a rack slot.
    public static let cupToRack = TaskGeometry(
        gripRadius: 0.025, bodyHeight: 0, bodyRadius: 0.025, height: 0.08, graspHeight: 0.045,
        start: SIMD2(0.28, -0.105), startExtent: SIMD2(0.07, 0.05), goal: SIMD2(0.28, 0.145),
        goalExtent: SIMD2(0.02, 0.008), goalTolerance: 0.035, platformRadius: 0.05,
        platformHeight: 0.015, obstacleCentre: SIMD2(0.28, 0.04),
        obstacleExtent: SIMD2(0.01, 0.005), obstacle: .post(radius: 0.012), carryHeight: 0.1)

    /// A pot of 9 cm diameter with a knob of 3.2 cm, a sink rim 3 cm high, and the sink behind it.
    public static let potToSink = TaskGeometry(
        gripRadius: 0.016, bodyHeight: 0.05, bodyRadius: 0.045, height: 0.08, graspHeight: 0.064,
        start: SIMD2(0.28, -0.085), startExtent: SIMD2(0.07, 0.05), goal: SIMD2(0.28, 0.125),
        goalExtent: SIMD2(0.03, 0.01), goalTolerance: 0.04, platformRadius: 0,
        platformHeight: 0, obstacleCentre: SIMD2(0.28, 0.035), obstacleExtent: SIMD2(0, 0.005),
        obstacle: .wall(halfThickness: 0.006, height: 0.03), carryHeight: 0.125)

    /// Height of what an object would rest on at a place.
    @inline(__always)
    func support(_ place: SIMD2<Double>, goal: SIMD2<Double>) -> Double {
        platformRadius > 0 && distance(place, goal) < platformRadius ? platformHeight : 0
    }
}
