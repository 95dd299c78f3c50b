import Embodiment
import Glibc

/// A demonstrator who drives to the goal, stops, and reaches for it: a feedback law with human-like noise.
///
/// A function of what is seen and of its key. A value; allocates nothing.
struct MobileOperator: Sendable {
    /// Scale of everything random: 0 is perfect, 1 a person.
    let noise: Double
    private let random: CounterRandom
    private let pace: Double

    /// How far from the goal it stops, m.
    static let standoff = 0.5
    /// What ±1 is on each axis, as in `robots/sim-mobile.yaml`.
    static let scale = SIMD4<Double>(0.4, 1, 0.25, 0.25)
    /// Policy steps are this many command periods.
    private static let ticksPerStep: UInt64 = 20

    /// A demonstrator whose every choice follows from `key`.
    init(key: UInt64, noise: Double) {
        self.noise = noise
        random = CounterRandom(key)
        pace = 1 - noise * 0.35 * random.uniform(1)
    }

    /// What it would do in the policy step that begins now, −1…1 per axis.
    ///
    /// - Parameters:
    ///   - goal: as the base sees it, m.
    ///   - angles: shoulder and elbow, rad.
    func action(goal: SIMD2<Double>, angles: SIMD2<Double>, tick: UInt64) -> Action {
        let far = (goal * goal).sum().squareRoot()
        let bearing = atan2(goal.y, goal.x)
        let left = far - Self.standoff
        let isThere = abs(left) < 0.06 && abs(bearing) < 0.2
        var wish = SIMD4<Double>.zero
        if !isThere {
            let ahead = max(0, cos(bearing))
            wish[0] = pace * max(-0.35, min(0.35, 0.9 * left)) * ahead * ahead
            wish[1] = max(-0.8, min(0.8, 1.5 * bearing))
        }
        let aim: (shoulder: Double, elbow: Double) =
            abs(left) < 0.1 ? MobileScene.angles(reaching: goal) : (-0.8, 1.6)
        wish[2] = 0.65 * pace * (aim.shoulder - angles.x)
        wish[3] = 0.65 * pace * (aim.elbow - angles.y)
        let counter = 1000 + tick / Self.ticksPerStep * 8
        let spread = SIMD4(isThere ? 0 : 0.012, isThere ? 0 : 0.05, 0.01, 0.01) * noise
        var action = Action(count: 4)
        for axis in 0..<4 {
            let noisy = wish[axis] + spread[axis] * random.normal(counter + UInt64(axis))
            action[axis] = max(-1, min(1, noisy / Self.scale[axis]))
        }
        return action
    }
}
