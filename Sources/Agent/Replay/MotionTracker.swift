import Control
import Embodiment
import Report

/// Measures how a robot follows a motion, tick by tick.
///
/// `take` is called on the thread that ticks and neither allocates nor locks; `records` after that thread has ended.
final class MotionTracker: @unchecked Sendable {
    // @unchecked Sendable: one thread writes, and the reader comes after it was joined.

    private let robot: RobotDescription
    private let motion: Motion
    private var last: AxisVector
    private var isFollowing = false
    private var count = 0
    private var squares: AxisVector
    private var largest: AxisVector
    private var gap: AxisVector

    /// Nothing was measured yet.
    init(robot: RobotDescription, motion: Motion) {
        self.robot = robot
        self.motion = motion
        last = AxisVector(count: robot.axes.count)
        squares = last
        largest = last
        gap = last
    }

    /// Takes one tick: what was measured before it answers the command of the tick before.
    func take(_ report: TickReport) {
        defer {
            last = report.command.position
            isFollowing = report.motionTick > 0
        }
        if isFollowing {
            count += 1
            for axis in 0..<last.count {
                let error = abs(report.measured[axis] - last[axis])
                squares[axis] += error * error
                largest[axis] = max(largest[axis], error)
            }
        }
        guard report.motionTick > 0 else { return }
        for axis in 0..<last.count {
            let wanted = motion.setpoints[report.motionTick][axis]
            gap[axis] = max(gap[axis], abs(report.command.position[axis] - wanted))
        }
    }

    /// What was measured, axis by axis.
    var records: [TrackingRecord] {
        robot.axes.indices.map { axis in
            TrackingRecord(
                axis: robot.axes[axis].name, unit: robot.axes[axis].unit.rawValue,
                rms: (squares[axis] / Double(max(1, count))).squareRoot(),
                maximum: largest[axis], gap: gap[axis])
        }
    }
}
