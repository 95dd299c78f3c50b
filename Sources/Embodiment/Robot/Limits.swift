/// The hard capacities of the path's fixed-size values.
///
/// Chosen once so that nothing on the tick allocates; a robot beyond them is refused when its YAML is read.
public enum Capacity {
    /// Command axes of one robot (a dual arm with grippers needs 14).
    public static let axes = 16
    /// Scalars a bridge may report beside the axes.
    public static let features = 128
    /// Command periods in which an axis must be able to brake, where braking is rolled out ahead.
    public static let brakingTicks = 512
}

/// The limits one command axis must always respect.
///
/// Units are the axis' own (m, rad, fraction).
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

/// Time budgets after which the agent stops trusting what it knows; `Control/Safety.md` 4.
public struct TimingLimits: Sendable, Equatable {
    /// No command rests on a sample older than this: the robot brakes and holds.
    ///
    /// By the wall clock the age counts that the sample will have at the end of the command's period.
    public var observationHoldSeconds: Double
    /// A sample older than this latches a protective stop.
    public var observationStopSeconds: Double
    /// How long one command stays valid at the bridge, which brakes by itself afterwards.
    public var commandValiditySeconds: Double
    /// Largest distance between commanded and measured position, per axis unit, before a stop.
    public var trackingSeconds: Double
    /// A tick this much later than its period makes the robot hold; nil for the default, 2 T.
    public var tickHoldSeconds: Double?
    /// A tick this much later than its period is a protective stop; nil for the default, 5 T.
    public var tickStopSeconds: Double?
    /// Samples that may be missing in a row before the robot holds; nil for the default, 3.
    public var missingSamples: Int?
    /// Samples that repeat the measured positions to the bit while the command moves before they
    /// count as frozen; nil for the default, 25.
    public var frozenSamples: Int?
    /// Features that repeat to the bit for this long while the command moves make the robot hold;
    /// nil where they may rightly stand still.
    public var cameraHoldSeconds: Double?
    /// Disagreement of the bridge's clock that is a stop; nil for the default, the hold budget.
    public var clockJumpSeconds: Double?
    /// Commands by which the bridge may acknowledge later than at its best; nil for the default, 3.
    public var acknowledgementCommands: Int?
    /// Frames in a row that cannot be read make the robot hold; nil for the default, 3.
    public var damagedFrames: Int?
    /// Over how long what a policy asks for is judged; nil for the default, 2 s.
    public var actionSeconds: Double?
    /// Share of a policy's action components that limits may cut, 0…1; nil for the default, 0.6.
    public var clampShare: Double?
    /// Share of a policy's steps in which an axis may turn round, 0…1; nil for the default, 0.8.
    public var chatterShare: Double?
    /// Way that a braking robot may go, in ways of its command, more than 1; nil for the default, 1.3.
    public var brakeFactor: Double?

    /// The budgets that every robot must state; the others begin with their defaults.
    ///
    /// - Parameter trackingSeconds: how long a tracking error may last before it is a stop.
    public init(
        observationHoldSeconds: Double, observationStopSeconds: Double,
        commandValiditySeconds: Double, trackingSeconds: Double
    ) {
        self.observationHoldSeconds = observationHoldSeconds
        self.observationStopSeconds = observationStopSeconds
        self.commandValiditySeconds = commandValiditySeconds
        self.trackingSeconds = trackingSeconds
    }
}
