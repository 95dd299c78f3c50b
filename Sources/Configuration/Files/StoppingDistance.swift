import Embodiment

/// How far an axis moves after something went wrong; `Control/Safety.md` 2.
public enum StoppingDistance {
    /// The stop bound, formula F8: full speed during detection and transport, then braking, then tracking error.
    ///
    /// Detection is the age at which an observation makes the robot hold, plus one period for a tick that comes
    /// late; if the agent itself dies, the bridge brakes after the command's validity instead: the larger of the
    /// two counts.
    public static func bound(of axis: CommandAxis, robot: RobotDescription) -> Double {
        let blind = max(
            robot.timing.observationHoldSeconds + robot.tickSeconds,
            robot.timing.commandValiditySeconds)
        if axis.isVelocity {
            // The tracking error is one of speed here: it counts for as long as there is any.
            let way = place(of: axis.limits)
            let braking = Double(way.longestBraking(period: robot.tickSeconds)) * robot.tickSeconds
            return (way.velocity + axis.trackingError) * blind
                + way.longestStop(period: robot.tickSeconds) + axis.trackingError * braking
        }
        return axis.limits.velocity * blind
            + axis.limits.longestStop(period: robot.tickSeconds) + axis.trackingError
    }

    /// The way that an axis needs to come to rest, at most, m or rad: S(V) of F1, or F7 at its worst.
    public static func braking(of axis: CommandAxis, robot: RobotDescription) -> Double {
        (axis.isVelocity ? place(of: axis.limits) : axis.limits)
            .longestStop(period: robot.tickSeconds)
    }

    /// The limits of a velocity as those of the place that it moves, which has no ends.
    private static func place(of limits: AxisLimits) -> AxisLimits {
        AxisLimits(
            lower: -.infinity, upper: .infinity, velocity: max(limits.upper, -limits.lower),
            acceleration: limits.velocity, jerk: limits.acceleration)
    }

    /// A distance for a person: three significant digits.
    static func write(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return NumberRange.write(value) }
        var digits = 0
        var scaled = abs(value)
        while scaled < 100, digits < 12 {
            scaled *= 10
            digits += 1
        }
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        return NumberRange.write((value * power).rounded() / power)
    }
}
