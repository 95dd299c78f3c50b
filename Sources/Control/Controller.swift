import Embodiment
import Platform

/// What the controller is asked to do; changed between ticks by its owner.
public enum ControlMode: UInt8, Sendable, Equatable {
    /// Brake and stay.
    case hold
    /// Follow the steps given to `begin`.
    case track
    /// Go home, every axis as fast as `homeSpeedScale` allows.
    case home
}

/// The tick: the only maker of commands.
///
/// Owned by one thread, the tick's; `tick` neither allocates nor locks. Everything that moves the
/// robot (policy, operator, homing) passes here, so every command respects every limit.
public final class Controller {
    /// Share of an axis' speed limit used for going home.
    public static let homeSpeedScale = 0.5

    /// The robot whose limits hold.
    public let robot: RobotDescription
    /// What is to be done.
    public private(set) var mode = ControlMode.hold
    /// Judge of the state of the world.
    public private(set) var guardian: Guardian
    /// The newest sample.
    public private(set) var sample: SensorSample?

    private var position: AxisVector
    private var velocity: AxisVector
    private var target: AxisVector
    private var stepStart: AxisVector
    private var ticksLeft = 0
    private var isSynchronised = false
    private var sequence: UInt64 = 0
    private var tickNumber: UInt64 = 0
    private var session: UInt64 = 0
    private var epoch: UInt32 = 0

    /// A controller that holds; give it a sample before the first tick.
    public init(robot: RobotDescription) {
        self.robot = robot
        guardian = Guardian(robot: robot)
        position = AxisVector(count: robot.axes.count)
        velocity = AxisVector(count: robot.axes.count)
        target = AxisVector(count: robot.axes.count)
        stepStart = AxisVector(count: robot.axes.count)
    }

    /// Begins commanding under a session and epoch the bridge has accepted.
    ///
    /// Commands restart from the next sample's measured pose, at rest.
    public func start(session: UInt64, epoch: UInt32) {
        self.session = session
        self.epoch = epoch
        sequence = 0
        isSynchronised = false
        mode = .hold
        guardian.acknowledge()
        sample = nil
    }

    /// The scene was reset: where the bridge has moved the robot, commands restart from measurement.
    ///
    /// A robot that stands where it was commanded to keeps its set-point: the small difference that
    /// every robot shows at rest must not become a step.
    public func resynchroniseIfMoved() {
        mode = .hold
        guard let sample else { return }
        for index in 0..<robot.axes.count
        where abs(position[index] - sample.position[index]) > robot.axes[index].trackingError {
            synchronise(to: sample.position)
            return
        }
    }

    /// The bridge has put robot and scene in place: commands restart from the measured pose, so that
    /// they do not depend on what was commanded before.
    public func resynchronise() {
        mode = .hold
        if let sample, sample.position.isFinite { synchronise(to: sample.position) }
    }

    /// Takes a sample; older ones and duplicates are ignored.
    public func receive(_ new: SensorSample, at now: MonotonicTime) {
        guard guardian.admit(new, at: now) else { return }
        sample = new
        if !isSynchronised, new.position.isFinite { synchronise(to: new.position) }
    }

    private func synchronise(to measured: AxisVector) {
        for index in 0..<robot.axes.count {
            let limits = robot.axes[index].limits
            position[index] = Limiter.least(
                Limiter.greatest(measured[index], limits.lower), limits.upper)
            velocity[index] = 0
            target[index] = position[index]
        }
        stepStart = position
        isSynchronised = true
    }

    /// Begins one policy step: the action (−1…1 per axis) is carried out over the coming ticks.
    public func begin(step action: AxisVector) {
        guard action.isFinite, action.count == robot.axes.count else {
            guardian.latch(.actionNotFinite)
            return
        }
        for index in 0..<robot.axes.count {
            let axis = robot.axes[index]
            let value = ActionMapping.physical(action[index], axis: axis)
            let wish = axis.kind == .delta ? position[index] + value : value
            target[index] = Limiter.least(
                Limiter.greatest(wish, axis.limits.lower), axis.limits.upper)
        }
        stepStart = position
        ticksLeft = robot.ticksPerStep
        mode = .track
    }

    /// The action that was really carried out since `begin`, in the policy's space.
    public func executedAction() -> AxisVector {
        var executed = AxisVector(count: robot.axes.count)
        for index in 0..<robot.axes.count {
            let axis = robot.axes[index]
            let value =
                axis.kind == .delta ? position[index] - stepStart[index] : position[index]
            executed[index] = ActionMapping.normalised(value, axis: axis)
        }
        return executed
    }

    /// Drives home.
    public func goHome() {
        mode = .home
        for index in 0..<robot.axes.count { target[index] = robot.axes[index].home }
    }

    /// Brakes and stays.
    public func hold() { mode = .hold }

    /// Latches a stop.
    public func stop(_ cause: StopCause) { guardian.latch(cause) }

    /// Whether a sample has arrived since `start`, so that `tick` may be called.
    public var isReady: Bool { isSynchronised }

    /// Whether every axis rests at home.
    public var isHome: Bool {
        for index in 0..<robot.axes.count {
            if abs(position[index] - robot.axes[index].home) > 1e-6 || velocity[index] != 0 {
                return false
            }
        }
        return true
    }

    /// Whether the measured robot has arrived where it is commanded to be.
    ///
    /// A robot follows with a lag; a sixth of what counts as a tracking error is arrival.
    public var hasArrived: Bool {
        guard let sample else { return false }
        for index in 0..<robot.axes.count
        where abs(sample.position[index] - position[index]) > robot.axes[index].trackingError / 6 {
            return false
        }
        return true
    }

    /// Whether the commanded robot is at rest.
    public var isAtRest: Bool {
        for index in 0..<robot.axes.count where velocity[index] != 0 { return false }
        return true
    }

    /// Makes the next command.
    ///
    /// - Parameters:
    ///   - now: time of the tick.
    ///   - report: overwritten.
    /// - Precondition: `isReady`; before that nobody knows where the robot is.
    public func tick(now: MonotonicTime, into report: inout TickReport) {
        precondition(isSynchronised)
        var verdict = guardian.judge(
            sample: sample, command: position, now: now, moving: sequence > 0)
        let mayMove = verdict.cause == .none && mode != .hold
        report.endsStep = false
        let period = robot.tickSeconds
        for index in 0..<robot.axes.count {
            let limits = robot.axes[index].limits
            let desired = mayMove ? desiredSpeed(axis: index, period: period) : 0
            let next = Limiter.advance(
                position: position[index], velocity: velocity[index], desired: desired,
                limits: limits, period: period)
            if mayMove, abs(next.velocity - desired) > 1e-9 {
                verdict.limitedAxes |= 1 << UInt32(index)
            }
            position[index] = next.position
            velocity[index] = next.velocity
        }
        if ticksLeft > 0 {
            ticksLeft -= 1
            report.endsStep = ticksLeft == 0
        }
        sequence += 1
        fill(&report, verdict: verdict, now: now)
        tickNumber += 1
    }

    private func desiredSpeed(axis index: Int, period: Double) -> Double {
        let axis = robot.axes[index]
        let error = target[index] - position[index]
        let approach = Limiter.approachSpeed(error: error, limits: axis.limits, period: period)
        switch mode {
        case .hold: return 0
        case .home:
            let cap = axis.limits.velocity * Controller.homeSpeedScale
            return Limiter.least(Limiter.greatest(approach, -cap), cap)
        case .track:
            // A displacement is spread over the step, so that motion flows from step to step.
            guard axis.kind == .delta, ticksLeft > 0 else { return approach }
            return error / (Double(ticksLeft) * period)
        }
    }

    private func fill(_ report: inout TickReport, verdict: SafetyVerdict, now: MonotonicTime) {
        report.tick = tickNumber
        report.time = now
        if let sample {
            report.measured = sample.position
            report.episode = sample.episode
        }
        report.verdict = verdict
        report.command.session = session
        report.command.epoch = epoch
        report.command.sequence = sequence
        report.command.sendNanoseconds = now.nanoseconds
        report.command.validityMicroseconds = UInt32(
            robot.timing.commandValiditySeconds * 1_000_000)
        report.command.basedOnSample = sample?.sequence ?? 0
        report.command.position = position
        report.command.velocity = velocity
    }
}
