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
    ///
    /// - Parameter watchesClocks: real time; in lockstep, time stands still between commands.
    public init(robot: RobotDescription, watchesClocks: Bool = false) {
        self.robot = robot
        guardian = Guardian(robot: robot, watchesClocks: watchesClocks)
        position = AxisVector(count: robot.axes.count)
        velocity = AxisVector(count: robot.axes.count)
        target = AxisVector(count: robot.axes.count)
        stepStart = AxisVector(count: robot.axes.count)
    }

    /// Begins commanding under a session and epoch the bridge has accepted, and lets the robot move
    /// at once: for lockstep, where time stands still between commands.
    ///
    /// Commands restart from the next sample's measured pose, at rest.
    public func start(session: UInt64, epoch: UInt32, isTested: Bool = true) {
        prepare(session: session, epoch: epoch, isTested: isTested)
        guardian.begin()
    }

    /// Begins commanding under a session and epoch the bridge has accepted; the robot is held until
    /// it is ready and a `start` is requested.
    ///
    /// Commands restart from the next sample's measured pose, at rest.
    ///
    /// - Parameter isTested: what `SelfTest.passes` said of this robot.
    public func prepare(session: UInt64, epoch: UInt32, isTested: Bool) {
        self.session = session
        self.epoch = epoch
        sequence = 0
        isSynchronised = false
        mode = .hold
        sample = nil
        guardian.prepare(session: session, epoch: epoch, isTested: isTested)
    }

    /// Takes a request of a person, a script or a peer; an acknowledged stop ends the epoch.
    public func take(
        _ request: SafetyRequest, by party: Party, at now: MonotonicTime
    ) -> SafetyAnswer {
        guardian.take(request, by: party, at: now)
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

    /// Takes a sample; older ones and duplicates are ignored.
    ///
    /// - Parameters:
    ///   - now: when it arrived.
    ///   - overtaken: samples that arrived since the last one and were overtaken by this one.
    public func receive(_ new: SensorSample, at now: MonotonicTime, overtaken: UInt64 = 0) {
        guard guardian.admit(new, at: now, overtaken: overtaken) else { return }
        sample = new
        if !isSynchronised { synchronise(to: new.position) }
    }

    private func synchronise(to measured: AxisVector) {
        // A robot that stands outside its limits is held there: it comes back when it is asked to.
        let isOutside = guardian.axisOutside(by: DetectionLimits.inPlaceShare) != nil
        for index in 0..<robot.axes.count {
            let limits = robot.axes[index].limits
            position[index] =
                isOutside
                ? measured[index]
                : Limiter.least(Limiter.greatest(measured[index], limits.lower), limits.upper)
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
    ///
    /// - Parameters:
    ///   - field: the number of a sample it is about, and
    ///   - index: of which axis or feature.
    public func stop(_ cause: StopCause, field: SampleField = .none, index: Int = -1) {
        guardian.latch(cause, field: field, axis: index)
    }

    /// Whether a sample has arrived since the epoch began, so that `tick` may be called.
    public var isReady: Bool { isSynchronised && guardian.isPrepared }

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
            sample: sample, command: position, velocity: velocity, now: now, moving: sequence > 0)
        let state = guardian.machine.state
        let mayMove = state == .active && mode != .hold
        let scale = guardian.speedScale
        report.endsStep = false
        let period = robot.tickSeconds
        for index in 0..<robot.axes.count {
            let limits = robot.axes[index].limits
            var desired = mayMove ? desiredSpeed(axis: index, period: period) : 0
            if scale < 1 {
                let cap = scale * limits.velocity
                desired = Limiter.least(Limiter.greatest(desired, -cap), cap)
            }
            let next =
                RecoveryMotion.isNeeded(position[index], robot.axes[index])
                ? RecoveryMotion.advance(
                    position: position[index], velocity: velocity[index], mayMove: state.mayMove,
                    axis: robot.axes[index], period: period)
                : Limiter.advance(
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
