import Embodiment
import Experience
import Testing

@Suite("Monte-Carlo returns")
struct MonteCarloReturnsTests {
    private func returns(rewards: [Float], masks: [Float], discount: Float) -> [Float] {
        var filled = [Float](repeating: .nan, count: rewards.count)
        rewards.withUnsafeBufferPointer { rewards in
            masks.withUnsafeBufferPointer { masks in
                filled.withUnsafeMutableBufferPointer { filled in
                    MonteCarloReturns.fill(
                        rewards: rewards, masks: masks, discount: discount, returns: filled)
                }
            }
        }
        return filled
    }

    @Test("The published example, ten steps of which the last two succeed")
    func publishedExample() {
        let filled = returns(
            rewards: [Float](repeating: -1, count: 8) + [0, 0],
            masks: [Float](repeating: 1, count: 8) + [0, 0], discount: 0.99)
        let expected: [Float] = [
            -7.7255, -6.7935, -5.852, -4.901, -3.9404, -2.9701, -1.99, -1, 0, 0,
        ]
        for (value, wanted) in zip(filled, expected) { #expect(abs(value - wanted) < 6e-5) }
    }

    @Test("The recursion equals the closed form at every step of a long success")
    func closedForm() {
        let steps = 1000
        let filled = returns(
            rewards: [Float](repeating: -1, count: steps - 1) + [0],
            masks: [Float](repeating: 1, count: steps - 1) + [0], discount: 0.99)
        for step in 0..<steps {
            var power = 1.0
            for _ in 0..<(steps - 1 - step) { power *= 0.99 }
            #expect(abs(Double(filled[step]) + (1 - power) / 0.01) < 1e-5)
        }
    }

    @Test("Nothing is owed beyond a masked step in the middle")
    func maskCuts() {
        let filled = returns(rewards: [-1, -1, -1], masks: [1, 0, 1], discount: 0.5)
        #expect(filled == [-1.5, -1, -1])
    }

    @Test("The floor is exactly −100 at 0.99")
    func floorIsExact() {
        #expect(MonteCarloReturns.floor(discount: 0.99) == -100)
        #expect(MonteCarloReturns.floor(discount: 0.5) == -2)
    }

    @Test(
        "Failure is a last step that earned the step reward, with no positive reward anywhere",
        arguments: [
            ([-1, -1], true), ([-1, 0], false), ([0, -1], true), ([1, -1], false), ([], false),
        ] as [([Float], Bool)])
    func failureRule(rewards: [Float], failed: Bool) {
        let found = rewards.withUnsafeBufferPointer {
            MonteCarloReturns.endedInFailure(rewards: $0)
        }
        #expect(found == failed)
    }

    @Test(
        "The first return of an episode is the one that its first row is trained on",
        arguments: [true, false])
    func first(failedToFloor: Bool) throws {
        for outcome in [EpisodeOutcome.success, .failure] {
            let episode = Samples.episode(number: 0, steps: 9, outcome: outcome)
            let store = Samples.store(capacity: 16, failedToFloor: failedToFloor)
            store.admit(episode)
            let found = MonteCarloReturns.first(
                rewards: episode.transitions.map(\.reward),
                isTerminal: episode.transitions.map(\.isTerminal), discount: store.discount,
                failedToFloor: failedToFloor, absorbsFailures: true)
            #expect(found == store.monteCarloReturn(ofRow: 0))
        }
    }
}
