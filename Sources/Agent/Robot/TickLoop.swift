import Control
import Embodiment
import Platform
import Synchronization

/// What the episode thread may ask of the tick; carried out at the next tick.
enum TickRequest: Sendable {
    case hold
    /// Hold until a person starts the robot again.
    case wait(StopCause)
    case home
    case resynchronise
    case stop
    /// The session's script lets a robot move that is ready.
    case start
    /// A new epoch has been agreed with the bridge.
    case prepare(UInt32)
    /// The bridge would not agree to a new epoch.
    case refused
    case step(Action, MotionOrigin)
    case play(Motion)
}

/// What the tick tells the episode thread: a plain value, newest wins.
struct TickState: Sendable {
    /// Requests carried out so far.
    var handled: UInt64 = 0
    /// Number of the request whose step was finished last.
    var finishedStep: UInt64 = 0
    var isReady = false
    var isHome = false
    var isAtRest = true
    var isMotionOver = true
    var isPrepared = false
    var machine = SafetyMachine()
    /// Why the robot is held or stopped.
    var verdict = SafetyVerdict()
    var step: StepResult?
    var sample: SensorSample?
    var ticks: UInt64 = 0
    var lateTicks: UInt64 = 0
    var holds = 0
    var stops = 0
    /// Since the robot was first allowed to move; counted once a second.
    var pageFaults = Memory.PageFaults()
}

/// The tick thread of a real-time session: absolute deadlines, one command each.
///
/// `request` and the readers belong to the episode thread; `run` is the tick thread. They meet in
/// one ring, one latest value and one event.
final class TickLoop: @unchecked Sendable {
    /// Signalled after every tick.
    let stepped: WakeEvent
    var onTick: (@Sendable (TickReport) -> Void)?
    var isLogBlocked: (@Sendable () -> Bool)?

    private let robot: RobotDescription
    private let link: BridgeLink
    private let clock: SystemClock
    private let desk: OperatorDesk
    private let requests = SPSCRing<TickRequest>(capacity: 16)
    private let states = LatestValue<TickState>()
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?

    // Episode thread only.
    private var asked: UInt64 = 0
    private var state = TickState()

    // Tick thread only, until it is joined.
    private let controller: Controller
    private var histogram = LatencyHistogram()
    private var deskState = OperatorDesk.State()
    private var arrivals: UInt64?
    private var session: UInt64 = 0
    /// The thread's page faults up to the moment when the robot was first allowed to move.
    private var warmUpFaults: Memory.PageFaults?

    init(
        robot: RobotDescription, link: BridgeLink, clock: SystemClock, desk: OperatorDesk,
        speedShare: Double
    ) throws(PlatformError) {
        self.robot = robot
        self.link = link
        self.clock = clock
        self.desk = desk
        controller = Controller(robot: robot, watchesClocks: true, speedShare: speedShare)
        stepped = try WakeEvent()
    }

    /// Starts ticking; FIFO on a core of its own choice where the machine allows it.
    ///
    /// The robot is held until it is ready and `.start` is requested.
    func start(session: UInt64, epoch: UInt32, isTested: Bool) throws(PlatformError) {
        self.session = session
        controller.prepare(session: session, epoch: epoch, isTested: isTested)
        thread = try RealtimeMachine.startThread(name: "tick") { _, _ in self.run() }
    }

    /// Ends the thread and joins it.
    func finish() {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        thread?.join()
        thread = nil
        refresh()
    }

    // MARK: Episode thread

    /// Hands a request over; the answer is visible once `state.handled` has reached the ticket.
    @discardableResult
    func request(_ request: TickRequest) -> UInt64 {
        while !requests.push(request) { _ = stepped.wait(timeout: .milliseconds(1)) }
        asked += 1
        return asked
    }

    /// The newest state.
    func refresh() {
        while let newer = states.take() { state = newer }
    }

    /// The newest state in which everything asked so far has been carried out.
    var settledState: TickState? {
        refresh()
        return state.handled >= asked ? state : nil
    }

    /// The newest state, whatever has been asked since.
    var newest: TickState {
        refresh()
        return state
    }

    /// What was counted; the histogram is complete once the loop has finished.
    func counters() -> RobotCounters {
        refresh()
        var counters = RobotCounters()
        counters.ticks = state.ticks
        counters.lateTicks = state.lateTicks
        counters.holds = state.holds
        counters.stops = state.stops
        counters.pageFaults = state.pageFaults
        if thread == nil { counters.lateness = histogram }
        return counters
    }

    // MARK: Tick thread

    private func run() {
        let period = Int64(1e9 / robot.commandRateHz)
        var report = TickReport(axes: robot.axes.count)
        var now = TickState()
        var stepTicket: UInt64 = 0
        var deadline = clock.now
        let ticksPerSecond = Int(robot.commandRateHz.rounded(.up))
        var ticksToCount = ticksPerSecond
        while !isFinished.load(ordering: .relaxed) {
            deadline = deadline.advanced(byNanoseconds: period)
            clock.sleep(until: deadline)
            let time = clock.now
            let late = max(0, time.nanoseconds(since: deadline))
            histogram.record(nanoseconds: UInt64(late))
            if late > period / 2 { now.lateTicks += 1 }
            // A missed slot is skipped, never made up for.
            if late > period { deadline = deadline.advanced(byNanoseconds: late / period * period) }
            takeSamples(into: &now)
            report.latenessNanoseconds = UInt64(late)
            takeRequests(at: time, into: &now, stepTicket: &stepTicket)
            serveOperator(at: time)
            if controller.isReady { tick(at: time, report: &report, stepTicket, into: &now) }
            now.isReady = controller.isReady
            now.isMotionOver = controller.isMotionOver
            now.isPrepared = controller.guardian.isPrepared
            now.machine = controller.guardian.machine
            now.verdict = controller.guardian.verdict
            now.holds = controller.guardian.holds
            now.stops = controller.guardian.stops
            ticksToCount -= 1
            if ticksToCount == 0 || warmUpFaults == nil {
                ticksToCount = ticksPerSecond
                countFaults(into: &now)
            }
            states.publish(now)
            stepped.signal()
        }
        countFaults(into: &now)
        states.publish(now)
    }

    private func countFaults(into now: inout TickState) {
        if let warmUpFaults {
            now.pageFaults = Memory.threadPageFaults().since(warmUpFaults)
        } else if now.machine.state == .active {
            warmUpFaults = Memory.threadPageFaults()
        }
    }

    /// What has come since the last tick: the newest sample, and of those that it has overtaken what
    /// must not be missed.
    private func takeSamples(into now: inout TickState) {
        let notFinite = link.notFinite.exchange(-1, ordering: .relaxed)
        if notFinite >= 0 {
            let place = NotFinitePlace(packed: notFinite)
            controller.stop(.observationNotFinite, field: place.field, index: place.index)
        }
        // As the guardian does for a sample that it sees: whoever pressed it meant it.
        if link.isStopPressed.exchange(false, ordering: .relaxed) { controller.stop(.operatorStop) }
        controller.note(damagedFrames: link.damaged.exchange(0, ordering: .relaxed))
        // Taken first: then every blow that it has overtaken is in the ring.
        var newest = link.samples.take()
        while let blow = link.blows.pop() {
            if let before = newest, before.count < blow.count {
                receive(before, into: &now)
                newest = nil
            }
            receive(blow, into: &now)
        }
        if let newest { receive(newest, into: &now) }
    }

    private func receive(_ arrival: BridgeLink.Arrival, into now: inout TickState) {
        // A blow that nothing has overtaken is the newest sample too.
        if let arrivals, arrival.count <= arrivals { return }
        let overtaken = arrivals.map { arrival.count &- $0 &- 1 } ?? 0
        arrivals = arrival.count
        let sample = arrival.sample
        controller.receive(sample, at: arrival.time, overtaken: overtaken)
        now.sample = controller.sample
        if sample.isSuccess { now.step?.isSuccess = true }
        if sample.isTerminal { now.step?.isTerminal = true }
    }

    /// A person's requests; a stop acts in this very tick.
    private func serveOperator(at time: MonotonicTime) {
        while let request = desk.next(at: time) {
            deskState.handled = request.number
            deskState.answer = controller.take(request.act, by: .operator, at: time)
        }
        deskState.machine = controller.guardian.machine
        deskState.verdict = controller.guardian.verdict
        desk.publish(deskState)
    }

    private func takeRequests(
        at time: MonotonicTime, into now: inout TickState, stepTicket: inout UInt64
    ) {
        while let request = requests.pop() {
            now.handled += 1
            switch request {
            case .hold: controller.hold()
            case .wait(let cause): controller.hold(because: cause)
            case .home: controller.goHome()
            case .resynchronise: controller.resynchroniseIfMoved()
            case .stop: _ = controller.take(.stop, by: .session, at: time)
            case .start:
                let challenge = controller.guardian.machine.challenge
                _ = controller.take(.start(challenge: challenge), by: .session, at: time)
            case .prepare(let epoch):
                controller.prepare(session: session, epoch: epoch, isTested: true)
                arrivals = nil
            case .refused: controller.stop(.bridgeStopped)
            case .play(let motion): controller.play(motion)
            case .step(let action, let origin):
                controller.begin(step: action, from: origin)
                stepTicket = now.handled
                if let sample = controller.sample {
                    now.step = StepResult(
                        executed: action, sample: sample, isSuccess: false, isTerminal: false)
                }
            }
        }
    }

    private func tick(
        at time: MonotonicTime, report: inout TickReport, _ stepTicket: UInt64,
        into now: inout TickState
    ) {
        controller.tick(now: time, into: &report)
        // Recorded first: no robot ever acknowledges a command of which the log knows nothing.
        onTick?(report)
        if isLogBlocked?() == true { controller.hold(because: .logBlocked) }
        // The ring is full only if the bridge thread is gone; the bridge brakes by itself then.
        _ = link.commands.push(report.command)
        now.ticks += 1
        now.isHome = controller.isHome && controller.hasArrived
        now.isAtRest = controller.isAtRest
        if report.endsStep, let sample = controller.sample {
            now.step?.executed = controller.executedAction()
            now.step?.sample = sample
            now.step?.clampShare = controller.guardian.clampShare
            now.finishedStep = stepTicket
        }
    }
}
