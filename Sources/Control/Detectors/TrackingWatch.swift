import Embodiment
import Platform

/// Notices a robot that does not follow its commands, and one that is about not to.
///
/// A value; the tick's thread; no allocation.
struct TrackingWatch: Sendable {
    private var since: MonotonicTime?
    private var warnedSince: MonotonicTime?
    /// The largest error above a third of what is a stop, for as long as that may last, since this
    /// was taken.
    private var warning: TrackingLag?

    /// Everything follows.
    init() {}

    /// Compares the last command with the newest measurement.
    mutating func take(
        measured: AxisVector, command: AxisVector, robot: RobotDescription, now: MonotonicTime
    ) -> TrackingLag? {
        let late = TrackingWatch.lag(
            beyond: DetectionLimits.trackingWarning, measured, command, robot, &warnedSince, now)
        if let late, late.error > warning?.error ?? 0 { warning = late }
        return TrackingWatch.lag(beyond: 1, measured, command, robot, &since, now)
    }

    /// What a person should know of; nil until it happens again.
    mutating func takeWarning() -> TrackingLag? {
        defer { warning = nil }
        return warning
    }

    /// The first axis that is farther behind than a share of its tracking error, once some axis has been
    /// for as long as that may last.
    private static func lag(
        beyond share: Double, _ measured: AxisVector, _ command: AxisVector,
        _ robot: RobotDescription, _ since: inout MonotonicTime?, _ now: MonotonicTime
    ) -> TrackingLag? {
        for index in 0..<robot.axes.count {
            // A gripper that holds something is far from its command all the time.
            guard share == 1 || robot.axes[index].mustFollow else { continue }
            let error = abs(command[index] - measured[index])
            guard error > share * robot.axes[index].trackingError else { continue }
            let began = since ?? now
            since = began
            let seconds = now.seconds(since: began)
            guard seconds > robot.timing.trackingSeconds else { return nil }
            return TrackingLag(axis: index, error: error, seconds: seconds)
        }
        since = nil
        return nil
    }
}
