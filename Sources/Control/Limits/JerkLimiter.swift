import Embodiment

/// The third-order limiter: exact position, velocity, acceleration and jerk limits in discrete time.
///
/// Formulas F4 to F6 of `Control/Safety.md` 2: F4 is `Limiter`'s theorem one derivative up, and the
/// position is kept by rolling the brake law F5 out until rest before a tick is agreed to. Pure
/// functions of their arguments; any thread; no allocation. The limits given must have a jerk.
public enum JerkLimiter {
    /// How often the distance to braking is halved before braking it is (F6).
    static let halvings = 7

    /// Largest acceleration from which it can still be brought to 0 while the speed grows by `room` (F2 with A := J).
    @inline(__always)
    private static func rampDown(_ room: Double, _ jerk: Double, _ period: Double) -> Double {
        Limiter.brakingSpeed(distance: room, acceleration: jerk, period: period)
    }

    /// The accelerations from which the speed stays within ±V for ever (F4).
    ///
    /// - Returns: unit/s², `lowest` ≤ `highest`, for a motion that came from this limiter.
    @_noAllocation @_noLocks
    public static func interval(
        _ motion: AxisMotion, limits: AxisLimits, period: Double
    ) -> (lowest: Double, highest: Double) {
        let jerk = limits.jerk ?? 0
        let step = jerk * period
        let (v, a) = (motion.velocity, motion.acceleration)
        let highest = Limiter.least(
            Limiter.least(limits.acceleration, a + step),
            rampDown(limits.velocity - v, jerk, period))
        let lowest = Limiter.greatest(
            Limiter.greatest(-limits.acceleration, a - step),
            -rampDown(limits.velocity + v, jerk, period))
        return (Limiter.least(lowest, highest), highest)
    }

    /// The motion after one tick of the brake law (F5): it ends at rest, in finite time, from anywhere.
    @_noAllocation @_noLocks
    public static func braked(
        _ motion: AxisMotion, limits: AxisLimits, period: Double
    ) -> AxisMotion {
        let jerk = limits.jerk ?? 0
        let (v, a) = (motion.velocity, motion.acceleration)
        let cap = Limiter.least(limits.acceleration, rampDown(abs(v), jerk, period))
        let wish = v > 0 ? -cap : cap
        let next = Limiter.least(
            Limiter.greatest(wish, a - jerk * period), a + jerk * period)
        return moved(motion, at: v + next * period, limits: limits, period: period)
    }

    /// The motion after one tick at `speed`.
    ///
    /// v − (v/T) T may leave a rounding remainder, far below what one tick of jerk makes: that is 0.
    @_noAllocation @_noLocks
    static func moved(
        _ motion: AxisMotion, at speed: Double, limits: AxisLimits, period: Double
    ) -> AxisMotion {
        let rest = (limits.jerk ?? 0) * period * period * 1e-15
        return motion.moved(at: abs(speed) <= rest ? 0 : speed, period: period)
    }

    /// Whether braking from here on stays within `lower` and `upper` until rest (F6).
    @_noAllocation @_noLocks
    public static func isViable(
        _ start: AxisMotion, limits: AxisLimits, lower: Double, upper: Double, period: Double
    ) -> Bool {
        var motion = start
        for _ in 0..<Capacity.brakingTicks {
            if !(motion.position >= lower && motion.position <= upper) { return false }
            if motion.isAtRest { return true }
            motion = braked(motion, limits: limits, period: period)
        }
        return false
    }

    /// The acceleration that brings the speed to `desired` as fast as the jerk allows, not past it.
    @_noAllocation @_noLocks
    static func ramp(
        _ motion: AxisMotion, to desired: Double, limits: AxisLimits, period: Double
    ) -> Double {
        let missing = desired - motion.velocity
        let cap = Limiter.least(
            limits.acceleration, rampDown(abs(missing), limits.jerk ?? 0, period))
        let range = interval(motion, limits: limits, period: period)
        return Limiter.greatest(
            Limiter.least(missing < 0 ? -cap : cap, range.highest), range.lowest)
    }

    /// One tick of one axis: towards the desired speed as far as F4 and F6 agree, braking otherwise.
    ///
    /// If `motion` came from this function, from rest inside the limits, the result respects all
    /// limits for ever, whatever `desired` is; a desired speed that is not finite brakes.
    /// - Parameters:
    ///   - motion: as last commanded.
    ///   - desired: wished velocity, unit/s.
    ///   - limits: of this axis, with a jerk.
    ///   - period: T, s.
    @_noAllocation @_noLocks
    public static func advance(
        _ motion: AxisMotion, desired: Double, limits: AxisLimits, period: Double
    ) -> AxisMotion {
        let brake = braked(motion, limits: limits, period: period)
        guard desired.isFinite else { return brake }
        let wish = ramp(motion, to: desired, limits: limits, period: period)
        var speed = motion.velocity + wish * period
        for _ in 0...halvings {
            let next = moved(motion, at: speed, limits: limits, period: period)
            if isViable(
                next, limits: limits, lower: limits.lower, upper: limits.upper, period: period)
            {
                return next
            }
            speed = brake.velocity + (speed - brake.velocity) / 2
        }
        return brake
    }

    /// Speed towards a target that is to be reached soon and not passed, at rest.
    ///
    /// The largest speed, to 1/128 of the highest, after a tick towards which braking still ends
    /// before the target; the last stretch, short enough, is taken in one piece.
    /// - Parameter target: axis unit.
    /// - Returns: unit/s, signed, for `advance`.
    @_noAllocation @_noLocks
    public static func approachSpeed(
        _ motion: AxisMotion, to target: Double, limits: AxisLimits, period: Double
    ) -> Double {
        let error = target - motion.position
        let sign = error < 0 ? -1.0 : 1.0
        func lands(_ speed: Double) -> Bool {
            let wish = ramp(motion, to: sign * speed, limits: limits, period: period)
            let next = moved(
                motion, at: motion.velocity + wish * period, limits: limits, period: period)
            return isViable(
                next, limits: limits, lower: error < 0 ? target : -.infinity,
                upper: error < 0 ? .infinity : target, period: period)
        }
        var high = Limiter.least(limits.velocity, abs(error) / period)
        if lands(high) { return sign * high }
        var low = 0.0
        for _ in 0..<halvings {
            let middle = (low + high) / 2
            if lands(middle) { low = middle } else { high = middle }
        }
        return sign * low
    }
}
