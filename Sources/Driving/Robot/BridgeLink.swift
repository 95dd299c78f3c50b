import Bridge
import Control
import Embodiment
import Platform
import Synchronization

/// The bridge thread of a real-time session: the only user of the socket.
///
/// What comes goes out through the inlet, commands come in through a ring; what needs an answer (reset,
/// stop) is posted and waited for by the episode thread.
final class BridgeLink: @unchecked Sendable {
    /// Everything that comes.
    ///
    /// Writer: the bridge thread; reader: the tick's.
    let inlet: Inlet
    /// Commands, at most a few.
    ///
    /// Writer: the tick's thread; reader: the bridge thread.
    private let commands = SPSCRing<Command>(capacity: 8)
    /// There is something to do: a command, an errand, or the end.
    ///
    /// Signalled by the tick's and the episode
    /// thread, waited for by the bridge thread beside its socket.
    private let wake: WakeEvent

    fileprivate enum Job: Sendable {
        case reset(ResetRequest)
        case stop(StopCode, String)
        case restart(session: UInt64, epoch: UInt32)
    }

    /// What the bridge thread is to do.
    struct Errand: Sendable {
        /// Counts from 1.
        fileprivate var number: UInt64
        fileprivate var job: Job
    }

    /// What became of an errand.
    private struct Outcome: Sendable {
        var number: UInt64
        var failure: RobotError?
    }

    /// What the bridge holds against the commands.
    private struct Complaint: Sendable {
        var last: BridgeError?
        var isTold = true
    }

    private let client: BridgeClient
    /// Its lock is the episode thread's too: the bridge thread takes it only where `asked` says that there is one.
    let errand = Guarded<Errand?>(nil)
    /// The number of the newest errand.
    ///
    /// Writer: the episode thread; reader: the bridge thread, in every turn.
    private let asked = Atomic<UInt64>(0)
    private let outcome = Guarded<Outcome?>(nil)
    private let answered: WakeEvent
    /// Errands up to this number are given up: nobody waits for them.
    private let cancelled = Atomic<UInt64>(0)
    private let complaint = Guarded(Complaint())
    private let isFinished = Atomic<Bool>(false)
    private var thread: HoneThread?
    /// Errands so far; the episode thread's.
    private var posted: UInt64 = 0

    private let clock = SystemClock()
    private let robot: RobotDescription
    private var incoming: SensorSample
    private let patience: BridgePatience
    /// How the bridge's clock runs, and which of its frames were refused: what whoever waits for it is told.
    ///
    /// Writer: the bridge thread; reader: the episode thread.
    private let sights = Guarded((clock: CaptureClock(isLockstep: false), refused: String?.none))
    /// Whether the bridge says that somebody can demonstrate; what it said in `connect`.
    private(set) var hasOperator = false
    /// How many messages the bridge may send.
    let budget: MessageBudget
    // The bridge thread's.
    private var current: UInt64 = 0
    private var seen: UInt64 = 0
    /// Commands so far.
    private var sent: UInt64 = 0
    /// How the bridge's clock runs; `sights` has what is known of it.
    private var captures = CaptureClock(isLockstep: false)
    private var captured = 0
    /// Samples of which one tells the episode thread what is known of the clock.
    private static let capturedToTell = 8
    /// How long the thread rests where too much came, unless a command is to be sent.
    private static let rest = Duration.milliseconds(1)
    /// From the beginning of a command's tick to its way to the bridge.
    private var delays = LatencyHistogram()
    /// Nothing more is to be learned of the bridge's clock.
    private var isClockKnown = false
    /// Frames that could not be read.
    private var refused = 0
    private static let refusedToTell = 3
    /// The two sides agree on an epoch: false while a new one is asked for.
    private var isAgreed = true

    /// How often whoever waits for the bridge thread looks whether to go on waiting.
    private static let slice = Duration.milliseconds(20)
    /// How long the bridge thread sleeps where nothing comes and nobody wants anything.
    private static let idle = Duration.milliseconds(100)

    init(
        client: BridgeClient, robot: RobotDescription, patience: BridgePatience
    ) throws(PlatformError) {
        self.client = client
        self.patience = patience
        self.robot = robot
        inlet = Inlet(keepsAll: robot.task.force != nil)
        budget = MessageBudget(rateHz: robot.commandRateHz)
        incoming = SensorSample(axes: robot.axes.count, features: robot.features.count)
        answered = try WakeEvent()
        wake = try WakeEvent()
    }

    /// Shakes hands on the caller's thread, then hands the socket to the bridge thread.
    ///
    /// - Parameter isCancelled: asked every few milliseconds whether to give up.
    func connect(
        session: UInt64, epoch: UInt32, isCancelled: @escaping () -> Bool
    ) throws(RobotError) {
        try Handshake.perform(
            client: client, robot: robot, session: session, epoch: epoch, lockstep: false,
            patience: patience
        ) { _ in !isCancelled() }
        hasOperator = client.description?.hasOperator ?? false
        client.onSighting = { [unowned self] in see($0, $1) }
        do {
            thread = try HoneThread.start(name: "bridge", scheduling: .realtime(priority: 75)) {
                self.run()
            }
        } catch { throw .platform(error) }
    }

    /// Sends a command at once: it wakes the bridge thread.
    ///
    /// The tick's thread; never waits. The ring is full only if the bridge thread is gone, or so late that the
    /// commands in it have expired: the bridge brakes by itself then.
    func send(_ command: Command) {
        _ = commands.push(command)
        wake.signal()
    }

    /// Resets the scene; blocks the caller until the bridge has answered.
    ///
    /// - Parameter check: called about every 20 ms; what it throws gives the reset up.
    func reset(
        _ request: ResetRequest, check: () throws(RobotError) -> Void
    ) throws(RobotError) {
        try post(.reset(request), patience: patience.reset + .seconds(1), check: check)
    }

    /// Agrees with the bridge anew, which may be another process by now; blocks the caller.
    ///
    /// - Parameter check: called about every 20 ms; what it throws gives it up.
    func restart(
        session: UInt64, epoch: UInt32, check: () throws(RobotError) -> Void
    ) throws(RobotError) {
        try post(
            .restart(session: session, epoch: epoch),
            patience: patience.connect * 2 + .seconds(1), check: check)
    }

    /// Stops the robot at the bridge; never throws: the bridge's own watchdog is behind it.
    func stop(_ code: StopCode, reason: String) {
        guard thread != nil else { return }
        try? post(.stop(code, reason), patience: .seconds(2))
    }

    /// What the bridge said last when it refused to be commanded, or why it cannot be heard; nil when
    /// that was taken before.
    ///
    /// Any thread but the tick's.
    func takeComplaint() -> BridgeError? {
        complaint.withLock { complaint in
            defer { complaint.isTold = true }
            return complaint.isTold ? nil : complaint.last
        }
    }

    /// What is wrong with the rate of the bridge's clock, or nil.
    var wrongRate: String? { sights.withLock { $0.clock.wrongRate } }

    /// Which of the bridge's frames were refused so far, and why; nil when all could be read.
    var frameRefusals: String? { sights.withLock { $0.refused } }

    /// How long commands took from the beginning of their tick to their way to the bridge; empty until `finish`.
    var commandDelays: LatencyHistogram { thread == nil ? delays : LatencyHistogram() }

    /// Joins the thread and releases the bridge.
    func finish(session: UInt64, epoch: UInt32) {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        wake.signal()
        thread?.join()
        thread = nil
        client.onSighting = nil
        // Nobody has answered: there is nothing to give back, and nobody to wait for.
        guard client.description != nil else { return }
        try? client.release(session: session, epoch: epoch, timeout: .seconds(1))
    }

    /// Has the bridge thread do something, and waits until it is done; what was asked of it before is
    /// given up.
    private func post(
        _ job: Job, patience: Duration, check: () throws(RobotError) -> Void = {}
    ) throws(RobotError) {
        cancelled.store(posted, ordering: .relaxed)
        posted += 1
        let number = posted
        errand.withLock { $0 = Errand(number: number, job: job) }
        asked.store(number, ordering: .releasing)
        wake.signal()
        let deadline = clock.now + patience
        while clock.now < deadline {
            _ = answered.wait(timeout: Self.slice)
            if let found = result(of: number) {
                if let failure = found.failure { throw failure }
                return
            }
            do throws(RobotError) { try check() } catch {
                cancel(number)
                throw error
            }
        }
        cancelled.store(number, ordering: .relaxed)
        throw .bridge(
            .timedOut(
                attempted: "reach the bridge thread", address: client.address,
                seconds: patience.inSeconds, lastRejection: nil))
    }

    /// What became of this errand; the outcome of an older one, which came too late, is none.
    private func result(of number: UInt64) -> Outcome? {
        outcome.withLock { $0?.number == number ? $0 : nil }
    }

    /// Gives an errand up, and returns when the bridge thread has let go of it.
    private func cancel(_ number: UInt64) {
        cancelled.store(number, ordering: .relaxed)
        // It has not begun: now it never will.
        if errand.withLock({ $0.take() }) != nil { return }
        let deadline = clock.now + .seconds(1)
        while result(of: number) == nil, clock.now < deadline {
            _ = answered.wait(timeout: Self.slice)
        }
    }

    // MARK: Bridge thread

    private func run() {
        while !isFinished.load(ordering: .relaxed) {
            sendCommands()
            do throws(BridgeError) {
                // What comes is in the inlet before this returns.
                _ = try client.receive(into: &incoming, timeout: .zero)
            } catch { note(error) }
            inlet.flush()
            if let next = nextErrand() { carryOut(next) }
            if countMessages() { continue }
            do throws(BridgeError) {
                try client.wait(for: wake, timeout: Self.idle)
            } catch {
                note(error)
                clock.sleep(for: .milliseconds(1))
            }
        }
    }

    /// What is to be done, where there is anything: a look at a number, and a lock only where that has changed.
    private func nextErrand() -> Errand? {
        let newest = asked.load(ordering: .acquiring)
        guard newest != seen else { return nil }
        seen = newest
        return errand.withLock { $0.take() }
    }

    /// Hands on and counts what came in this turn; where it is too much, rests until there is a command to send, or a
    /// millisecond.
    ///
    /// - Returns: whether it has rested.
    private func countMessages() -> Bool {
        inlet.flush()
        // What is said of a command is no flood: one answer to each is the bridge's right.
        let answers = min(client.slowMessages, sent)
        switch budget.take(messages: client.messages &- answers, at: clock.now) {
        case .within: return false
        case .flooded: note(.flooded(budget.words))
        case .beyond: break
        }
        wake.wait(timeout: Self.rest)
        return true
    }

    /// What came goes to the tick; what is odd about it is told.
    private func see(_ sighting: Sighting, _ sample: SensorSample) {
        inlet.put(sighting, sample, isAgreed: isAgreed)
        if sighting == .sample {
            guard isAgreed, !isClockKnown else { return }
            captures.take(capture: sample.captureNanoseconds, at: clock.now)
            captured += 1
            isClockKnown = captures.isKnown
            if isClockKnown || captured % Self.capturedToTell == 0 {
                let known = captures
                sights.withLock { $0.clock = known }
            }
            if isClockKnown, let words = captures.wrongRate ?? captures.wallClock {
                note(.strangeClock(words))
            }
            return
        }
        guard let words = client.statistics.frameRefusals else { return }
        sights.withLock { $0.refused = words }
        refused += 1
        // One or two are a bad wire's.
        if refused == Self.refusedToTell { note(.framesRefused(words)) }
    }

    /// Keeps what a person is to be told; the same again is not.
    private func note(_ error: BridgeError) {
        complaint.withLock { complaint in
            if error.isLike(complaint.last) { return }
            complaint = Complaint(last: error, isTold: false)
        }
    }

    private func sendCommands() {
        // A command that cannot be sent is not sent late: the bridge brakes by itself without it.
        while let command = commands.pop() {
            try? client.send(command)
            sent += 1
            let age = clock.now.nanoseconds(
                since: MonotonicTime(nanoseconds: command.sendNanoseconds))
            delays.record(nanoseconds: UInt64(max(0, age)))
        }
    }

    /// Whether nobody waits for the errand in hand any more.
    private var isCancelled: Bool {
        current <= cancelled.load(ordering: .relaxed) || isFinished.load(ordering: .relaxed)
    }

    private func carryOut(_ errand: Errand) {
        current = errand.number
        var failure: RobotError?
        do throws(BridgeError) {
            switch errand.job {
            case .reset(let request): try reset(scene: request)
            case .stop(let code, let reason):
                try client.stop(code, reason: reason, timeout: .seconds(1))
            case .restart(let session, let epoch):
                do throws(RobotError) {
                    try agreeAnew(session: session, epoch: epoch)
                } catch { failure = error }
            }
        } catch { failure = .bridge(error) }
        outcome.withLock { $0 = Outcome(number: errand.number, failure: failure) }
        answered.signal()
    }

    /// The robot goes on being held and watched while its scene is put in order.
    private func reset(scene request: ResetRequest) throws(BridgeError) {
        _ = try client.reset(request, timeout: patience.reset) { _ in
            self.sendCommands()
            _ = self.countMessages()
            return !self.isCancelled && !self.patience.isGone()
        }
    }

    private func agreeAnew(session: UInt64, epoch: UInt32) throws(RobotError) {
        isAgreed = false
        defer { isAgreed = true }
        try Handshake.perform(
            client: client, robot: robot, session: session, epoch: epoch, lockstep: false,
            patience: patience
        ) { _ in !self.isCancelled }
        // What the bridge says in a new epoch is news.
        complaint.withLock { if $0.isTold { $0.last = nil } }
    }
}

extension BridgeError {
    /// Whether somebody who was told of the other knows this one too: the words of a refusal may name
    /// the command, and are then others every time.
    fileprivate func isLike(_ other: BridgeError?) -> Bool {
        switch (self, other) {
        case (.refused(_, let code, _), .refused(_, let known, _)?): code == known
        case (.flooded, .flooded?): true
        default: self == other
        }
    }
}
