import Embodiment
import Platform

/// Notices a robot that does not follow its commands.
///
/// A value; the tick's thread; no allocation.
struct TrackingWatch: Sendable {
    /// What was found.
    struct Finding: Sendable, Equatable {
        /// The axis that does not follow.
        var axis: Int
        /// Command minus measurement, without its sign, axis unit.
        var error: Double
        /// For how long some axis has not followed, s.
        var seconds: Double
    }

    private var since: MonotonicTime?

    /// Everything follows.
    init() {}

    /// Compares the last command with the newest measurement.
    mutating func take(
        measured: AxisVector, command: AxisVector, robot: RobotDescription, now: MonotonicTime
    ) -> Finding? {
        for index in 0..<robot.axes.count {
            let error = abs(command[index] - measured[index])
            guard error > robot.axes[index].trackingError else { continue }
            let began = since ?? now
            since = began
            let seconds = now.seconds(since: began)
            guard seconds > robot.timing.trackingSeconds else { return nil }
            return Finding(axis: index, error: error, seconds: seconds)
        }
        since = nil
        return nil
    }
}
