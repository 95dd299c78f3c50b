import Embodiment

// Where the robot is: what the tick's owner asks between ticks.
extension Controller {
    /// Whether every axis rests at home.
    public var isHome: Bool {
        for index in 0..<robot.axes.count {
            if abs(motion.position[index] - robot.axes[index].home) > 1e-6 { return false }
        }
        return motion.isAtRest
    }

    /// Whether the measured robot has arrived where it is commanded to be.
    ///
    /// A robot follows with a lag; a sixth of what counts as a tracking error is arrival.
    public var hasArrived: Bool {
        guard hasSample else { return false }
        for index in 0..<robot.axes.count
        where abs(newest.position[index] - motion.position[index])
            > robot.axes[index].trackingError / 6
        {
            return false
        }
        return true
    }

    /// Whether the commanded robot is at rest.
    public var isAtRest: Bool { motion.isAtRest }
}
