import Embodiment
import Testing

@testable import Control

/// Courses whose decisions are carried out for several steps.
@Suite("Course of chunks")
struct ChunkCourseTests {
    private let course = Course(
        driver: .guided, firstDecision: 100, steps: 6, executedSteps: 2)

    /// A decision asked for step s: its action i is s/10 + i/100.
    private func planned(_ step: UInt32, _ count: Int) -> [Action] {
        (0..<count).map { Action([Double(step) / 10 + Double($0) / 100, 0.5]) }
    }

    private func proposed(_ follower: CourseTests.Follower) -> [Int] {
        follower.outcomes.map { Int(($0.proposed[0] * 100).rounded()) }
    }

    @Test("A decision is asked every k steps, and recorded with the first that it gives")
    func receding() {
        var follower = CourseTests.Follower(course)
        follower.run(ticks: 150, actions: { planned($0, 4) })
        #expect(follower.questions.map(\.step) == [0, 2, 4])
        #expect(follower.questions.map(\.number) == [100, 102, 104])
        #expect(proposed(follower) == [0, 1, 20, 21, 40, 41])
        #expect(follower.outcomes.map { $0.decision?.number } == [100, nil, 102, nil, 104, nil])
        #expect(follower.outcomes.map(\.origin.decision) == [100, 100, 102, 102, 104, 104])
        #expect(zip(follower.began, follower.began.dropFirst()).allSatisfy { $1 - $0 == 20 })
        #expect(follower.loop.controller.status.droppedChunks == 0)
    }

    @Test(
        "While a decision is late the rest of the old one is played; it begins where it is by then")
    func late() {
        var follower = CourseTests.Follower(course)
        follower.run(ticks: 170, delay: 10, actions: { planned($0, 4) })
        // Step 2 is the old one's; the decision that was asked for it begins with its second action, and so on.
        #expect(proposed(follower) == [0, 1, 2, 21, 22, 41])
        #expect(follower.questions.map(\.step) == [0, 2, 4])
        #expect(follower.outcomes.map { $0.decision?.number } == [100, nil, nil, 102, nil, 104])
        #expect(follower.outcomes.allSatisfy { $0.waitedTicks == 0 })
    }

    @Test("Where nothing is left of the old one the robot waits as for a single step")
    func dry() {
        var follower = CourseTests.Follower(course)
        follower.run(ticks: 170, delay: 10, actions: { planned($0, 2) })
        #expect(proposed(follower) == [0, 1, 20, 21, 40, 41])
        #expect(
            follower.outcomes.map { $0.waitedTicks > 0 } == [
                false, false, true, false, true, false,
            ])
        #expect(follower.loop.state == .active)
    }

    @Test("A number that is not finite anywhere in a chunk drops all of it", arguments: 0..<4)
    func notFinite(place: Int) {
        var follower = CourseTests.Follower(course)
        follower.run(
            ticks: 40,
            actions: { step in
                var actions = planned(step, 4)
                actions[place][1] = .nan
                return actions
            })
        #expect(follower.loop.verdict.cause == .actionNotFinite && follower.began.isEmpty)
    }

    @Test("What was planned is not played later than a second after its first step")
    func expiry() {
        var follower = CourseTests.Follower(course)
        // The first decision is there, no other comes; its step begins, and the robot then stands for long.
        follower.run(ticks: 10, actions: { planned($0, 4) })
        let controller = follower.loop.controller
        for _ in 0..<120 { follower.loop.tick() }
        #expect(controller.closeStep()?.step == 0)
        #expect(!controller.beginStep(at: follower.loop.time))
        #expect(controller.question(within: 3)?.step == 1)
    }
}
