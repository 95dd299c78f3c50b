import Embodiment
import Platform

/// The tick: the only maker of commands.
///
/// Owned by one thread, the tick's; `tick` neither allocates nor locks. Everything that moves the
/// robot (policy, operator, homing, replay) passes here, so every command respects every limit.
public final class Controller {
    /// Share of an axis' speed limit used for going home.
    public static let homeSpeedScale = 0.5

    /// The robot whose limits hold.
    public let robot: RobotDescription
    /// What is to be done.
    public internal(set) var mode = ControlMode.hold
    /// The newest sample; a copy.
    public var sample: SensorSample? { hasSample ? newest : nil }
    /// `newest` is one.
    private(set) var hasSample = false
    /// When it arrived.
    private(set) var sampleTime = MonotonicTime.zero
    /// All that is large, in place.
    let parts = UnsafeMutablePointer<ControllerParts>.allocate(capacity: 1)

    /// Share of every axis' speed limit that may be used at most: less than 1 where this machine cannot promise to be on
    /// time.
    ///
    /// Set before the first tick.
    public var speedShare: Double {
        didSet { invariant(speedShare > 0 && speedShare <= 1, "a share of the speed is in 0…1") }
    }
    private var damage = DamageStreak()
    var origin = MotionOrigin.nobody
    var played: Motion?
    var motionTick = 0
    var ticksLeft = 0
    /// Ticks since the end of the last step, without another.
    var ticksOver = 0
    private var isSynchronised = false
    private var sequence: UInt64 = 0
    private(set) var tickNumber: UInt64 = 0
    private var session: UInt64 = 0
    private var epoch: UInt32 = 0

    /// A controller that holds; give it a sample before the first tick.
    ///
    /// - Parameters:
    ///   - watchesClocks: real time; in lockstep, time stands still between commands.
    ///   - speedShare: of every axis' speed limit, more than 0, at most 1: less where this machine
    ///     cannot promise to be on time.
    public init(robot: RobotDescription, watchesClocks: Bool = false, speedShare: Double = 1) {
        invariant(speedShare > 0 && speedShare <= 1, "a share of the speed is in 0…1")
        self.robot = robot
        self.speedShare = speedShare
        parts.initialize(to: ControllerParts(robot: robot, watchesClocks: watchesClocks))
    }

    deinit {
        parts.deinitialize(count: 1)
        parts.deallocate()
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
        steps.end()
        force.reset()
        damage = DamageStreak()
        hasSample = false
        guardian.prepare(session: session, epoch: epoch, isTested: isTested)
    }

    /// Takes a request of a person, a script or a peer; an acknowledged stop ends the epoch.
    public func answer(
        _ request: SafetyRequest, by party: Party, at now: MonotonicTime
    ) -> SafetyAnswer {
        guardian.answer(request, by: party, at: now)
    }

    /// The scene was reset: where the bridge has moved the robot, commands restart from measurement.
    ///
    /// A robot that stands where it was commanded to keeps its set-point: the small difference that
    /// every robot shows at rest must not become a step.
    public func resynchroniseIfMoved() {
        mode = .hold
        steps.end()
        guard hasSample else { return }
        for (index, axis) in robot.axes.enumerated()
        where
            !axis.isVelocity
            && abs(motion.position[index] - newest.position[index]) > axis.trackingError
        {
            return synchronise(to: newest.position)
        }
    }

    /// The bridge has placed robot and scene: commands restart from measurement, whatever was before.
    public func resynchronise() {
        mode = .hold
        steps.end()
        if hasSample, newest.position.isFinite { synchronise(to: newest.position) }
    }

    /// Takes a sample; older ones and duplicates are ignored.
    ///
    /// - Parameters:
    ///   - now: when it arrived.
    ///   - overtaken: samples that arrived since the last one and were overtaken by this one.
    public func receive(
        _ new: @_addressable SensorSample, at now: MonotonicTime, overtaken: UInt64 = 0
    ) {
        damage.end()
        guard guardian.admit(new, at: now, overtaken: overtaken, sent: sequence) else { return }
        newest.take(new)
        hasSample = true
        sampleTime = now
        steps.noteEnds(in: new)
        force.take(new.features, isFree: mode == .hold && isHome && hasArrived)
        if !isSynchronised { synchronise(to: new.position) }
    }

    /// A sample that a newer one has overtaken since the last tick: what must not be missed of it counts.
    ///
    /// That is a button that went down in it, a force above the absolute threshold, the task done in it.
    public func overtake(_ old: @_addressable SensorSample, at now: MonotonicTime) {
        damage.end()
        guard guardian.glance(at: old, at: now) else { return }
        force.glance(at: old.features)
        steps.noteEnds(in: old)
    }

    private func synchronise(to measured: @_addressable AxisVector) {
        // A robot that stands outside its limits is held there: it comes back when it is asked to.
        if guardian.placeOutside(by: DetectionLimits.inPlaceShare) != nil {
            motion.stand(at: measured)
        } else {
            motion.rest(at: measured)
        }
        checker.restart(at: motion.position)
        dwell.restart(at: motion.position, limits: limits)
        target.take(motion.position)
        stepStart.take(motion.position)
        guardian.noteSynchronised()
        isSynchronised = true
    }

    /// Begins one policy step: the action (−1…1 per axis) is carried out over the coming ticks.
    ///
    /// - Parameter origin: whose action it is, for the log.
    public func begin(step action: @_addressable Action, from origin: MotionOrigin = .nobody) {
        self.origin = origin
        guard action.isFinite, action.count == robot.axes.count else {
            guardian.latch(.actionNotFinite)
            return
        }
        var asked = AxisVector(count: robot.axes.count)
        var wish = asked
        for index in 0..<robot.axes.count {
            let axis = robot.axes[index]
            let value = ActionMapping.physical(action[index], axis: axis)
            asked[index] = axis.kind == .delta ? motion.position[index] + value : value
            wish[index] = dwell.admit(
                asked[index], present: target[index], axis: index, tick: tickNumber, limits: limits)
        }
        target = limits.admissible(wish, from: motion.position)
        guardian.take(action, wish: asked, target: target)
        stepStart.take(motion.position)
        ticksLeft = robot.ticksPerStep
        ticksOver = 0
        mode = .track
    }

    /// The action that was really carried out since `begin`, in the policy's space.
    public func executedAction() -> Action {
        var executed = Action(count: robot.axes.count)
        for index in 0..<robot.axes.count {
            let axis = robot.axes[index]
            let value =
                axis.kind == .delta
                ? motion.position[index] - stepStart[index] : motion.position[index]
            executed[index] = ActionMapping.normalised(value, axis: axis)
        }
        return executed
    }

    /// Brakes and stays.
    public func hold() {
        mode = .hold
        steps.end()
        guardian.actions.restart()
    }

    /// Brakes and holds the robot until a person starts it again.
    ///
    /// - Parameter cause: one that a start ends.
    public func hold(because cause: StopCause) { guardian.latch(cause) }

    /// A frame from the bridge could not be read; one alone is dropped like a lost one.
    public func noteDamagedFrame() {
        damage.note()
        guardian.judgeDamage(damage.inRow)
    }

    /// Takes how long the machine was suspended in all; where it was since the last tick, a stop is latched.
    ///
    /// A robot that nobody has commanded for longer than a command is valid has come to rest by itself meanwhile: its
    /// commands begin again at rest where they ended, so that it does not finish a motion of hours ago.
    public func take(suspended total: Duration) {
        guard let found = guardian.take(suspended: total), isSynchronised, !motion.isOutside,
            found.inSeconds > robot.timing.commandValiditySeconds
        else { return }
        motion.rest(at: motion.position)
        checker.restart(at: motion.position)
    }

    /// Latches a stop.
    ///
    /// - Parameters:
    ///   - field: the number of a sample it is about, and
    ///   - index: of which axis or feature.
    ///   - value: what was found, and
    ///   - limit: what it was compared with; 0 for neither.
    public func stop(
        _ cause: StopCause, field: SampleField = .none, index: Int = -1, value: Double = 0,
        limit: Double = 0
    ) {
        guardian.latch(cause, field: field, axis: index, value: value, limit: limit)
    }

    /// The worst that an axis was behind its command since this was asked, where a person should know of
    /// it; nil in lockstep.
    public func takeTrackingWarning() -> TrackingLag? { guardian.takeTrackingWarning() }

    /// Whether a sample has arrived since the epoch began, so that `tick` may be called.
    public var isReady: Bool { isSynchronised && guardian.isPrepared }

    /// Makes the next command.
    ///
    /// - Parameters:
    ///   - now: time of the tick.
    ///   - report: overwritten.
    /// - Precondition: `isReady`; before that nobody knows where the robot is.
    public func tick(now: MonotonicTime, into report: inout TickReport) {
        precondition(isSynchronised)
        var verdict = guardian.judge(
            stop: hasSample ? newest.stop : nil, command: motion.position,
            velocity: motion.velocity, now: now,
            moving: sequence > 0)
        if let fault = force.fault {
            if !guardian.machine.state.isLatched {
                verdict = guardian.latch(.force, value: fault.value, limit: fault.limit)
            } else if force.isAbove {
                guardian.noteRemains(.force)
            }
        }
        let acting = Arbiter.party(facts)
        report.acting = acting
        report.endsStep = false
        if motion.isOutside {
            report.proposed.take(motion.position)
            recover(mayMove: acting == .guardian && guardian.machine.state.mayMove)
        } else {
            if acting == .replay { advanceMotion() }
            if acting == .homing { aim() }
            let share = share
            updateWish(share: share)
            for index in 0..<robot.axes.count {
                report.proposed[index] = motion.position[index] + wish[index] * robot.tickSeconds
            }
            if acting.moves { move(share, &verdict) } else { motion.brake() }
            check(&verdict)
        }
        if ticksLeft > 0 {
            ticksLeft -= 1
            report.endsStep = ticksLeft == 0
        } else {
            ticksOver += 1
        }
        sequence += 1
        fill(&report, verdict: verdict, now: now)
        tickNumber += 1
    }

    /// Share of every axis' speed limit that may be used now.
    private var share: Double {
        Limiter.least(Limiter.least(force.share, guardian.speedScale), speedShare)
    }

    /// What the arbiter is told.
    private var facts: Arbiter.Facts {
        Arbiter.Facts(
            state: guardian.machine.state, mode: mode, driver: origin.driver,
            isCorrected: steps.open?.source == .intervention, isPatient: isPatient,
            isOutside: motion.isOutside)
    }

    /// The way back of a robot that stands outside its limits, which the limiter cannot make.
    private func recover(mayMove: Bool) {
        motion.recover(robot.axes, mayMove: mayMove)
        checker.restart(at: motion.position)
    }

    /// Stages 9 to 14 of `Control/Safety.md` 1: a wish, and what the limits make of it.
    private func move(_ share: Double, _ verdict: inout SafetyVerdict) {
        guard wish.isFinite else {
            verdict = guardian.latch(.actionNotFinite)
            motion.brake()
            return
        }
        motion.advance(towards: wish, share: share)
        for index in 0..<robot.axes.count where abs(motion.velocity[index] - wish[index]) > 1e-9 {
            verdict.limitedAxes |= 1 << UInt32(index)
        }
    }

    /// Stage 15: a command that the checker refuses does not leave; the checker brakes instead.
    private func check(_ verdict: inout SafetyVerdict) {
        if !checker.isTripped {
            guard let fault = checker.check(motion.position) else { return }
            guardian.latch(
                .outputCheck, axis: fault.axis, value: fault.value, limit: fault.limit)
        }
        verdict = guardian.latched
        let command = checker.brake()
        motion.follow(command, after: checker.previous)
    }

    private func fill(_ report: inout TickReport, verdict: SafetyVerdict, now: MonotonicTime) {
        report.tick = tickNumber
        report.time = now
        if hasSample {
            report.measured.take(newest.position)
            report.episode = newest.episode
            report.acknowledged = newest.acknowledgedCommand
        }
        report.observationAgeNanoseconds = guardian.age(at: now)
        report.origin = mode == .hold ? .nobody : origin
        report.motionTick = mode == .play ? motionTick : 0
        report.verdict = verdict
        report.command.session = session
        report.command.epoch = epoch
        report.command.sequence = sequence
        report.command.sendNanoseconds = now.nanoseconds
        report.command.validityMicroseconds = UInt32(
            robot.timing.commandValiditySeconds * 1_000_000)
        report.command.basedOnSample = hasSample ? newest.sequence : 0
        report.command.position.take(motion.position)
        report.command.velocity.take(motion.velocity)
    }
}
