import Embodiment
import Platform

/// The guardian's and the limiter's test of themselves, before anything moves (`Control/Safety.md` 5).
///
/// A controller of its own, with this robot's limits, is driven against both ends of every axis and
/// then given nonsense. Some milliseconds; allocates; not for the tick.
public enum SelfTest {
    /// Policy steps towards each end.
    private static let steps = 4
    /// Rounding of the differences that speeds and accelerations are checked by, relative.
    private static let slack = 1e-9

    /// Whether every command respects every limit and nonsense stops the robot.
    public static func passes(_ robot: RobotDescription) -> Bool {
        let controller = Controller(robot: robot)
        controller.start(session: 1, epoch: 1)
        var sample = SensorSample(axes: robot.axes.count, features: robot.features.count)
        sample.session = 1
        sample.epoch = 1
        for index in 0..<robot.axes.count { sample.position[index] = robot.axes[index].home }
        var report = TickReport(axes: robot.axes.count)
        var action = Action(count: robot.axes.count)
        var time = MonotonicTime.zero

        func tick() -> Bool {
            sample.sequence += 1
            sample.acknowledgedCommand = report.command.sequence
            // The world it stands in is alive.
            for index in 0..<sample.features.count {
                sample.features[index] = Float(sample.sequence % 2)
            }
            controller.receive(sample, at: time)
            let before = report.command
            controller.tick(now: time, into: &report)
            let isFirst = before.sequence == 0
            sample.position = report.command.position
            time = time.advanced(byNanoseconds: Int64(1e9 * robot.tickSeconds))
            return isFirst || respects(robot, before, report.command)
        }
        for end in [1.0, -1] {
            for index in 0..<robot.axes.count { action[index] = end }
            for _ in 0..<steps {
                controller.begin(step: action)
                for _ in 0..<robot.ticksPerStep where !tick() { return false }
            }
        }
        guard controller.guardian.machine.state == .active else { return false }
        action[0] = .nan
        controller.begin(step: action)
        let begun = report.command
        var gains = robot.axes.map { mayGain($0.limits, robot.tickSeconds, after: nil) }
        while report.verdict.cause == .none || !controller.isAtRest {
            let before = report.command
            guard tick(), report.verdict.cause == .actionNotFinite else { return false }
            for index in 0..<robot.axes.count {
                let axis = robot.axes[index]
                let gain = abs(report.command.velocity[index]) - abs(before.velocity[index])
                guard
                    axis.isVelocity
                        ? slows(axis, index, begun, before, report.command) : gain <= gains[index]
                else { return false }
                gains[index] = mayGain(axis.limits, robot.tickSeconds, after: gain)
            }
        }
        return controller.guardian.machine.state == .protectiveStop
    }

    /// Whether an axis that is commanded by its velocity has become no faster.
    ///
    /// - Parameter begun: the command in force when it began to brake.
    private static func slows(
        _ axis: CommandAxis, _ index: Int, _ begun: @_addressable Command,
        _ before: @_addressable Command, _ after: @_addressable Command
    ) -> Bool {
        // What it speeds up with can only end at its limit of change: a²/(2 J), and a tick of it.
        let change = abs(begun.velocity[index])
        let peak = change * (change / (2 * axis.limits.acceleration))
        return abs(after.position[index]) <= abs(begun.position[index]) + peak + slack
            && (before.velocity[index] != 0
                || abs(after.position[index]) <= abs(before.position[index]))
    }

    /// What a braking axis may gain in speed in the next tick: nothing, but for what its limit of jerk leaves of
    /// what it was gaining, which shrinks from tick to tick.
    ///
    /// - Parameter gain: in the tick before; nil for the most that there can be.
    private static func mayGain(
        _ limits: AxisLimits, _ period: Double, after gain: Double?
    ) -> Double {
        guard let jerk = limits.jerk else { return 0 }
        let before = gain ?? limits.acceleration * period
        let least = (1 - 1e-6) * jerk * period * period
        return max(0, before - least)
    }

    private static func respects(
        _ robot: RobotDescription, _ before: @_addressable Command, _ after: @_addressable Command
    ) -> Bool {
        for index in 0..<robot.axes.count {
            let limits = robot.axes[index].limits
            let change = abs(after.velocity[index] - before.velocity[index])
            guard after.position[index] >= limits.lower, after.position[index] <= limits.upper,
                abs(after.velocity[index]) <= limits.velocity * (1 + slack),
                change <= limits.acceleration * robot.tickSeconds * (1 + slack)
            else { return false }
        }
        return true
    }
}
