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
        return axis.limits.velocity * blind
            + axis.limits.longestStop(period: robot.tickSeconds) + axis.trackingError
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
