import Bridge
import Control
import Embodiment
import Platform

/// How long driving home may take.
enum HomingBudget {
    /// Ten times the slowest axis' full travel at homing speed, and two seconds.
    static func ticks(for robot: RobotDescription) -> Int {
        var seconds = 0.0
        for axis in robot.axes {
            seconds = max(seconds, (axis.limits.upper - axis.limits.lower) / axis.limits.velocity)
        }
        return Int((10 * seconds + 2) * robot.commandRateHz)
    }
}
