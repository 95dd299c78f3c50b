import Control
import Embodiment
import Models
import Platform
import Synchronization

/// The policy loop: turns the newest sample into a decision that begins at a step boundary.
///
/// By the wall clock a thread of its own at policy rate, so that a decision that takes long costs the robot
/// patience and never a tick; in lockstep `answer` is called in place. The policy is used on one thread at a
/// time; never while the loop rests, nor while `betweenDecisions` does something. One that answers late, never, or
/// dies keeps nobody waiting for longer than `patience`.
public final class PolicyLoop: @unchecked Sendable {
    // @unchecked Sendable: `lead`, `answered` and `misses` belong to whoever decides, `latency` and the policy to
    // whoever decides or holds `isResting`, `thread` to the owner.

    /// How long a decision is waited for, unless told otherwise.
    public static let patience = Duration.seconds(2)
    /// Decisions that may be missing in a row: with the last of them the policy is lost.
    public static let mostMisses = 3
    /// Time between two looks for an answer that was not there at once.
    private static let pollPeriod = Duration.microseconds(500)

    /// Called before each decision begins, on the thread that decides: a boundary at which weights may change.
    public var beforeDecision: (() -> Void)?
    /// How long decisions took, by the wall clock; to be read while the loop rests.
    public private(set) var latency = LatencyHistogram()

    private let assembler: ObservationAssembler
    private let policy: any ActingPolicy
    private let seed: UInt64
    private let patience: Duration
    private let wall: any Platform.Clock
    private let tickSeconds: Double
    /// How long every decision is made to last, beside what it takes.
    private let extraDelay: Duration
    private var misses = 0
    /// Why the policy counts as lost.
    private let lost = Guarded<String?>(nil)
    /// Whether it rests; held while a decision is being made.
    private let isResting = Guarded<Bool>(false)
    private let isFinished = Atomic<Bool>(false)
    private var lead = DecisionLead()
    private var answered: (course: UInt64, step: UInt32)?
    private var thread: HoneThread?
    private var channel: DecisionChannel?

    /// A loop that rests until a course asks it.
    ///
    /// - Parameters:
    ///   - policy: decides; from now on used by this loop, or while it rests.
    ///   - seed: the session's: with the number of a decision it decides the random numbers.
    ///   - patience: how long one decision is waited for.
    ///   - wall: the clock by which it is.
    ///   - extraDelay: how long every decision is made to last: what a policy of that cost would do to the robot.
    public init(
        robot: RobotDescription, calibration: Calibration, policy: any ActingPolicy, seed: UInt64,
        patience: Duration = PolicyLoop.patience, wall: any Platform.Clock = SystemClock(),
        extraDelay: Duration = .zero
    ) {
        self.extraDelay = extraDelay
        assembler = ObservationAssembler(robot: robot, calibration: calibration)
        tickSeconds = robot.tickSeconds
        (self.policy, self.seed) = (policy, seed)
        (self.patience, self.wall) = (patience, wall)
    }

    /// How long before a step ends its successor is asked for, where decisions take so long at most, s; any thread.
    public static func lead(ofDecisions seconds: Double, tickSeconds: Double) -> Double {
        var lead = DecisionLead()
        lead.note(nanoseconds: UInt64(max(0, 1e9 * seconds)))
        return Double(lead.ticks(tickSeconds: tickSeconds)) * tickSeconds
    }

    /// The policy's view of a sample; any thread.
    public func observe(_ sample: SensorSample) -> Observation { assembler.assemble(sample) }

    /// Why the policy is not waited for any more in this course; nil while it is.
    ///
    /// Any thread.
    public var loss: String? { lost.withLock { $0 } }

    /// Ticks before a step ends at which its successor is asked for where the robot's time waits for decisions.
    public var ticksAhead: Int { Int((extraDelay.inSeconds / tickSeconds - 1e-9).rounded(.up)) }

    /// Decides in place, where the robot's time waits for it.
    ///
    /// - Parameter clock: the robot's.
    /// - Throws: when the policy is lost; after `mostMisses` times the patience at the latest.
    public func answer(
        _ question: DecisionQuestion, on clock: any Platform.Clock
    ) throws(RobotError) -> PlannedChunk {
        expectAnswers()
        while true {
            if let chunk = ask(question, on: clock, isLive: ticksAhead > 0) { return chunk }
            if let loss { throw .undecided(loss) }
        }
    }

    /// Asks once.
    ///
    /// - Parameter isLive: the robot moves on meanwhile, so the answer says what it was asked with.
    /// - Returns: nil where the policy has not decided in time.
    private func ask(
        _ question: DecisionQuestion, on clock: any Platform.Clock, isLive: Bool
    ) -> PlannedChunk? {
        let observation = assembler.assemble(question.sample)
        let begun = clock.now
        beforeDecision?()
        guard var decision = decide(on: observation, question) else { return nil }
        decision.nanoseconds = UInt64(max(0, clock.now.nanoseconds(since: begun)))
        let asked =
            isLive
            ? AskedWith(
                observation: observation, observedNanoseconds: question.observed.nanoseconds,
                begunNanoseconds: begun.nanoseconds, delayTicks: 0) : nil
        let record = DecisionRecord(
            number: question.number, driver: question.driver, value: decision.value,
            nanoseconds: decision.nanoseconds, asked: asked)
        return PlannedChunk(decision, record: record, to: question)
    }

    /// Begins a decision and polls for it until it is there, the patience is over, or the loop is to end.
    private func decide(on observation: Observation, _ question: DecisionQuestion) -> Decision? {
        let mode = ActingMode(question.driver, question.exploration) ?? .policy
        let begun = wall.now
        policy.begin(
            observation, mode: mode, count: mode.isGuided ? policy.candidateCount : 1,
            key: Actor.key(seed: seed, decision: question.number), deadline: patience)
        do throws(ActingFailure) {
            while true {
                if let decision = try policy.poll() {
                    misses = 0
                    latency.record(nanoseconds: UInt64(max(0, wall.now.nanoseconds(since: begun))))
                    return decision
                }
                if isFinished.load(ordering: .relaxed) { return nil }
                guard wall.now < begun + patience else {
                    throw .missed("there was no answer in \(patience.inSeconds) s")
                }
                wall.sleep(for: Self.pollPeriod)
            }
        } catch {
            misses += 1
            if case .missed = error, misses < Self.mostMisses { return nil }
            lost.withLock { $0 = "\(error)" }
            return nil
        }
    }

    /// What a policy missed before does not count any more.
    private func expectAnswers() {
        misses = 0
        lost.withLock { $0 = nil }
    }

    /// Returns when no decision is being made; none is then until the next course begins.
    ///
    /// Any thread but the loop's.
    public func rest() { isResting.withLock { $0 = true } }

    /// Does something while no decision is being made, such as giving the policy other weights.
    ///
    /// Any thread but the loop's; waits for a decision that is being made, no longer than that may take.
    public func betweenDecisions<Result: Sendable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try isResting.withLock { _ throws(Failure) in try body() }
    }

    // MARK: By the wall clock

    /// Answers what is asked on a channel, on a thread of its own, until `finish`; ends a rest.
    func start(on channel: DecisionChannel, clock: any Platform.Clock) throws(PlatformError) {
        isResting.withLock { isResting in
            isResting = false
            expectAnswers()
        }
        guard thread == nil else { return }
        self.channel = channel
        channel.lead.store(.max, ordering: .relaxed)
        isFinished.store(false, ordering: .relaxed)
        thread = try HoneThread.start(name: "policy") { self.run(channel, clock) }
    }

    /// Ends the thread and joins it; a decision that is being computed is, one that is waited for is given up.
    public func finish() {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        channel?.asked.signal()
        thread?.join()
        thread = nil
    }

    private func run(_ channel: DecisionChannel, _ clock: any Platform.Clock) {
        while !isFinished.load(ordering: .relaxed) {
            guard let question = channel.questions.take(), isNew(question) else {
                _ = channel.asked.wait(timeout: .milliseconds(100))
                continue
            }
            let made = isResting.withLock { isResting in
                isResting ? nil : ask(question, on: clock, isLive: true)
            }
            guard var chunk = made else { continue }
            let spent = Duration.nanoseconds(Int64(clamping: chunk.decision.nanoseconds))
            if spent < extraDelay {
                wall.sleep(for: extraDelay - spent)
                chunk.decision.nanoseconds = UInt64(1e9 * extraDelay.inSeconds)
            }
            lead.note(nanoseconds: chunk.decision.nanoseconds)
            channel.lead.store(lead.ticks(tickSeconds: tickSeconds), ordering: .relaxed)
            answered = (question.course, question.step)
            // The ring is full only if nobody ticks: then nobody would carry it out either.
            _ = channel.answers.push(chunk)
        }
    }

    /// A question is asked again each tick until its answer has come.
    private func isNew(_ question: DecisionQuestion) -> Bool {
        guard let answered else { return true }
        return question.course != answered.course || question.step > answered.step
    }
}
