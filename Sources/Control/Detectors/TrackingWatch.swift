import Embodiment
import Platform

/// Notices a robot that does not follow its commands, and one that is about not to.
///
/// A value; the tick's thread; no allocation.
struct TrackingWatch: Sendable {
    private struct Behind {
        var axis: Int
        var error: Double
    }

    private var since: MonotonicTime?
    private var warnedSince: MonotonicTime?
    /// The largest error above a third of what is a stop, for as long as that may last, since this
    /// was taken.
    private var warning: TrackingLag?

    /// Everything follows.
    init() {}

    /// Compares the last command with the newest measurement.
    mutating func take(
        measured: @_addressable AxisVector, command: @_addressable AxisVector,
        robot: RobotDescription, now: MonotonicTime
    ) -> TrackingLag? {
        var (late, lost): (Behind?, Behind?)
        for index in 0..<robot.axes.count {
            let error = abs(command[index] - measured[index])
            let most = robot.axes[index].trackingError
            guard error > DetectionLimits.trackingWarning * most else { continue }
            // A gripper that holds something is far from its command all the time.
            let mustFollow = robot.axes[index].mustFollow
            if late == nil, mustFollow { late = Behind(axis: index, error: error) }
            if lost == nil, error > most { lost = Behind(axis: index, error: error) }
        }
        let seconds = robot.timing.trackingSeconds
        if let found = TrackingWatch.lag(late, for: seconds, &warnedSince, now),
            found.error > warning?.error ?? 0
        {
            warning = found
        }
        return TrackingWatch.lag(lost, for: seconds, &since, now)
    }

    /// What a person should know of; nil until it happens again.
    mutating func takeWarning() -> TrackingLag? {
        defer { warning = nil }
        return warning
    }

    /// The first axis that is too far behind, once some axis has been for longer than that may last.
    private static func lag(
        _ first: Behind?, for limit: Double, _ since: inout MonotonicTime?, _ now: MonotonicTime
    ) -> TrackingLag? {
        guard let first else {
            since = nil
            return nil
        }
        let began = since ?? now
        since = began
        let seconds = now.seconds(since: began)
        guard seconds > limit else { return nil }
        return TrackingLag(axis: first.axis, error: first.error, seconds: seconds)
    }
}
