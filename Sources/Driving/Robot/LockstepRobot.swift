import Bridge
import Control
import Embodiment
import Platform

/// A robot on a virtual clock: one thread, one command, one sample, in turn.
///
/// The bridge advances exactly one command period per command, so a session depends on its seed
/// alone. Owned by one thread.
public final class LockstepRobot: Robot {
    /// Who it is.
    public let description: RobotDescription
    /// All of them: no clock runs.
    public let speedShare = 1.0
    /// Whether the bridge says that somebody can demonstrate.
    public var hasOperator: Bool { client.description?.hasOperator ?? false }
    /// Called with each report on the thread that ticks.
    public var onTick: (@Sendable (TickReport) -> Void)?
    /// Nothing waits for the disk here: what a tick records is appended in place.
    public var isLogBlocked: (@Sendable () -> Bool)?
    /// Called once a hold, on the thread that runs episodes.
    public var onHold: ((SafetyVerdict) -> Void)?
    /// What has been counted so far.
    public private(set) var counters = RobotCounters()

    private let client: BridgeClient
    private let clock: VirtualClock
    private let controller: Controller
    private let session: UInt64
    private let interrupt: Interrupt
    private let desk: OperatorDesk
    private var deskState = OperatorDesk.State()
    private let wall = SystemClock()
    private var epoch: UInt32 = 0
    /// The bridge has said that this session commands.
    private var isAgreed = false
    /// Whoever decides for the course that is followed, or was last.
    private var policy: PolicyLoop?
    private var report: TickReport
    private var incoming: SensorSample
    private let patience: BridgePatience
    /// Whether the bridge's clock moves with the commands, as it must; told once.
    private var captures = CaptureClock(isLockstep: true)
    private var complaint: BridgeError?
    private var isClockTold = false

    /// - Parameters:
    ///   - client: connected to nobody yet.
    ///   - session: number of this session, not 0.
    ///   - patience: wall time after which the bridge counts as dead.
    ///   - desk: where a person can ask for a stop; there is no way back from it in lockstep.
    ///   - clock: advanced by this robot alone while it lives.
    public init(
        description: RobotDescription, client: BridgeClient, session: UInt64,
        patience: BridgePatience, interrupt: Interrupt, desk: OperatorDesk = OperatorDesk(),
        clock: VirtualClock = VirtualClock()
    ) {
        self.desk = desk
        self.clock = clock
        self.description = description
        self.client = client
        self.session = session
        self.patience = patience
        self.interrupt = interrupt
        incoming = SensorSample(
            axes: description.axes.count, features: description.features.count)
        controller = Controller(robot: description)
        report = TickReport(axes: description.axes.count)
    }

    /// Robot time: virtual.
    public var now: MonotonicTime { clock.now }

    /// Shakes hands and begins a session; the robot holds.
    public func connect() throws(RobotError) {
        epoch += 1
        try Handshake.perform(
            client: client, robot: description, session: session, epoch: epoch, lockstep: true,
            patience: patience
        ) { [interrupt] _ in !interrupt.isRequested }
        isAgreed = true
        controller.start(
            session: session, epoch: epoch, isTested: SelfTest.passes(description))
        desk.setConnected(true)
        try checkStop()
    }

    /// Drives home through the guardian and stays there.
    public func home() throws(RobotError) {
        // Before the first reset nobody has said where the robot is: `reset` finds it out where it must.
        guard controller.isReady else { return }
        controller.goHome()
        let limit = HomingBudget.ticks(for: description)
        for _ in 0..<limit {
            if controller.isHome { break }
            try tick()
        }
        guard controller.isHome else {
            throw .homing(seconds: Double(limit) * description.tickSeconds)
        }
        controller.hold()
    }

    /// Has the bridge prepare the scene; waits as long as the bridge may take.
    ///
    /// Where the bridge says that the robot is not where scenes are reset, and nothing has said yet where it is, that is
    /// found out and the robot driven home first: whoever commanded it before has left it there.
    public func reset(_ start: SceneStart) throws(RobotError) -> SensorSample {
        let duration: Duration
        do throws(BridgeError) { duration = try askForScene(start) } catch {
            guard case .refused(_, .state, _) = error, !controller.isReady else {
                throw RobotError(error)
            }
            try findRobot()
            try home()
            do throws(BridgeError) { duration = try askForScene(start) } catch {
                throw RobotError(error)
            }
        }
        try receive("the first sample after a reset")
        clock.advance(by: duration)
        captures.restart()
        captures.take(capture: incoming.captureNanoseconds, at: clock.now)
        controller.receive(incoming, at: clock.now)
        controller.resynchronise()
        return incoming
    }

    private func askForScene(_ start: SceneStart) throws(BridgeError) -> Duration {
        try client.reset(
            start.request(session: session, epoch: epoch), timeout: patience.reset
        ) { [interrupt, patience] _ in !interrupt.isImmediate && !patience.isGone() }
    }

    /// Learns where the robot stands before anything of it has been seen, and begins to command it from there.
    ///
    /// In lockstep no sample comes by itself, and a command has to begin where the robot is. A stopped bridge carries no
    /// command out, but answers each with a sample.
    private func findRobot() throws(RobotError) {
        do throws(BridgeError) {
            try client.stop(
                .agent, reason: "to learn where the robot is", timeout: patience.connect)
        } catch { throw RobotError(error) }
        var command = Command(axes: description.axes.count)
        (command.session, command.epoch) = (session, epoch)
        command.validityMicroseconds = UInt32(1e6 * description.tickSeconds)
        for (index, axis) in description.axes.enumerated() {
            command.position[index] = axis.home
        }
        repeat {
            if interrupt.isImmediate { throw .interrupted }
            command.sequence += 1
            do throws(BridgeError) { try client.send(command) } catch { throw .bridge(error) }
            try receive("the sample of a stopped robot")
            clock.advance(by: period)
        } while !isStill(incoming) && command.sequence < Self.mostBrakingTicks
        epoch += 1
        do throws(BridgeError) {
            try client.start(
                session: session, epoch: epoch, actions: ActionSpace(of: description),
                timeout: patience.connect)
        } catch { throw RobotError(error) }
        controller.start(
            session: session, epoch: epoch, isTested: SelfTest.passes(description))
        // It stands where it stood: no newer sample comes before a command.
        (incoming.epoch, incoming.acknowledgedCommand) = (epoch, 0)
        (incoming.stop, incoming.isEnabled) = (.none, true)
        controller.receive(incoming, at: clock.now)
        try checkStop()
    }

    /// Periods in which a stopped robot has come to rest.
    private static let mostBrakingTicks: UInt64 = 200

    private func isStill(_ sample: SensorSample) -> Bool {
        description.axes.indices.allSatisfy {
            abs(sample.velocity[$0]) <= 0.01 * description.axes[$0].limits.velocity
        }
    }

    /// Plays a motion through the guardian.
    public func play(_ motion: Motion) throws(RobotError) {
        controller.play(motion)
        try resume(playing: motion)
    }

    /// Plays what is left of a motion.
    public func resume(playing motion: Motion) throws(RobotError) {
        let seconds = budget(of: motion)
        let began = clock.now
        while !controller.isMotionOver, !interrupt.isRequested {
            try tick()
            if clock.now.seconds(since: began) > seconds {
                throw .silent(waitedFor: "the end of the motion", seconds: seconds)
            }
        }
    }

    /// Begins a course: from now on the steps are of whom it names.
    public func follow(_ course: Course, with policy: PolicyLoop) {
        self.policy = policy
        controller.follow(course)
    }

    /// Carries out the next step of the course; returns at its end.
    public func nextStep() throws(RobotError) -> StepOutcome {
        if let policy, let question = controller.question(within: 0) {
            controller.offer(try policy.answer(question, on: clock))
        }
        if controller.beginStep(at: clock.now) {
            repeat {
                try tick()
                guard let policy, policy.ticksAhead > 0, !report.endsStep,
                    let question = controller.question(within: policy.ticksAhead)
                else { continue }
                controller.offer(try policy.answer(question, on: clock))
            } while !report.endsStep
            if let outcome = controller.closeStep() { return outcome }
        }
        // What is wrong with the action, or the robot, is thrown by a tick.
        try tick()
        throw .silent(waitedFor: "the end of a step", seconds: 0)
    }

    /// The course is over: nobody is asked any more.
    public func endCourse() { controller.endCourse() }

    /// Brakes to rest and holds.
    public func settle() throws(RobotError) {
        controller.hold()
        while !controller.isAtRest { try tick() }
    }

    /// One command, one sample, one period.
    private func tick() throws(RobotError) {
        if interrupt.isImmediate { throw .interrupted }
        try serveOperator()
        controller.tick(now: clock.now, into: &report)
        counters.ticks += 1
        counters.lateness.record(nanoseconds: 0)
        onTick?(report)
        do throws(BridgeError) {
            try client.send(report.command)
        } catch { throw .bridge(error) }
        try receive("the sample after a command")
        clock.advance(by: period)
        watchCaptures()
        controller.receive(incoming, at: clock.now)
        if controller.guardian.holds > counters.holds { onHold?(controller.guardian.verdict) }
        counters.holds = controller.guardian.holds
        try checkStop()
    }

    private func watchCaptures() {
        captures.take(capture: incoming.captureNanoseconds, at: clock.now)
        guard !isClockTold, let words = captures.wrongRate ?? captures.wallClock else { return }
        isClockTold = true
        complaint = .strangeClock(words)
    }

    private var period: Duration {
        .nanoseconds(Int64((1e9 * description.tickSeconds).rounded()))
    }

    private func receive(_ what: String) throws(RobotError) {
        let reception: Reception
        do throws(BridgeError) {
            reception = try client.receive(into: &incoming, timeout: patience.silence)
        } catch { throw .bridge(error) }
        switch reception {
        case .sample: return
        case .notFinite(let field, let index):
            controller.stop(.observationNotFinite, field: field, index: index)
            try checkStop()
        case .nothing:
            throw .silent(
                waitedFor: what, seconds: patience.silence.inSeconds,
                refused: client.statistics.frameRefusals)
        }
    }

    private func checkStop() throws(RobotError) {
        let guardian = controller.guardian
        guard guardian.latched.cause != .none else { return }
        counters.stops = guardian.stops
        throw .stopped(guardian.latched, robot: description)
    }

    /// A stop ends the session; there is nobody to wait for where time stands still.
    private func serveOperator() throws(RobotError) {
        while let request = desk.next(at: wall.now) {
            deskState.enter(
                request.act == .stop
                    ? controller.answer(.stop, by: .operator, at: clock.now) : .noClock,
                to: request.number)
        }
        deskState.machine = controller.guardian.machine
        deskState.verdict = controller.guardian.verdict
        desk.publish(deskState)
        try checkStop()
    }

    /// Brakes and holds until a person starts it.
    public func hold(because cause: StopCause) { controller.hold(because: cause) }

    /// Nobody can come where no clock runs.
    public func awaitOperator(
        seconds: Double, tell: (String) -> Void, meanwhile: () -> Void
    ) throws(RobotError) {
        throw .stopped(controller.guardian.verdict, robot: description)
    }

    /// What is odd about the bridge's clock; any other complaint ends what was asked of the robot.
    public func takeComplaint() -> BridgeError? {
        defer { complaint = nil }
        return complaint
    }

    /// Stops the robot at the bridge.
    public func stop(reason: String) {
        // It may be there and obey somebody else.
        guard isAgreed else { return }
        try? client.stop(.agent, reason: reason, timeout: .seconds(1))
    }

    /// Releases the bridge.
    public func close() {
        desk.setConnected(false)
        // Nobody has answered: there is nothing to give back, and nobody to wait for.
        guard client.description != nil else { return }
        try? client.release(session: session, epoch: epoch, timeout: .seconds(1))
    }
}
