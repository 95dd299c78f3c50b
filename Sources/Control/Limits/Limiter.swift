import Embodiment

/// The second-order limiter: exact position, velocity and acceleration limits in discrete time.
///
/// Formulas F2 and F3 of `Control/Safety.md` 2. Pure functions of their arguments; any thread; no
/// allocation and no lock, as the compiler proves (`@_noAllocation`, `@_noLocks`). T is the *nominal* command period: a late tick is skipped, never made up for by a
/// bigger step.
public enum Limiter {
    /// Largest speed from which the axis still stops within `distance` (F2, the inverse of F1, `AxisLimits.stoppingDistance`).
    ///
    /// - Parameters:
    ///   - distance: what is left to the limit, axis unit; ≤ 0 gives 0.
    ///   - acceleration: > 0, unit/s².
    ///   - period: T, s.
    /// - Returns: unit/s, ≥ 0.
    @_noAllocation @_noLocks
    public static func brakingSpeed(
        distance: Double, acceleration: Double, period: Double
    ) -> Double {
        guard distance > 0 else { return 0 }
        let step = acceleration * period * period
        let m = ProvenMath.floor((ProvenMath.root(1 + 8 * distance / step) - 1) / 2)
        return distance / ((m + 1) * period) + m * acceleration * period / 2
    }

    /// One tick of one axis: the admissible motion nearest to the desired speed (F3).
    ///
    /// If `(position, velocity)` came from this function, from rest inside the limits, the result
    /// respects all limits for ever, whatever `desired` is; a desired speed that is not finite
    /// counts as zero.
    /// - Parameters:
    ///   - position: last commanded position.
    ///   - velocity: last commanded velocity, unit/s.
    ///   - desired: wished velocity, unit/s.
    ///   - limits: of this axis.
    ///   - period: T, s.
    /// - Returns: the next commanded position and velocity.
    @_noAllocation @_noLocks
    public static func advance(
        position: Double, velocity: Double, desired: Double, limits: AxisLimits, period: Double
    ) -> (position: Double, velocity: Double) {
        let (lowest, highest) = interval(
            position: position, velocity: velocity, limits: limits, period: period)
        let wish = desired.isFinite ? desired : 0
        let speed = greatest(least(wish, highest), lowest)
        // The clamp is a belt of one unit in the last place: the sum may round past the limit.
        let next = least(greatest(position + speed * period, limits.lower), limits.upper)
        return (next, speed)
    }

    /// The acceleration that motions are planned with, unit/s²: the limit less what rounding may add.
    ///
    /// Positions are rounded once a tick, so their second difference is off by some units in the last
    /// place over T²: four are kept back. For a joint of 3 rad at 100 Hz that is 2e-11 rad/s².
    @_noAllocation @_noLocks
    static func plannedAcceleration(_ limits: AxisLimits, period: Double) -> Double {
        let digit = greatest(limits.upper.magnitude, limits.lower.magnitude).ulp
        let reserved = limits.acceleration - 4 * digit / (period * period)
        return greatest(reserved, limits.acceleration / 2)
    }

    /// The admissible speeds of the next tick (F3).
    ///
    /// - Returns: unit/s, `lowest` ≤ `highest`, for a motion that came from this limiter.
    @_noAllocation @_noLocks
    public static func interval(
        position: Double, velocity: Double, limits: AxisLimits, period: Double
    ) -> (lowest: Double, highest: Double) {
        let acceleration = plannedAcceleration(limits, period: period)
        let u = acceleration * period
        let up = brakingSpeed(
            distance: limits.upper - position, acceleration: acceleration, period: period)
        let down = brakingSpeed(
            distance: position - limits.lower, acceleration: acceleration, period: period)
        let highest = least(least(limits.velocity, velocity + u), up)
        let lowest = greatest(greatest(-limits.velocity, velocity - u), -down)
        if lowest <= highest { return (lowest, highest) }
        // Viability makes lowest ≤ highest. Where rounding crosses them, the end of the range wins: what
        // it asks beyond the planned acceleration is made good at once and cannot add up over a long brake.
        let speed = highest == up ? up : lowest
        return (speed, speed)
    }

    /// The speed after one tick of braking as hard as the limits allow, unit/s.
    @_noAllocation @_noLocks
    public static func braked(velocity: Double, limits: AxisLimits, period: Double) -> Double {
        let u = plannedAcceleration(limits, period: period) * period
        return velocity > 0 ? greatest(velocity - u, 0) : least(velocity + u, 0)
    }

    /// Speed towards a target that is to be reached as soon as the limits allow, without overshoot.
    ///
    /// - Parameter error: target minus position, axis unit.
    /// - Returns: unit/s, signed.
    @_noAllocation @_noLocks
    public static func approachSpeed(error: Double, limits: AxisLimits, period: Double) -> Double {
        let distance = error < 0 ? -error : error
        let speed = least(
            limits.velocity,
            brakingSpeed(
                distance: distance, acceleration: plannedAcceleration(limits, period: period),
                period: period))
        return error < 0 ? -speed : speed
    }

    // The standard library's variadic minimum allocates; these two cannot.
    @_noAllocation @_noLocks
    @inline(__always) static func least(_ a: Double, _ b: Double) -> Double { a < b ? a : b }
    @_noAllocation @_noLocks
    @inline(__always) static func greatest(_ a: Double, _ b: Double) -> Double { a > b ? a : b }
}
