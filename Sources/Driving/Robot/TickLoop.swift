import Control
import Embodiment
import Platform
import Synchronization

/// The tick thread of a real-time session: absolute deadlines, one command each.
///
/// `request` and the readers belong to the episode thread; `run` is the tick thread. Channels, with their
/// writer and reader: requests (episode thread → tick), states and outcomes (tick → episode thread), the
/// link's inlet (bridge thread → tick) and commands (tick → bridge thread), and the decisions' channel, which
/// says its own.
final class TickLoop: @unchecked Sendable {
    /// Signalled after every tick.
    let stepped: WakeEvent
    var onTick: (@Sendable (TickReport) -> Void)?
    var isLogBlocked: (@Sendable () -> Bool)?

    private let robot: RobotDescription
    private let link: BridgeLink
    private let clock: any Platform.Clock
    private let desk: OperatorDesk
    /// Questions to the policy loop, and its answers.
    let decisions: DecisionChannel
    /// Writer: the episode thread; reader: the tick's.
    private let requests = SPSCRing<TickRequest>(capacity: 16)
    /// Writer: the tick's thread; reader: the episode thread.
    private let states = LatestValue<TickState>()
    /// What steps did.
    ///
    /// Writer: the tick's thread; reader: the episode thread. While it is full no step begins.
    private let outcomes = SPSCRing<StepOutcome>(capacity: 16)
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?

    // Episode thread only.
    private var asked: UInt64 = 0
    private var state = TickState()

    // Tick thread only, until it is joined.
    private let controller: Controller
    private var newestSample: SensorSample
    private var histogram = LatencyHistogram()
    private var deskState = OperatorDesk.State()
    private var session: UInt64 = 0
    /// The thread's page faults up to the moment when the robot was first allowed to move.
    private var warmUpFaults: Memory.PageFaults?

    init(
        robot: RobotDescription, link: BridgeLink, clock: any Platform.Clock, desk: OperatorDesk
    ) throws(PlatformError) {
        self.robot = robot
        self.link = link
        self.clock = clock
        self.desk = desk
        controller = Controller(robot: robot, watchesClocks: true)
        newestSample = SensorSample(axes: robot.axes.count, features: robot.features.count)
        stepped = try WakeEvent()
        decisions = try DecisionChannel()
    }

    /// Starts ticking; FIFO on a core of its own choice where the machine allows it.
    ///
    /// The robot is held until it is ready and `.start` is requested.
    ///
    /// - Parameter share: told what the tick's own thread has been given, before its first tick; of the robot's speed
    ///   limits, nil where it may not be moved with that.
    /// - Throws: `notOnTime` in that case.
    func start(
        session: UInt64, epoch: UInt32, isTested: Bool, share: (ThreadGrant) -> Double?
    ) throws(RobotError) {
        self.session = session
        controller.prepare(session: session, epoch: epoch, isTested: isTested)
        let given = Guarded<ThreadGrant?>(nil)
        let made: (found: WakeEvent, go: WakeEvent, thread: HoneThread)
        do throws(PlatformError) {
            let (found, go) = (try WakeEvent(), try WakeEvent())
            let thread = try RealtimeMachine.startThread(name: "tick") { grant in
                given.withLock { $0 = grant }
                found.signal()
                go.wait()
                self.run()
            }
            made = (found, go, thread)
        } catch { throw .platform(error) }
        thread = made.thread
        made.found.wait()
        let grant = given.withLock { $0 } ?? ThreadGrant(priority: 0, core: nil)
        let allowed = share(grant)
        if let allowed {
            controller.speedShare = allowed
        } else {
            isFinished.store(true, ordering: .sequentiallyConsistent)
        }
        made.go.signal()
        guard allowed != nil else {
            finish()
            throw .notOnTime(grant)
        }
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
    var answeredState: TickState? {
        refresh()
        return state.handled >= asked ? state : nil
    }

    /// The newest state, whatever has been asked since.
    var newest: TickState {
        refresh()
        return state
    }

    /// The oldest outcome of a step that has not been taken.
    func takeOutcome() -> StepOutcome? { outcomes.pop() }

    /// What was counted; the histogram is complete once the loop has finished.
    func counters() -> RobotCounters {
        refresh()
        var counters = RobotCounters()
        counters.ticks = state.ticks
        counters.lateTicks = state.lateTicks
        counters.overtaken = state.overtaken
        counters.lost = state.lost
        counters.holds = state.control.holds
        counters.stops = state.control.stops
        counters.pageFaults = state.pageFaults
        if thread == nil { counters.lateness = histogram }
        return counters
    }

    // MARK: Tick thread

    private func run() {
        let period = Int64(1e9 / robot.commandRateHz)
        var report = TickReport(axes: robot.axes.count)
        var now = TickState()
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
            controller.take(suspended: clock.suspended)
            takeArrivals(into: &now)
            report.latenessNanoseconds = UInt64(late)
            takeRequests(at: time, into: &now)
            serveOperator(at: time)
            if controller.isReady { tick(at: time, report: &report, into: &now) }
            now.control = controller.status
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
        } else if now.control.machine.state == .active {
            warmUpFaults = Memory.threadPageFaults()
        }
    }

    /// What has come since the last tick, in its order: the newest sample, and of those that it has overtaken
    /// what must not be missed.
    private func takeArrivals(into now: inout TickState) {
        var time: MonotonicTime?
        var overtaken: UInt64 = 0
        while link.inlet.take({ arrival in
            switch arrival.pointee.kind {
            case .sample:
                if let time {
                    controller.overtake(newestSample, at: time)
                    overtaken += 1
                }
                overtaken += arrival.pointee.passed
                newestSample.take(arrival.pointee.sample)
                time = arrival.pointee.time
            case .notFinite(let field, let index):
                controller.stop(.observationNotFinite, field: field, index: index)
            case .damaged: controller.noteDamagedFrame()
            case .stopButton: controller.stop(.operatorStop)
            }
        }) {}
        if let time { controller.receive(newestSample, at: time, overtaken: overtaken) }
        now.overtaken += overtaken
        let floodHz = link.budget.floodHz
        if floodHz > 0 {
            controller.stop(.sampleFlood, value: floodHz, limit: robot.commandRateHz)
        }
        // What came found no room, and may have been a stop: the tick was away for so long, or there was too much.
        let lost = link.inlet.takeLost()
        now.lost += UInt64(lost)
        if lost > 0 {
            let overdrawnHz = link.budget.overdrawnHz
            if overdrawnHz > 0 {
                controller.stop(.sampleFlood, value: overdrawnHz, limit: robot.commandRateHz)
            } else {
                controller.stop(.tickGap)
            }
        }
    }

    /// A person's requests; a stop acts in this very tick.
    private func serveOperator(at time: MonotonicTime) {
        while let request = desk.next(at: time) {
            deskState.enter(
                controller.answer(request.act, by: .operator, at: time), to: request.number)
        }
        deskState.machine = controller.guardian.machine
        deskState.verdict = controller.guardian.verdict
        desk.publish(deskState)
    }

    private func takeRequests(at time: MonotonicTime, into now: inout TickState) {
        while let request = requests.pop() {
            now.handled += 1
            switch request {
            case .hold: controller.hold()
            case .wait(let cause): controller.hold(because: cause)
            case .home: controller.goHome()
            case .resynchronise: controller.resynchroniseIfMoved()
            case .stop: _ = controller.answer(.stop, by: .session, at: time)
            case .start:
                let challenge = controller.guardian.machine.challenge
                _ = controller.answer(.start(challenge: challenge), by: .session, at: time)
            case .prepare(let epoch):
                controller.prepare(session: session, epoch: epoch, isTested: true)
            case .refused: controller.stop(.bridgeStopped)
            case .play(let motion): controller.play(motion)
            case .follow(let course): controller.follow(course)
            case .endCourse: controller.endCourse()
            }
        }
    }

    private func tick(
        at time: MonotonicTime, report: inout TickReport, into now: inout TickState
    ) {
        passBoundary(at: time)
        controller.tick(now: time, into: &report)
        // Recorded first: no robot ever acknowledges a command of which the log knows nothing.
        onTick?(report)
        if isLogBlocked?() == true { controller.hold(because: .logBlocked) }
        link.send(report.command)
        now.ticks += 1
        ask()
    }

    /// Ends a step whose ticks are over, and begins the next with what has been decided by now.
    private func passBoundary(at time: MonotonicTime) {
        while let chunk = decisions.answers.pop() { controller.offer(chunk) }
        if let outcome = controller.closeStep() {
            let isTaken = outcomes.push(outcome)
            invariant(isTaken, "an outcome has the room that its step waited for")
        }
        if outcomes.count < outcomes.capacity { controller.beginStep(at: time) }
    }

    /// Asks for the next decision when its time has come, each tick anew until there is one.
    private func ask() {
        let lead = decisions.lead.load(ordering: .relaxed)
        guard let question = controller.question(within: lead) else { return }
        decisions.questions.publish(question)
        decisions.asked.signal()
    }
}
