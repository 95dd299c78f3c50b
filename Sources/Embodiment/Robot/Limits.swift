/// The hard capacities of the path's fixed-size values.
///
/// Chosen once so that nothing on the tick allocates; a robot beyond them is refused when its YAML is read.
public enum Capacity {
    /// Command axes of one robot (a dual arm with grippers needs 14).
    public static let axes = 16
    /// Scalars a bridge may report beside the axes.
    public static let features = 128
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

    /// All four are mandatory: there is no unlimited axis.
    public init(lower: Double, upper: Double, velocity: Double, acceleration: Double) {
        self.lower = lower
        self.upper = upper
        self.velocity = velocity
        self.acceleration = acceleration
    }

    /// Distance consumed by moving at `speed` for one tick and then braking at `acceleration`: S(v), formula F1
    /// of `spec/safety.md` 2.5.
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
}

/// Time budgets after which the agent stops trusting what it knows; `spec/safety.md` 2.4.
public struct TimingLimits: Sendable, Equatable {
    /// A sample older than this makes the robot brake and hold.
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
