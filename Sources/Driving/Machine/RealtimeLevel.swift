import Embodiment
import Platform

/// How far a machine can be trusted to be on time, best first; `Control/Safety.md` 6.
public enum RealtimeLevel: String, Sendable, Comparable {
    /// All is granted, and an idle loop is at most a tenth of a period late.
    case full = "RT0"
    /// One thing is missing, or an idle loop is late for up to half a period.
    case reduced = "RT1"
    /// Anything less.
    case poor = "RT2"

    /// Share of the robot's speed limits that may be used; nil: it may not be started.
    ///
    /// Time-outs are the same at every level: what is late still stops the robot.
    public func speedShare(of robot: RobotDescription) -> Double? {
        switch self {
        case .full: 1
        case .reduced: robot.degraded.reduced
        case .poor: robot.degraded.poor
        }
    }

    /// What it means for a robot whose file says nothing else; nil at the best level.
    public var consequence: String? {
        let usual = DegradedSpeeds()
        switch self {
        case .full: return nil
        case .reduced:
            return
                "In real time robots use \(NumberText.wholePercent(usual.reduced)) % of their "
                + "speed limits, unless their file says otherwise (degraded). What is missing:"
        case .poor:
            return
                "In real time robots are not started, unless their file allows it (degraded). "
                + "What is missing:"
        }
    }

    /// Better is less.
    public static func < (left: RealtimeLevel, right: RealtimeLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
