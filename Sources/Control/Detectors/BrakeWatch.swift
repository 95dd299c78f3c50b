import Embodiment
import Platform

/// Notices a robot that does not slow down as it is commanded to.
///
/// Whatever a robot's lag, one that follows never gets farther than its command. So from the moment of
/// braking on its way may be as long as the command's, counted from where the robot was measured then,
/// and a share more; a robot whose brakes are weaker than its model passes that before any tracking
/// error has lasted. Ends when it should long be at rest: an arm that is moved by hand later is no
/// fault. A value; the tick's thread; no allocation.
struct BrakeWatch: Sendable {
    /// What was found.
    struct Finding: Sendable, Equatable {
        /// The axis that brakes too slowly.
        var axis: Int
        /// How far it has gone since it should brake, axis unit.
        var way: Double
        /// How far it might have gone, axis unit.
        var limit: Double
        /// For how long it should have been braking, s.
        var seconds: Double
    }

    private struct Start: Sendable {
        var time: MonotonicTime
        var measured: AxisVector
        var velocity: AxisVector
    }

    private var start: Start?
    private var restSince: MonotonicTime?
    private var isOver = false

    /// Nothing brakes.
    init() {}

    /// Takes one tick's state.
    ///
    /// - Parameters:
    ///   - isBraking: the guardian makes the robot brake, or keeps it at rest.
    ///   - measured: the newest measurement.
    ///   - command: the last commanded position.
    ///   - velocity: the last commanded speed.
    ///   - factor: way that is forgiven, in ways of the command; more than 1.
    mutating func take(
        isBraking: Bool, measured: AxisVector, command: AxisVector, velocity: AxisVector,
        factor: Double, robot: RobotDescription, now: MonotonicTime
    ) -> Finding? {
        guard isBraking else {
            self = BrakeWatch()
            return nil
        }
        guard !isOver else { return nil }
        guard let start else {
            start = Start(time: now, measured: measured, velocity: velocity)
            return nil
        }
        var isAtRest = true
        for index in 0..<robot.axes.count {
            if velocity[index] != 0 { isAtRest = false }
            guard robot.axes[index].mustFollow, start.velocity[index] != 0 else { continue }
            let sign = start.velocity[index] < 0 ? -1.0 : 1.0
            let way = sign * (measured[index] - start.measured[index])
            let commanded = sign * (command[index] - start.measured[index])
            let slack = DetectionLimits.inPlaceShare * robot.axes[index].trackingError
            let limit = factor * (commanded > 0 ? commanded : 0) + slack
            if way > limit {
                return Finding(
                    axis: index, way: way, limit: limit, seconds: now.seconds(since: start.time))
            }
        }
        let since = isAtRest ? restSince ?? now : nil
        restSince = since
        if let since, now.seconds(since: since) > DetectionLimits.restSeconds { isOver = true }
        return nil
    }
}
