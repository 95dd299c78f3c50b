/// The limits one command axis must always respect.
///
/// Units are the axis' own (m, rad, fraction). Of an axis that is commanded by its velocity all of it is one
/// derivative up: `lower` and `upper` are its speeds, `velocity` the change of speed, `acceleration` the change
/// of that (`Control/Safety.md` 2, F14).
public struct AxisLimits: Sendable, Equatable {
    /// Lowest commanded position.
    public var lower: Double
    /// Highest commanded position.
    public var upper: Double
    /// Highest commanded speed, unit/s.
    public var velocity: Double
    /// Highest commanded acceleration, unit/s².
    public var acceleration: Double
    /// Highest commanded jerk, unit/s³; nil for an axis whose acceleration may jump.
    public var jerk: Double?

    /// All but the jerk are mandatory: there is no unlimited axis.
    public init(
        lower: Double, upper: Double, velocity: Double, acceleration: Double, jerk: Double? = nil
    ) {
        self.lower = lower
        self.upper = upper
        self.velocity = velocity
        self.acceleration = acceleration
        self.jerk = jerk
    }

    /// Distance consumed by moving at `speed` for one tick and then braking at `acceleration`: S(v), formula F1
    /// of `Control/Safety.md` 2.
    ///
    /// - Parameters:
    ///   - speed: ≥ 0, unit/s.
    ///   - acceleration: > 0, unit/s².
    ///   - period: the command period T, s.
    /// - Returns: S(v) ≥ 0, in the axis' unit.
    public static func stoppingDistance(
        speed: Double, acceleration: Double, period: Double
    ) -> Double {
        let step = acceleration * period
        let whole = (speed / step).rounded(.down)
        return period * ((whole + 1) * speed - step * whole * (whole + 1) / 2)
    }

    /// Distance in which an axis with limited jerk comes to rest, formula F7 of `Control/Safety.md` 2.
    ///
    /// The continuous closed form; the discrete brake law F5 never needs more.
    /// - Parameters:
    ///   - speed: ≥ 0, unit/s.
    ///   - growth: acceleration at this moment, unit/s², negative when it slows down already.
    ///   - acceleration: highest, > 0, unit/s².
    ///   - jerk: highest, > 0, unit/s³.
    public static func stoppingDistance(
        speed: Double, growth: Double, acceleration: Double, jerk: Double
    ) -> Double {
        let peak = speed + growth * growth / (2 * jerk)
        let toPeak = speed * growth / jerk + growth * growth * growth / (3 * jerk * jerk)
        let fromPeak =
            peak <= acceleration * acceleration / jerk
            ? peak * (peak / jerk).squareRoot()
            : peak / 2 * (peak / acceleration + acceleration / jerk)
        return toPeak + fromPeak
    }

    /// The longest way to rest from any motion within these limits.
    ///
    /// Second order: S(V). Third order: F7 at its worst, speeding up as hard as still lets the speed
    /// end at V, and the slack of V T/2 that F8 adds.
    /// - Parameter period: the command period T, s.
    public func longestStop(period: Double) -> Double {
        guard let jerk else {
            return AxisLimits.stoppingDistance(
                speed: velocity, acceleration: acceleration, period: period)
        }
        let fastest = (2 * jerk * velocity).squareRoot()
        let growth = acceleration < fastest ? acceleration : fastest
        return AxisLimits.stoppingDistance(
            speed: velocity - growth * growth / (2 * jerk), growth: growth,
            acceleration: acceleration, jerk: jerk) + velocity * period / 2
    }

    /// Command periods that braking takes at most, formula I8 of `Control/Safety.md` 8.
    ///
    /// A thousand million stand for all that are more: limits that a file states may be of any size.
    ///
    /// - Parameter period: the command period T, s.
    public func longestBraking(period: Double) -> Int {
        let slowing = (velocity / (acceleration * period)).rounded(.up)
        let ramps = jerk.map { 2 * (acceleration / ($0 * period)).rounded(.up) + 1 } ?? 0
        let ticks = slowing + ramps + 1
        return ticks < 1e9 ? Int(ticks) : 1_000_000_000
    }
}
