import Embodiment
import Platform

/// Watches what is known of the world and decides whether the robot may move.
///
/// Detectors look at samples and ticks; what they find goes through the `SafetyMachine`, which
/// alone decides. Owned by the tick; one thread; no allocation. Kinematic excess is not its
/// business: the limiter makes that impossible. `Guardian+Samples.swift` is the side of the bridge,
/// `Guardian+Motion.swift` that of motion.
public struct Guardian: Sendable {
    let robot: RobotDescription
    let limits: DetectionLimits
    let motionLimits: CompiledLimits
    /// Real time: the times of ticks and samples mean something.
    let watchesClocks: Bool

    /// Where the state machine is.
    public private(set) var machine = SafetyMachine()
    /// Why the robot is held or stopped, or was until it was acknowledged.
    public private(set) var verdict = SafetyVerdict()
    /// How often a hold began.
    public private(set) var holds = 0
    /// How often a stop was latched.
    public private(set) var stops = 0
    /// A new epoch has begun since the last acknowledgement: commands may be made.
    public private(set) var isPrepared = false

    // What the side of the bridge keeps.
    var session: UInt64 = 0
    /// A sample has named this session: one that names another, or none, is no longer for it.
    var isNamed = false
    var epoch: UInt32 = 0
    var bootID: UInt64?
    var lastSequence: UInt64 = 0
    var buttons: OperatorButtons?
    /// What an epoch and a bridge process begin with; see `Detectors`.
    var detectors: Detectors
    var measured: AxisVector
    /// `measured` says where the robot is.
    var isMeasured = false
    /// That has come since the robot's standstill was judged last.
    var isMeasuredAnew = false
    /// The same of its braking.
    var isNew = false
    /// When the newest sample was true, on our clock: its arrival, less what it was late.
    var lastFresh: MonotonicTime?
    var freshSince: MonotonicTime?
    /// When the bridge last sent what it had sent before.
    var lastRepeated: MonotonicTime?
    /// The newest moment anybody spoke of.
    var time = MonotonicTime.zero
    /// The last command moved.
    var isMoving = false
    /// The last command drove a base, at whatever constant velocity.
    var isDriving = false
    private var isCommandedToRest = false

    // What the side of motion keeps.
    var actions: ActionWatch
    var command: AxisVector

    private var ticks = TickClock()
    var suspensions = SuspendWatch()
    private var lastJudged: MonotonicTime?
    /// End of the newest tick gap.
    private var presentSince: MonotonicTime?
    private var restSince: MonotonicTime?
    /// Where it was measured then.
    private var restPlace: AxisVector
    private var heldSince: MonotonicTime?
    private var foundLast: MonotonicTime?
    private var acknowledgedAt: MonotonicTime?
    private var startedAt: MonotonicTime?

    /// Nothing is known yet: until a start the robot may not move.
    ///
    /// - Parameter watchesClocks: real time; in lockstep, time stands still between commands.
    public init(robot: RobotDescription, watchesClocks: Bool = false) {
        self.robot = robot
        self.watchesClocks = watchesClocks
        limits = DetectionLimits(robot: robot)
        motionLimits = CompiledLimits(robot)
        actions = ActionWatch(robot: robot, seconds: limits.actionSeconds)
        command = AxisVector(count: robot.axes.count)
        measured = command
        restPlace = command
        detectors = Detectors(axes: robot.axes.count)
    }

    /// The latched verdict, cause `.none` while nothing is latched.
    public var latched: SafetyVerdict {
        machine.state.isLatched ? verdict : SafetyVerdict()
    }

    /// Share of their speed limits that axes may use: rises after a start (real time only).
    public var speedScale: Double {
        guard watchesClocks, let startedAt else { return 1 }
        let share = time.seconds(since: startedAt) / DetectionLimits.rampSeconds
        return share < 1 ? share : 1
    }

    // MARK: Epochs

    /// A new epoch begins: what was known of the old one's samples and ticks is forgotten, the
    /// state machine is not.
    ///
    /// - Parameter isTested: whether the guardian's test of itself passed.
    public mutating func prepare(session: UInt64, epoch: UInt32, isTested: Bool) {
        (self.session, isNamed) = (session, false)
        self.epoch = epoch
        bootID = nil
        lastFresh = nil
        presentSince = nil
        isMeasured = false
        forgetBridge()
        actions.restart()
        ticks = TickClock()
        lastJudged = nil
        restSince = nil
        isPrepared = true
        if machine.state == .boot {
            apply(.booted)
            apply(.selfTested(isTested))
            if machine.state == .fault { verdict.cause = .selfTest }
        }
    }

    /// What samples have told of a bridge says nothing of another process or another epoch.
    mutating func forgetBridge() {
        freshSince = nil
        lastRepeated = nil
        detectors = Detectors(axes: robot.axes.count)
    }

    /// Commands begin anew where the robot is measured, without a motion that brought it there.
    mutating func noteSynchronised() { detectors.standstill.restart() }

    /// The session's script starts a robot: where time stands still there is nothing to wait for.
    mutating func begin() {
        apply(.quiet)
        _ = answer(.start(challenge: machine.challenge), by: .session, at: time)
    }

    // MARK: Requests

    /// Answers a request; what becomes of it is the state machine's decision.
    public mutating func answer(
        _ request: SafetyRequest, by party: Party, at now: MonotonicTime
    ) -> SafetyAnswer {
        note(now)
        switch request {
        case .stop: find(.operatorStop)
        case .hold: find(.holdRequested)
        default: break
        }
        let answer = apply(.request(request, by: party))
        if case .acknowledge = request, answer == .accepted {
            acknowledgedAt = now
            isPrepared = false
            freshSince = nil
        }
        return answer
    }

    /// Latches `cause` unless one at least as severe is latched already; returns what is latched now.
    @discardableResult
    public mutating func latch(
        _ cause: StopCause, field: SampleField = .none, axis: Int = -1, value: Double = 0,
        limit: Double = 0
    ) -> SafetyVerdict {
        find(cause, field: field, axis: axis, value: value, limit: limit)
        return latched
    }

    /// What stopped the robot is still so: it cannot be acknowledged yet.
    mutating func noteRemains(_ cause: StopCause) {
        if machine.state == .protectiveStop, machine.cause == cause { foundLast = time }
    }

    // MARK: Ticks

    /// Age of the newest sample, ns; 0 before the first.
    @_addressableSelf public func age(at now: MonotonicTime) -> UInt64 {
        guard let lastFresh, now > lastFresh else { return 0 }
        return now.nanoseconds - lastFresh.nanoseconds
    }

    /// Judges one tick.
    ///
    /// - Parameters:
    ///   - stop: what the newest admitted sample says; nil before the first.
    ///   - command: the last commanded position.
    ///   - velocity: the last commanded speed.
    ///   - now: time of the tick.
    ///   - moving: commands are meant to be followed (not before the first of an epoch).
    /// - Returns: why the robot brakes, cause `.none` when it may move as its state allows.
    public mutating func judge(
        stop: BridgeStop?, command: @_addressable AxisVector,
        velocity: @_addressable AxisVector, now: MonotonicTime,
        moving: Bool
    ) -> SafetyVerdict {
        if watchesClocks { judgeClock(now) }
        note(now)
        if let lastJudged { machine.budget.earn(nanoseconds: now.nanoseconds(since: lastJudged)) }
        lastJudged = now
        follow(command: command, velocity: velocity)
        watchRest()
        let before = foundLast
        var hasFound = judgeAge()
        if moving, let stop, !machine.state.isLatched {
            if stop != .none, stop != .watchdog {
                find(.bridgeStopped, value: Double(stop.rawValue))
                hasFound = true
            } else if judgeMotion() {
                hasFound = true
            }
        }
        judgeBraking(velocity: velocity)
        if !hasFound, before == foundLast, machine.heedsQuiet { apply(.quiet) }
        switch machine.state {
        case .hold, .protectiveStop, .fault: return verdict
        default: return SafetyVerdict()
        }
    }

    private mutating func judgeClock(_ now: MonotonicTime) {
        guard let (late, back) = ticks.take(now, period: robot.tickSeconds) else { return }
        if back > 0 {
            find(.clockRegression, value: back)
        } else if late > limits.tickStopSeconds {
            note(now)
            presentSince = now
            find(.tickGap, value: late, limit: limits.tickStopSeconds)
        } else if late > limits.tickHoldSeconds {
            note(now)
            find(.tickLate, value: late, limit: limits.tickHoldSeconds)
        }
    }

    private mutating func follow(
        command: @_addressable AxisVector, velocity: @_addressable AxisVector
    ) {
        self.command.take(command)
        isMoving = false
        isDriving = false
        isCommandedToRest = true
        for index in 0..<robot.axes.count {
            let limits = robot.axes[index].limits
            let speed = abs(velocity[index])
            if speed != 0 { isCommandedToRest = false }
            if speed > DetectionLimits.movingShare * limits.velocity { isMoving = true }
            guard robot.axes[index].isVelocity, command[index] != 0 else { continue }
            isCommandedToRest = false
            let most = command[index] < 0 ? -limits.lower : limits.upper
            if abs(command[index]) > DetectionLimits.movingShare * most { isDriving = true }
        }
    }

    /// At rest is a robot that is commanded to be, and that stays where it was measured then.
    private mutating func watchRest() {
        guard isCommandedToRest, isMeasured else {
            restSince = nil
            return
        }
        let share = DetectionLimits.inPlaceShare
        if restSince != nil, isNear(measured, restPlace, share: share) { return }
        restSince = time
        restPlace.take(measured)
        for index in 0..<robot.axes.count where robot.axes[index].isVelocity {
            restPlace[index] = 0
        }
    }

    /// Whether the newest sample is too old, or will be before the next command.
    ///
    /// By the wall clock a command is carried out until the next one comes; in lockstep no time passes
    /// meanwhile.
    private mutating func judgeAge() -> Bool {
        guard let lastFresh else {
            find(.observationLate)
            return true
        }
        let age = time.seconds(since: lastFresh)
        // What came while the agent was absent waits to be read: its absence is no silence of the bridge.
        let silence = presentSince.map { Limiter.least(age, time.seconds(since: $0)) } ?? age
        let stop = robot.timing.observationStopSeconds
        let hold = robot.timing.observationHoldSeconds
        let ageAtNext = watchesClocks ? age + robot.tickSeconds : age
        if silence > stop {
            let isRepeating = lastRepeated.map { time.seconds(since: $0) <= hold } ?? false
            find(
                isRepeating ? .samplesRepeated : .observationStale, value: age, limit: stop,
                seconds: age)
        } else if ageAtNext > hold {
            find(.observationLate, value: ageAtNext, limit: hold, seconds: age)
        } else {
            return false
        }
        freshSince = nil
        return true
    }

    // MARK: The state machine

    /// Time does not go back here: a clock that does is a finding of its own.
    mutating func note(_ now: MonotonicTime) { if now > time { time = now } }

    /// Something is wrong now.
    mutating func find(
        _ cause: StopCause, field: SampleField = .none, axis: Int = -1, value: Double = 0,
        limit: Double = 0, seconds: Double = 0
    ) {
        foundLast = time
        var found = SafetyVerdict()
        found.cause = cause
        found.field = field
        found.axis = Int16(axis)
        found.value = value
        found.limit = limit
        found.seconds = seconds
        apply(.found(cause), because: found)
    }

    @discardableResult
    private mutating func apply(
        _ event: SafetyEvent, because found: SafetyVerdict = SafetyVerdict()
    ) -> SafetyAnswer {
        let before = machine
        let (next, answer) = SafetyMachine.next(machine, event, facts)
        machine = next
        if next.state == .hold, before.state != .hold {
            holds += 1
            heldSince = time
        }
        if next.state.isLatched, !before.state.isLatched { stops += 1 }
        if next.state == .active, before.state != .active {
            if before.state == .ready { startedAt = time }
            verdict = SafetyVerdict()
        }
        guard next.severity > .none, next.cause != verdict.cause || next.state != before.state
        else { return answer }
        if next.cause == found.cause {
            verdict = found
        } else if next.cause != verdict.cause {
            verdict = verdict(of: next.cause)
        }
        return answer
    }

    /// The verdict of a cause that the state machine itself came to.
    @_addressableSelf private func verdict(of cause: StopCause) -> SafetyVerdict {
        var verdict = SafetyVerdict()
        verdict.cause = cause
        if cause == .holdTooLong {
            verdict.limit = DetectionLimits.longestHoldSeconds
            verdict.value = heldSince.map { time.seconds(since: $0) } ?? 0
            verdict.seconds = verdict.value
        }
        if cause == .resumeBudget {
            verdict.limit = Double(ResumeBudget.resumptions)
            verdict.value = verdict.limit
            verdict.seconds = Double(ResumeBudget.seconds)
        }
        return verdict
    }

    /// What is true now.
    var facts: SafetyFacts {
        func has(_ seconds: Double, passedSince since: MonotonicTime?) -> Bool {
            guard let since else { return false }
            return time.seconds(since: since) >= seconds
        }
        var facts: SafetyFacts = []
        let isFresh = has(DetectionLimits.freshSeconds, passedSince: freshSince)
        if isPrepared, isFresh || !watchesClocks { facts.insert(.isFresh) }
        if placeOutside(by: DetectionLimits.inPlaceShare) == nil { facts.insert(.isInside) }
        if !watchesClocks || has(DetectionLimits.restSeconds, passedSince: restSince) {
            facts.insert(.isAtRest)
        }
        if foundLast == nil || has(DetectionLimits.resumeSeconds, passedSince: foundLast) {
            facts.insert(.isClear)
        }
        if foundLast == nil || has(DetectionLimits.acknowledgeSeconds, passedSince: foundLast) {
            facts.insert(.isLongClear)
        }
        if isInPlace { facts.insert(.isInPlace) }
        if has(DetectionLimits.longestHoldSeconds, passedSince: heldSince) {
            facts.insert(.isHeldTooLong)
        }
        if has(DetectionLimits.startSeconds, passedSince: acknowledgedAt) {
            facts.insert(.isStartLate)
        }
        return facts
    }

    private var isInPlace: Bool {
        guard isMeasured else { return false }
        return isNear(command, measured, share: 1)
    }
}
