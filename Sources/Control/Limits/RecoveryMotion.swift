import Embodiment

/// The way back for a robot that stands outside its limits: inwards, slowly, by an operator's wish.
///
/// The only motion that the limiter does not make, because the limiter cannot: it would have to be
/// inside already. Pure; any thread; no allocation. Speeds of `Control/Safety.md` 5, recovering.
enum RecoveryMotion {
    /// Highest speed of an axis, its unit/s: 50 mm/s, 30°/s, or a tenth of its speed limit.
    static func speed(of axis: CommandAxis) -> Double {
        let speed =
            switch axis.unit {
            case .metre: 0.05
            case .radian: Double.pi / 6
            default: axis.limits.velocity / 10
            }
        return speed < axis.limits.velocity ? speed : axis.limits.velocity
    }

    /// One tick of an axis of a robot outside its limits.
    ///
    /// - Parameters:
    ///   - edge: where it goes: its place in the nearest position within all limits.
    ///   - mayMove: an operator has asked for it; otherwise the axis stays where it is.
    ///   - period: T, s.
    /// - Returns: the next commanded position and velocity.
    static func advance(
        position: Double, velocity: Double, to edge: Double, mayMove: Bool, axis: CommandAxis,
        period: Double
    ) -> (position: Double, velocity: Double) {
        let way = edge - position
        let distance = abs(way)
        let step = axis.limits.acceleration * period
        let before = abs(velocity)
        var wish = 0.0
        if mayMove {
            let braking = Limiter.brakingSpeed(
                distance: distance, acceleration: axis.limits.acceleration, period: period)
            wish = Limiter.least(Self.speed(of: axis), braking)
        }
        let speed = Limiter.greatest(
            Limiter.least(wish, before + step), Limiter.greatest(0, before - step))
        // What is left is less than a step: exactly there, which the limiter takes over from.
        if speed * period >= distance { return (edge, way / period) }
        return (position + (way < 0 ? -speed : speed) * period, way < 0 ? -speed : speed)
    }
}
