import Embodiment
import Platform

/// Notices a robot that does not slow down as it is commanded to.
///
/// Whatever a robot's lag, one that follows never gets farther than its command. So from the moment of
/// braking on its way may be as long as the command's, counted from where the robot was measured then,
/// and a share more; a robot whose brakes are weaker than its model passes that before any tracking
/// error has lasted. Ends when it should long be at rest: an arm that is moved by hand later is no
/// fault. An axis that is commanded by its velocity has no place to go too far from: there the measured
/// velocity may be above the command by the tracking error, for as long as that may last.
/// A value; the tick's thread; no allocation.
struct BrakeWatch: Sendable {
    /// What was found.
    struct Finding: Sendable, Equatable {
        /// The axis that brakes too slowly.
        var axis: Int
        /// How far it has gone since it should brake, axis unit; of a velocity how fast it is.
        var way: Double
        /// How far it might have gone, or how fast it might be, axis unit.
        var limit: Double
        /// For how long it should have been braking, s.
        var seconds: Double
    }

    private struct Start: Sendable {
        var time: MonotonicTime
        var measured: AxisVector
        var velocity: AxisVector
        var command: AxisVector
    }

    private var start: Start?
    private var restSince: MonotonicTime?
    /// Since when some velocity is too far above its command.
    private var fastSince: MonotonicTime?
    private var isOver = false

    /// Nothing brakes.
    init() {}

    /// Takes one tick's state.
    ///
    /// - Parameters:
    ///   - isBraking: the guardian makes the robot brake, or keeps it at rest.
    ///   - measured: the newest measurement.
    ///   - isNew: it has come since the last tick: how fast something was long ago says nothing.
    ///   - command: the last commanded position.
    ///   - velocity: the last commanded speed.
    ///   - factor: way that is forgiven, in ways of the command; more than 1.
    mutating func take(
        isBraking: Bool, measured: @_addressable AxisVector, isNew: Bool = true,
        command: @_addressable AxisVector, velocity: @_addressable AxisVector,
        factor: Double, robot: RobotDescription, now: MonotonicTime
    ) -> Finding? {
        guard isBraking else {
            if start != nil { self = BrakeWatch() }
            return nil
        }
        guard !isOver else { return nil }
        guard let start else {
            start = Start(time: now, measured: measured, velocity: velocity, command: command)
            return nil
        }
        var isAtRest = true
        if isNew,
            let found = fast(measured: measured, command: command, since: start, robot, now)
        {
            return found
        }
        for index in 0..<robot.axes.count {
            if velocity[index] != 0 { isAtRest = false }
            if robot.axes[index].isVelocity {
                if command[index] != 0 { isAtRest = false }
                continue
            }
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
        // A velocity that is too fast at the last moment is found even so.
        guard let since, fastSince == nil else { return nil }
        if now.seconds(since: since) > DetectionLimits.restSeconds { isOver = true }
        return nil
    }

    /// A velocity that has been above its command for longer than it may follow late.
    private mutating func fast(
        measured: @_addressable AxisVector, command: @_addressable AxisVector, since start: Start,
        _ robot: RobotDescription,
        _ now: MonotonicTime
    ) -> Finding? {
        for index in 0..<robot.axes.count where robot.axes[index].isVelocity {
            let axis = robot.axes[index]
            guard axis.mustFollow, start.command[index] != 0 else { continue }
            let most = abs(command[index]) + axis.trackingError
            guard abs(measured[index]) > most else { continue }
            let began = fastSince ?? now
            fastSince = began
            guard now.seconds(since: began) > robot.timing.trackingSeconds else { return nil }
            return Finding(
                axis: index, way: abs(measured[index]), limit: most,
                seconds: now.seconds(since: start.time))
        }
        fastSince = nil
        return nil
    }
}
