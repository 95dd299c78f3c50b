import Bridge
import Control
import Embodiment
import Platform

/// A robot on the wall clock: a tick thread at the command rate and a bridge thread that owns the
/// socket; the episode thread asks for steps and waits.
///
/// The tick thread never waits for anybody: samples and requests reach it through lock-free
/// channels, commands leave through a ring.
public final class RealtimeRobot: Robot {
    /// Who it is.
    public let description: RobotDescription
    /// Share of its speed limits that it may use.
    public private(set) var speedShare: Double
    /// Whether the bridge says that somebody can demonstrate.
    public var hasOperator: Bool { link.hasOperator }
    /// Called with each report on the thread that ticks.
    public var onTick: (@Sendable (TickReport) -> Void)? {
        get { loop.onTick }
        set { loop.onTick = newValue }
    }

    /// Asked at each tick, on the thread that ticks.
    public var isLogBlocked: (@Sendable () -> Bool)? {
        get { loop.isLogBlocked }
        set { loop.isLogBlocked = newValue }
    }

    /// Called once a hold, on the thread that runs episodes.
    public var onHold: ((SafetyVerdict) -> Void)?
    /// What has been counted so far.
    public var counters: RobotCounters {
        var counters = loop.counters()
        counters.commandDelays = link.commandDelays
        counters.messages = link.budget.messages
        return counters
    }
    /// Robot time: monotonic.
    public var now: MonotonicTime { clock.now }

    private let loop: TickLoop
    private let link: BridgeLink
    private let session: UInt64
    private let patience: BridgePatience
    private let interrupt: Interrupt
    private let desk: OperatorDesk
    private let clock: any Platform.Clock
    private let isHeld: Bool
    private let shareGiven: (ThreadGrant) -> Double?
    private var epoch: UInt32 = 0
    private var holds = 0
    /// Whoever decides for the course that is followed, or was last.
    private var policy: PolicyLoop?

    /// - Parameters:
    ///   - client: connected to nobody yet; from `connect` on only the bridge thread touches it.
    ///   - session: number of this session, not 0.
    ///   - desk: where a person's requests come from.
    ///   - speedShare: of the robot's speed limits; less than 1 on a machine that may be late.
    ///   - isHeld: `connect` leaves starting it to a person.
    ///   - shareGiven: told what the tick's own thread has got, before its first tick; what is left of the share then, nil
    ///     where the robot may not be moved.
    ///   - clock: of the tick and of the thread that runs episodes.
    public init(
        description: RobotDescription, client: BridgeClient, session: UInt64,
        patience: BridgePatience, interrupt: Interrupt, desk: OperatorDesk = OperatorDesk(),
        speedShare: Double = 1, isHeld: Bool = false,
        shareGiven: ((ThreadGrant) -> Double?)? = nil, clock: any Platform.Clock = SystemClock()
    ) throws(PlatformError) {
        self.shareGiven = shareGiven ?? { _ in speedShare }
        self.clock = clock
        self.isHeld = isHeld
        self.speedShare = speedShare
        self.desk = desk
        self.description = description
        self.session = session
        self.patience = patience
        self.interrupt = interrupt
        link = try BridgeLink(client: client, robot: description, patience: patience)
        loop = try TickLoop(robot: description, link: link, clock: clock, desk: desk)
    }

    /// Shakes hands and begins a session; the robot holds.
    public func connect() throws(RobotError) {
        epoch += 1
        let isTested = SelfTest.passes(description)
        try link.connect(session: session, epoch: epoch) { [interrupt] in interrupt.isRequested }
        try loop.start(session: session, epoch: epoch, isTested: isTested) { grant in
            let share = shareGiven(grant)
            if let share { speedShare = share }
            return share
        }
        desk.setConnected(true)
        do throws(RobotError) { try becomeReady() } catch {
            switch error {
            // Samples of a clock of another unit look old, or early: that is what there is to say.
            case .stopped, .silent:
                if let wrong = link.wrongRate { throw .misdescribed(wrong) }
            default: break
            }
            throw error
        }
    }

    /// Waits until samples have come for a second, in which the robot is commanded to stay where it is.
    private func becomeReady() throws(RobotError) {
        let first = try waitFor("the first sample", seconds: 10) { $0.control.isReady }
        let stay = first.control.sample.map { StayCheck(at: $0.position, robot: description) }
        var drift: String?
        // The session's script holds the robot: it starts it as soon as it is ready, if it may.
        try waitFor("a robot that is ready to start", seconds: 10) { state in
            if let sample = state.control.sample { drift = stay?.drift(to: sample.position) }
            if drift != nil { return true }
            if state.control.machine.state == .ready, !isHeld { loop.request(.start) }
            // Held again at once it has been started too: why, the guardian says.
            let states: Set<SafetyState> = isHeld ? [.ready] : [.active, .hold]
            return states.contains(state.control.machine.state)
        }
        guard let drift else { return }
        // A command to stay is what moves it: the bridge must stop it.
        link.stop(.guardian, reason: drift)
        throw .misdescribed(drift)
    }

    /// Drives home through the guardian and stays there.
    public func home() throws(RobotError) {
        loop.request(.home)
        let seconds =
            Double(HomingBudget.ticks(for: description)) * description.tickSeconds / speedShare
        do {
            try waitFor("home", seconds: seconds) { $0.control.isHome }
        } catch {
            if case .silent = error { throw .homing(seconds: seconds) }
            throw error
        }
        loop.request(.hold)
    }

    /// Has the bridge prepare the scene.
    public func reset(_ start: SceneStart) throws(RobotError) -> SensorSample {
        try link.reset(start.request(session: session, epoch: epoch)) { () throws(RobotError) in
            let state = loop.newest
            tellHold(state)
            try check(state)
        }
        let state = try waitFor("a sample of the new episode", seconds: 10) {
            $0.control.sample?.episode == start.episode
        }
        loop.request(.resynchronise)
        guard let sample = state.control.sample else { preconditionFailure("waited for a sample") }
        return sample
    }

    /// Plays a motion through the guardian.
    public func play(_ motion: Motion) throws(RobotError) {
        loop.request(.play(motion))
        try resume(playing: motion)
    }

    /// Plays what is left of a motion.
    public func resume(playing motion: Motion) throws(RobotError) {
        try waitFor("the end of the motion", seconds: budget(of: motion)) {
            $0.control.isMotionOver || interrupt.isRequested
        }
    }

    /// Begins a course: from now on the steps are of whom it names.
    public func follow(_ course: Course, with policy: PolicyLoop) throws(RobotError) {
        if self.policy !== policy {
            self.policy?.finish()
            self.policy = policy
        }
        do throws(PlatformError) {
            if course.asksPolicy { try policy.start(on: loop.decisions, clock: clock) }
        } catch { throw .platform(error) }
        // What a course left that was given up.
        while loop.takeOutcome() != nil {}
        loop.request(.follow(course))
    }

    /// Carries out the next step of the course; returns at its end.
    public func nextStep() throws(RobotError) -> StepOutcome {
        let budget = Double(description.ticksPerStep) * description.tickSeconds * 4 + 2
        var began = clock.now
        while true {
            let state = loop.newest
            tellHold(state)
            if let outcome = loop.takeOutcome() { return outcome }
            try check(state)
            // It is the policy that is waited for, and the robot holds.
            if state.control.isAwaitingDecision {
                if let loss = policy?.loss { throw .undecided(loss) }
                began = clock.now
            }
            if clock.now.seconds(since: began) > budget {
                throw .silent(
                    waitedFor: "the end of a step", seconds: budget, refused: link.frameRefusals)
            }
            _ = loop.stepped.wait(timeout: .milliseconds(20))
        }
    }

    /// The course is over: nobody is asked any more.
    public func endCourse() { loop.request(.endCourse) }

    /// Brakes to rest and holds.
    public func settle() throws(RobotError) {
        loop.request(.hold)
        try waitFor("standstill", seconds: 10) { $0.control.isAtRest }
    }

    /// Waits on the tick's signal until `condition`, a stop, an interrupt or the budget.
    @discardableResult
    private func waitFor(
        _ what: String, seconds: Double, until condition: (TickState) -> Bool
    ) throws(RobotError) -> TickState {
        let began = clock.now
        while true {
            let state = loop.newest
            tellHold(state)
            if let answered = loop.answeredState, condition(answered) { return answered }
            try check(state)
            if clock.now.seconds(since: began) > seconds {
                // Why the robot is held says more than what did not come of it.
                if state.control.machine.state == .hold {
                    throw .stopped(state.control.verdict, robot: description)
                }
                throw .silent(
                    waitedFor: what, seconds: seconds, refused: link.frameRefusals)
            }
            _ = loop.stepped.wait(timeout: .milliseconds(20))
        }
    }

    /// Ends the wait for anything else: a second Ctrl-C, a stop, a hold that waits for a person.
    private func check(_ state: TickState) throws(RobotError) {
        if interrupt.isImmediate { throw .interrupted }
        if state.control.machine.awaitsStart { throw .held(state.control.machine.cause) }
        // Also one that was acknowledged before this thread, busy elsewhere, saw it.
        if state.control.machine.needsOperator {
            throw .stopped(state.control.verdict, robot: description)
        }
    }

    /// A hold of less than this thread's patience may be over already: then its cause is not told.
    private func tellHold(_ state: TickState) {
        guard state.control.holds > holds else { return }
        holds = state.control.holds
        if state.control.machine.state == .hold, state.control.machine.cause.clearing != .start {
            onHold?(state.control.verdict)
        }
    }

    /// Brakes and holds until a person starts it.
    public func hold(because cause: StopCause) {
        loop.request(.wait(cause))
        while loop.answeredState == nil { _ = loop.stepped.wait(timeout: .milliseconds(20)) }
    }

    /// Waits for a person to acknowledge and start.
    public func awaitOperator(
        seconds: Double, tell: (String) -> Void, meanwhile: () -> Void
    ) throws(RobotError) {
        let began = clock.now
        var isBridgeStopped = false
        var stops = loop.newest.control.stops
        while true {
            let state = loop.newest
            if state.control.stops > stops {
                stops = state.control.stops
                tell("stopped again, \(state.control.verdict.line(for: description))")
            }
            switch state.control.machine.state {
            case .active: return
            case .fault: throw .stopped(state.control.verdict, robot: description)
            case .protectiveStop where state.control.isAtRest && !isBridgeStopped:
                // The second layer: from here on no command moves this robot.
                link.stop(
                    state.control.verdict.cause == .operatorStop ? .person : .guardian,
                    reason: state.control.verdict.line(for: description))
                isBridgeStopped = true
            case .standby where !state.control.isPrepared:
                isBridgeStopped = false
                try beginEpoch(tell: tell)
            default: break
            }
            meanwhile()
            if interrupt.isRequested || clock.now.seconds(since: began) > seconds {
                throw .stopped(state.control.verdict, robot: description)
            }
            _ = loop.stepped.wait(timeout: .milliseconds(20))
        }
    }

    /// Acknowledged: agrees with the bridge anew; the robot is held where it stands.
    private func beginEpoch(tell: (String) -> Void) throws(RobotError) {
        epoch += 1
        do throws(RobotError) {
            try link.restart(session: session, epoch: epoch) { () throws(RobotError) in
                if interrupt.isRequested { throw RobotError.interrupted }
            }
            loop.request(.prepare(epoch))
        } catch {
            if !interrupt.isRequested {
                tell("the bridge could not be made ready again: \(error)")
            }
            loop.request(.refused)
        }
        while loop.answeredState == nil { _ = loop.stepped.wait(timeout: .milliseconds(20)) }
    }

    /// What the bridge complained of last.
    public func takeComplaint() -> BridgeError? { link.takeComplaint() }

    /// Stops the robot at the bridge.
    public func stop(reason: String) {
        loop.request(.stop)
        link.stop(.agent, reason: reason)
    }

    /// Releases the bridge and joins the tick and bridge threads.
    public func close() {
        desk.setConnected(false)
        policy?.finish()
        loop.finish()
        link.finish(session: session, epoch: epoch)
    }
}
