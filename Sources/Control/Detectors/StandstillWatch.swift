import Embodiment

/// Notices an axis that does not move although its command does: a drive without power.
///
/// A command that goes to and fro may stay within the tracking error of an arm that stands still for as
/// long as it likes, so its distance alone does not tell. What does: a robot that is in place may be a
/// sixth of its tracking error E off, on either side, so a command that has been in two places E/2 apart
/// must have taken the axis with it for E/6 at least, and half of that shows from wherever in between it
/// was seen first. That is far above what an axis that stands still trembles or sinks in that time. It
/// has twice as long for it as a robot may be behind that lags by all of E at full speed, and the time
/// that a tracking error may last.
///
/// A command that has not gone so far finds nothing, however long it takes: at rest, at low speed, in a
/// gripper's dwell. Only periods with a new sample count: one that is old says nothing of what the robot
/// does now. A value; the tick's thread; no allocation.
struct StandstillWatch: Sendable {
    /// What was found.
    struct Finding: Sendable, Equatable {
        /// The axis that stands still.
        var axis: Int
        /// How far apart the places are to which it was commanded meanwhile, axis unit.
        var way: Double
        /// How far apart they may be, axis unit.
        var limit: Double
        /// For how long it has stood still since they were farther apart, s.
        var seconds: Double
        /// The measurements did not change in a single bit in all that time.
        var isFrozen: Bool
    }

    /// How far apart commands must be that no robot answers by standing still, in tracking errors.
    static let commandShare = 0.5
    /// An axis farther from where it was has moved, in tracking errors.
    static let movedShare = DetectionLimits.inPlaceShare / 2

    /// Where each axis stood when it was last seen to move.
    private var place: AxisVector
    /// The lowest and the highest command of each axis since then.
    private var low: AxisVector
    private var high: AxisVector
    /// Samples since these are too far apart.
    private var still = PerAxis<Int>(repeating: 0)
    private var isBegun = false
    private var last: AxisVector
    /// Samples in a row equal to the one before, to the bit.
    private var unchanged = 0

    /// Nothing has been seen.
    init(axes: Int) {
        place = AxisVector(count: axes)
        low = place
        high = place
        last = place
    }

    /// How long a gripper may take to follow, s: one that holds something stands still only as long as it
    /// is to hold it.
    static let gripperSeconds = 2.0
    /// How far apart its commands are then, in its range: one that closes on something wide is commanded
    /// nearly as far without a motion, and one that is stuck all the way.
    static let gripperShare = 0.95
    /// From where on it has moved, in its range.
    static let gripperMovedShare = 0.05

    /// What an axis is judged by: from where on it has moved, and how far apart commands may be; nil for
    /// one of which nothing is expected.
    private static func bounds(of axis: CommandAxis) -> (moved: Double, way: Double)? {
        if axis.mustFollow {
            return (movedShare * axis.trackingError, commandShare * axis.trackingError)
        }
        guard axis.gripper != nil else { return nil }
        let range = axis.limits.upper - axis.limits.lower
        return (gripperMovedShare * range, gripperShare * range)
    }

    /// A gripper that stands still is no reason to stop the arm: a person is told.
    private var stuck: TrackingLag?

    /// What a person should know of a gripper; nil until it happens again.
    mutating func takeWarning() -> TrackingLag? {
        defer { stuck = nil }
        return stuck
    }

    /// How long an axis may take to follow, s.
    static func patience(of axis: CommandAxis, timing: TimingLimits) -> Double {
        guard axis.mustFollow else { return gripperSeconds }
        return 2 * axis.trackingError / axis.limits.velocity + timing.trackingSeconds
    }

    /// Compares where the command has been with where the robot was measured meanwhile; one call for each
    /// period in which a sample came.
    mutating func take(
        measured: @_addressable AxisVector, command: @_addressable AxisVector,
        robot: RobotDescription
    ) -> Finding? {
        unchanged = isBegun && measured == last ? unchanged + 1 : 0
        last.take(measured)
        defer { isBegun = true }
        for index in 0..<robot.axes.count {
            guard let bounds = StandstillWatch.bounds(of: robot.axes[index]) else { continue }
            if !isBegun || abs(measured[index] - place[index]) > bounds.moved {
                place[index] = measured[index]
                (low[index], high[index]) = (command[index], command[index])
                still[index] = 0
                continue
            }
            if command[index] < low[index] { low[index] = command[index] }
            if command[index] > high[index] { high[index] = command[index] }
            let way = high[index] - low[index]
            guard way > bounds.way else { continue }
            still[index] += 1
            let seconds = Double(still[index]) * robot.tickSeconds
            let patience = StandstillWatch.patience(of: robot.axes[index], timing: robot.timing)
            guard seconds > patience else { continue }
            guard robot.axes[index].mustFollow else {
                stuck = TrackingLag(
                    axis: index, error: abs(command[index] - measured[index]), seconds: seconds)
                continue
            }
            return Finding(
                axis: index, way: way, limit: bounds.way, seconds: seconds,
                isFrozen: unchanged >= still[index])
        }
        return nil
    }

    /// Commands begin anew somewhere else, without a motion.
    mutating func restart() { isBegun = false }
}
