import Embodiment
import Platform
import Testing

@testable import Control

/// What is planned, and when it begins.
@Suite("Action queue")
struct ActionQueueTests {
    /// A chunk whose actions are numbered from `first`.
    private func chunk(
        _ count: Int, from first: Double = 0, firstStep: UInt32 = 0, version: UInt32 = 1,
        axes: Int = 2
    ) -> PlannedChunk {
        let actions = (0..<count).map { index in
            Action([Double](repeating: first + Double(index), count: axes))
        }
        let question = DecisionQuestion(
            course: 1, step: firstStep, driver: .guided, number: 7,
            sample: SensorSample(axes: axes, features: 0), observed: .zero, tick: 0)
        return PlannedChunk(
            Decision(chosen: ActionChunk(actions), version: version, value: nil),
            record: DecisionRecord(number: 7, driver: .guided, value: nil, nanoseconds: 0),
            to: question)
    }

    @Test("A chunk of one is carried out once")
    func one() {
        var queue = ActionQueue()
        #expect(!queue.holds(0) && queue.take(0) == nil)
        #expect(queue.offer(chunk(1, from: 0.5), before: 0, axes: 2) == .taken)
        #expect(queue.holds(0) && !queue.holds(1))
        #expect(queue.take(0)?.action == Action([0.5, 0.5]))
        #expect(queue.take(1) == nil)
    }

    @Test("The next chunk begins at the step that it is meant for, not before")
    func order() {
        var queue = ActionQueue()
        #expect(queue.offer(chunk(4, version: 1), before: 0, axes: 2) == .taken)
        #expect(queue.take(0)?.version == 1)
        #expect(
            queue.offer(chunk(4, from: 10, firstStep: 2, version: 2), before: 1, axes: 2) == .taken)
        #expect(queue.take(1)?.action[0] == 1)
        #expect(queue.take(2)?.action[0] == 10)
        #expect(queue.take(3)?.version == 2)
        #expect(queue.holds(5) && !queue.holds(6))
    }

    @Test("A chunk that comes late begins with the action of the step that begins now")
    func late() {
        var queue = ActionQueue()
        #expect(queue.offer(chunk(4, from: 0, firstStep: 2), before: 4, axes: 2) == .taken)
        #expect(queue.take(4)?.action[0] == 2)
        #expect(queue.take(5)?.action[0] == 3)
        #expect(queue.take(6) == nil)
        #expect(queue.offer(chunk(4, firstStep: 2), before: 6, axes: 2) == .outOfDate)
    }

    @Test(
        "One chunk waits at most; a number that is not finite, or another robot's, drops all of it")
    func refused() {
        var queue = ActionQueue()
        #expect(queue.offer(chunk(2, version: 1), before: 0, axes: 2) == .taken)
        #expect(queue.offer(chunk(2, version: 2), before: 0, axes: 2) == .full)
        #expect(queue.take(0)?.version == 1)
        #expect(queue.offer(chunk(3, firstStep: 2, axes: 3), before: 1, axes: 2) == .notFinite)
        for place in 0..<3 {
            var bad = (0..<3).map { _ in Action([0, 0]) }
            bad[place][1] = place == 1 ? .infinity : .nan
            var broken = chunk(3, firstStep: 2)
            broken.decision.chosen = ActionChunk(bad, firstStep: 2)
            #expect(queue.offer(broken, before: 1, axes: 2) == .notFinite)
        }
        #expect(queue.holds(1) && !queue.holds(2))
        queue.clear()
        #expect(!queue.holds(1))
    }

    @Test("A chunk is wanted for the step behind those that are carried out, and taken not before")
    func wanted() {
        var queue = ActionQueue()
        #expect(queue.wants(0, executed: 2))
        #expect(queue.offer(chunk(4), before: 0, axes: 2, executed: 2) == .taken)
        #expect(!queue.wants(0, executed: 2) && queue.take(0)?.isFirst == true)
        #expect(!queue.wants(1, executed: 2) && queue.wants(2, executed: 2))
        #expect(queue.offer(chunk(4, firstStep: 1), before: 1, axes: 2, executed: 2) == .full)
        #expect(queue.take(1)?.isFirst == false)
        #expect(queue.offer(chunk(4, firstStep: 2), before: 2, axes: 2, executed: 2) == .taken)
        #expect(!queue.wants(2, executed: 2) && queue.take(2)?.isFirst == true)
    }

    @Test("A chunk has 64 actions at most, of 64 axes 16, and keeps them")
    func longest() {
        let actions = (0..<ActionChunk.longest).map { Action([Double($0)]) }
        let chunk = ActionChunk(actions, firstStep: 3)
        #expect(chunk.count == 64 && chunk.isFinite)
        for index in 0..<64 { #expect(chunk[index][0] == Double(index)) }
        #expect(chunk == ActionChunk(actions, firstStep: 3))
        #expect(chunk != ActionChunk(actions, firstStep: 4))
        #expect(ActionChunk.longest(axes: 16) == 64 && ActionChunk.longest(axes: 64) == 16)
        let wide = (0..<16).map { step in
            Action((0..<Capacity.axes).map { Double(step * 100 + $0) })
        }
        let most = ActionChunk(wide)
        #expect((0..<16).allSatisfy { most[$0] == wide[$0] })
    }
}
