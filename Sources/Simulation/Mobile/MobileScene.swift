import Glibc

/// A point on the floor plan that the tool is to reach, and a base that drives there: poses and nothing else.
///
/// World frame: m and rad, the base begins anywhere. A value; allocates nothing.
struct MobileScene: Sendable {
    /// Where the arm is mounted, ahead of the base's middle, m.
    static let mount = 0.15
    /// Length of each of the arm's two links, m.
    static let link = 0.25
    /// How near the tool must come, m.
    static let tolerance = 0.03
    /// Nearer than this the base has run the goal over, m.
    static let bumper = 0.22
    /// Farther away than this it has lost it, m.
    static let horizon = 3.5

    /// The base's middle.
    var place = SIMD2<Double>.zero
    /// Which way it looks.
    var heading = 0.0
    /// What is to be reached.
    var goal = SIMD2<Double>(1.2, 0)

    /// Drives for a period, on an arc.
    mutating func drive(_ speed: Double, turning: Double, seconds: Double) {
        let middle = heading + turning * seconds / 2
        place += SIMD2(cos(middle), sin(middle)) * (speed * seconds)
        heading += turning * seconds
    }

    /// A point of the world as the base sees it: ahead and to the left, m.
    func seen(_ point: SIMD2<Double>) -> SIMD2<Double> {
        let (way, c, s) = (point - place, cos(heading), sin(heading))
        return SIMD2(c * way.x + s * way.y, c * way.y - s * way.x)
    }

    /// A point as the base sees it, in the world.
    func world(_ seen: SIMD2<Double>) -> SIMD2<Double> {
        let (c, s) = (cos(heading), sin(heading))
        return place + SIMD2(c * seen.x - s * seen.y, s * seen.x + c * seen.y)
    }

    /// The tool as the base sees it, for the arm's two angles.
    static func tool(shoulder: Double, elbow: Double) -> SIMD2<Double> {
        let outer = shoulder + elbow
        return SIMD2(
            mount + link * (cos(shoulder) + cos(outer)), link * (sin(shoulder) + sin(outer)))
    }

    /// The angles with which the tool is at a point that the base sees, or as near as the arm reaches.
    static func angles(reaching point: SIMD2<Double>) -> (shoulder: Double, elbow: Double) {
        let way = point - SIMD2(mount, 0)
        let far = max(0.14, min(2 * link * 0.998, (way * way).sum().squareRoot()))
        let elbow = 2 * acos(far / (2 * link))
        return (atan2(way.y, way.x) - elbow / 2, elbow)
    }
}
