import Control
import Embodiment
import Platform
import Synchronization

/// The policy loop: turns the newest sample into a decision that begins at a step boundary.
///
/// By the wall clock a thread of its own at policy rate, so that a decision that takes long costs the robot
/// patience and never a tick; in lockstep `answer` is called in place. `answer` and what it calls run on one
/// thread at a time; never while it rests, nor while `betweenDecisions` does something.
public final class PolicyLoop: @unchecked Sendable {
    // @unchecked Sendable: `lead` and `answered` are the loop's thread's alone, `thread` its owner's.

    /// Observation, driver and number of the decision in the session → decision.
    public typealias Decide = @Sendable (Observation, Driver, UInt64) -> Decision

    private let assembler: ObservationAssembler
    private let decide: Decide
    private let tickSeconds: Double
    /// Whether it rests; held while a decision is being made.
    private let isResting = Mutex<Bool>(false)
    private let isFinished = Atomic<Bool>(false)
    private var lead = DecisionLead()
    private var answered: (course: UInt64, step: UInt32)?
    private var thread: HoneThread?
    private var channel: DecisionChannel?

    /// A loop that rests until a course asks it.
    ///
    /// - Parameter decide: called once a decision; must not block on the thread that ticks.
    public init(robot: RobotDescription, calibration: Calibration, decide: @escaping Decide) {
        assembler = ObservationAssembler(robot: robot, calibration: calibration)
        tickSeconds = robot.tickSeconds
        self.decide = decide
    }

    /// The policy's view of a sample; any thread.
    public func observe(_ sample: SensorSample) -> Observation { assembler.assemble(sample) }

    /// Decides.
    ///
    /// - Parameters:
    ///   - clock: the robot's.
    ///   - isLive: the robot moves on meanwhile, so the answer says what it was asked with.
    public func answer(
        _ question: DecisionQuestion, on clock: any Platform.Clock, isLive: Bool
    ) -> PlannedChunk {
        let observation = assembler.assemble(question.sample)
        let begun = clock.now
        var decision = decide(observation, question.driver, question.number)
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

    /// Returns when no decision is being made; none is then until the next course begins.
    ///
    /// Any thread but the loop's.
    public func rest() { isResting.withLock { $0 = true } }

    /// Does something while no decision is being made, such as giving the policy other weights.
    ///
    /// Any thread but the loop's; waits for a decision that is being made.
    public func betweenDecisions<Result: Sendable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try isResting.withLock { _ throws(Failure) in try body() }
    }

    // MARK: By the wall clock

    /// Answers what is asked on a channel, on a thread of its own, until `finish`; ends a rest.
    func start(on channel: DecisionChannel, clock: SystemClock) throws(PlatformError) {
        isResting.withLock { $0 = false }
        guard thread == nil else { return }
        self.channel = channel
        channel.lead.store(.max, ordering: .relaxed)
        isFinished.store(false, ordering: .relaxed)
        thread = try HoneThread.start(name: "policy") { self.run(channel, clock) }
    }

    /// Ends the thread, after the decision that is being made, and joins it.
    public func finish() {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        channel?.asked.signal()
        thread?.join()
        thread = nil
    }

    private func run(_ channel: DecisionChannel, _ clock: SystemClock) {
        while !isFinished.load(ordering: .relaxed) {
            guard let question = channel.questions.take(), isNew(question) else {
                _ = channel.asked.wait(timeout: .milliseconds(100))
                continue
            }
            let made = isResting.withLock { isResting in
                isResting ? nil : answer(question, on: clock, isLive: true)
            }
            guard let chunk = made else { continue }
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
