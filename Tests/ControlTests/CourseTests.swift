import Embodiment
import Testing

@testable import Control

/// The steps of a course: when they begin, end and are asked for.
@Suite("Course")
struct CourseTests {
    /// Follows a course and answers what is asked `delay` ticks later.
    struct Follower {
        var loop = LiveLoop()
        var outcomes: [StepOutcome] = []
        var questions: [DecisionQuestion] = []
        /// The tick at whose boundary each step began.
        var began: [Int] = []
        private var pending: (chunk: PlannedChunk, at: Int)?
        private var ticks = 0

        init(_ course: Course) { loop.controller.follow(course) }

        mutating func run(
            ticks count: Int, lead: Int = 3, delay: Int = 1,
            actions: (UInt32) -> [Action] = { _ in [Action([0.5, 1])] },
            sample change: (inout SensorSample) -> Void = { _ in }
        ) {
            let controller = loop.controller
            for _ in 0..<count {
                ticks += 1
                if let (chunk, at) = pending, at <= ticks {
                    controller.offer(chunk)
                    pending = nil
                }
                if let outcome = controller.closeStep() { outcomes.append(outcome) }
                if controller.beginStep(at: loop.time) { began.append(ticks) }
                loop.tick(sample: change)
                guard pending == nil, let question = controller.question(within: lead) else {
                    continue
                }
                questions.append(question)
                let record = DecisionRecord(
                    number: question.number, driver: question.driver, value: nil, nanoseconds: 0,
                    asked: AskedWith(
                        observation: Observation(count: 3), observedNanoseconds: 0,
                        begunNanoseconds: 0, delayTicks: 0))
                let decision = Decision(
                    chosen: ActionChunk(actions(question.step)), version: 4, value: -1)
                pending = (PlannedChunk(decision, record: record, to: question), ticks + delay)
            }
        }
    }

    private let course = Course(driver: .guided, firstDecision: 100, steps: 5)

    @Test("Steps follow each other without a tick between them while decisions are there in time")
    func seamless() {
        var follower = Follower(course)
        follower.run(ticks: 130)
        #expect(follower.outcomes.map(\.step) == [0, 1, 2, 3, 4])
        #expect(zip(follower.began, follower.began.dropFirst()).allSatisfy { $1 - $0 == 20 })
        #expect(follower.questions.map(\.number) == [100, 101, 102, 103, 104])
        #expect(follower.outcomes.allSatisfy { $0.waitedTicks == 0 && $0.source == .policy })
        #expect(follower.outcomes.map { $0.decision?.asked?.delayTicks } == [1, 4, 4, 4, 4])
        #expect(follower.outcomes.allSatisfy { $0.origin.policyVersion == 4 })
        #expect(!follower.loop.controller.isAwaitingDecision, "it is over")
    }

    @Test(
        "A decision that is late costs the robot patience: it holds, and the outcome says how long")
    func late() {
        var follower = Follower(course)
        follower.run(ticks: 80, lead: 100, delay: 45)
        #expect(follower.loop.controller.isAwaitingDecision)
        #expect(follower.loop.report.acting == .policy, "within its patience")
        follower.run(ticks: 70, lead: 100, delay: 45)
        #expect(follower.outcomes.count >= 1 && follower.outcomes.first?.waitedTicks == 0)
        let gaps = zip(follower.began, follower.began.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 == 45 || $0 == 46 }, "\(gaps)")
        follower.run(ticks: 60, lead: 100, delay: 45)
        #expect(follower.outcomes[1].waitedTicks == UInt32(gaps[0] - 20))
        #expect(follower.loop.state == .active)
        #expect(follower.loop.controller.guardian.holds == 0)
    }

    @Test("A step that accomplishes the task is the last, and nothing is asked behind it")
    func success() {
        var follower = Follower(course)
        follower.run(ticks: 30)
        follower.run(ticks: 1, sample: { $0.isSuccess = true })
        follower.run(ticks: 60)
        #expect(follower.outcomes.count == 2)
        #expect(follower.outcomes.last?.isSuccess == true && follower.began.count == 2)
        #expect(follower.questions.count == 2)
    }

    @Test("A step in which the episode was truncated is the last, and no success")
    func truncation() {
        var follower = Follower(course)
        follower.run(ticks: 30)
        follower.run(ticks: 1, sample: { $0.isTruncated = true })
        follower.run(ticks: 60)
        #expect(follower.outcomes.count == 2 && follower.began.count == 2)
        #expect(follower.outcomes.map(\.isTruncated) == [false, true])
        #expect(follower.outcomes.allSatisfy { !$0.isSuccess && !$0.isTerminal })
        #expect(follower.questions.count == 2)
    }

    @Test("What a newer sample overtook can still accomplish the task")
    func overtakenSuccess() {
        var follower = Follower(course)
        follower.run(ticks: 30)
        var old = SensorSample(axes: 2, features: 1)
        (old.session, old.epoch, old.bootID) = (1, 1, 7)
        old.sequence = follower.loop.sequence + 1
        old.isSuccess = true
        follower.loop.controller.overtake(old, at: follower.loop.time)
        follower.loop.sequence += 1
        follower.run(ticks: 30)
        #expect(follower.outcomes.count == 2 && follower.outcomes[1].isSuccess)
    }

    @Test("An answer with a number that is not finite is dropped and stops the robot")
    func notFinite() {
        var follower = Follower(course)
        follower.run(ticks: 15)
        #expect(follower.loop.state == .active)
        follower.run(ticks: 20) { _ in [Action([.nan, 1])] }
        #expect(follower.loop.state == .protectiveStop)
        #expect(follower.loop.verdict.cause == .actionNotFinite)
        #expect(follower.began.count == 1)
    }

    @Test("An answer to another course is dropped and counted, and moves nothing")
    func stale() throws {
        var follower = Follower(course)
        follower.run(ticks: 10)
        let old = try #require(follower.questions.first)
        follower.loop.controller.follow(course)
        let decision = Decision(action: Action([1, 1]), version: 1, value: nil)
        let record = DecisionRecord(number: 0, driver: .guided, value: nil, nanoseconds: 0)
        follower.loop.controller.offer(PlannedChunk(decision, record: record, to: old))
        #expect(!follower.loop.controller.beginStep(at: follower.loop.time))
        #expect(follower.loop.controller.status.droppedChunks == 1)
        #expect(follower.loop.controller.status.isAwaitingDecision)
    }

    @Test("An operator is asked nothing: his action is the newest sample's, none changes nothing")
    func demonstration() {
        var follower = Follower(Course(driver: .operatorAction, firstDecision: 0, steps: 3))
        follower.run(
            ticks: 25,
            sample: { sample in
                sample.hasOperatorAction = true
                sample.operatorAction = Action([0.25, -1])
            })
        follower.run(ticks: 60)
        #expect(follower.questions.isEmpty)
        #expect(follower.outcomes.map(\.isSilent) == [true, false, true])
        #expect(follower.outcomes[1].proposed == Action([0.25, -1]))
        #expect(follower.outcomes.allSatisfy { $0.source == .operatorAction })
        #expect(follower.outcomes.allSatisfy { $0.decision == nil })
    }

    @Test("Whatever else is asked of the robot ends the course")
    func ends() {
        let acts: [(Controller) -> Void] = [
            { $0.hold() }, { $0.goHome() }, { $0.play(Motion([AxisVector([0, 1])])) },
            { $0.resynchronise() }, { $0.resynchroniseIfMoved() }, { $0.endCourse() },
            { $0.prepare(session: 1, epoch: 2, isTested: true) },
        ]
        for act in acts {
            var follower = Follower(course)
            follower.run(ticks: 30)
            act(follower.loop.controller)
            #expect(follower.loop.controller.question(within: 100) == nil)
            #expect(!follower.loop.controller.beginStep(at: follower.loop.time))
            #expect(follower.loop.controller.closeStep() == nil)
        }
    }
}
