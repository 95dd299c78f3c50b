import Embodiment
import Experience
import Testing

@Suite("Replay store")
struct ReplayStoreTests {
    @Test("A failed episode's returns are all the floor, or the truncated sum without the rule")
    func failedToFloor() {
        let episode = Samples.episode(number: 0, steps: 4, outcome: .failure)
        let pushed = Samples.store(capacity: 16, failedToFloor: true)
        #expect(pushed.admit(episode) == .admitted(rows: 4))
        #expect(returns(pushed) == [-100, -100, -100, -100])
        let truncated = Samples.store(capacity: 16, failedToFloor: false)
        truncated.admit(episode)
        #expect(abs(truncated.monteCarloReturn(ofRow: 0) + 3.940399) < 1e-5)
        #expect(truncated.monteCarloReturn(ofRow: 3) == -1)
    }

    @Test("A success is never pushed to the floor")
    func successKeepsItsReturns() {
        let store = Samples.store(capacity: 16, failedToFloor: true)
        store.admit(Samples.episode(number: 0, steps: 3, outcome: .success))
        #expect(store.monteCarloReturn(ofRow: 2) == 0)
        #expect(store.monteCarloReturn(ofRow: 1) == -1)
        #expect(store.successes == 1)
    }

    private func returns(_ store: ReplayStore) -> [Float] {
        (0..<store.count).map { store.monteCarloReturn(ofRow: $0) }
    }

    /// A failure whose last step ended the task for good.
    private func hopeless(steps: Int) -> Episode {
        var episode = Samples.episode(number: 7, steps: steps, outcome: .failure)
        episode.transitions[steps - 1].isTerminal = true
        return episode
    }

    /// Rewards and masks of every row of a store.
    private func rewardsAndMasks(_ store: ReplayStore) -> (rewards: [Float], masks: [Float]) {
        let batch = Batch(
            capacity: store.count, observationCount: Samples.scalars, actionCount: Samples.axes)
        let rows = (0..<Int32(store.count)).map { $0 }
        rows.withUnsafeBufferPointer { store.gather(rows: $0, into: batch.view) }
        return (
            (0..<store.count).map { batch.view.rewards[$0] },
            (0..<store.count).map { batch.view.masks[$0] }
        )
    }

    @Test("A terminal failure is worth the floor for ever and ends the bootstrap")
    func terminalFailureIsAbsorbing() {
        let store = Samples.store(capacity: 16)
        #expect(store.absorbsFailures)
        #expect(store.admit(hopeless(steps: 3)) == .admitted(rows: 3))
        let (rewards, masks) = rewardsAndMasks(store)
        #expect(rewards == [-1, -1, -100])
        #expect(masks == [1, 1, 0])
        #expect(returns(store) == [-100, -100, -100])
    }

    @Test("As published a terminal failure bootstraps like a time-out")
    func terminalFailureAsPublished() {
        let store = ReplayStore(
            observationCount: Samples.scalars, actionCount: Samples.axes, capacity: 16,
            discount: 0.99, failedToFloor: true, absorbsFailures: false)
        store.admit(hopeless(steps: 3))
        let (rewards, masks) = rewardsAndMasks(store)
        #expect(rewards == [-1, -1, -1])
        #expect(masks == [1, 1, 1])
    }

    @Test("A time-out and a success are not touched by the rule for hopeless states")
    func onlyTerminalFailuresAbsorb() {
        let store = Samples.store(capacity: 16)
        store.admit(Samples.episode(number: 0, steps: 2, outcome: .failure))
        store.admit(Samples.episode(number: 1, steps: 2, outcome: .success))
        let (rewards, masks) = rewardsAndMasks(store)
        #expect(rewards == [-1, -1, -1, 0])
        #expect(masks == [1, 1, 1, 0])
    }

    @Test("Episodes that must not be trained on are refused whole, each with its reason")
    func refusals() {
        let store = Samples.store(capacity: 8)
        #expect(store.admit(Samples.episode(number: 0, steps: 2, outcome: .aborted)) == .aborted)
        var measured = Samples.episode(number: 1, steps: 2, outcome: .success)
        measured.purpose = .evaluation
        #expect(store.admit(measured) == .evaluation)
        #expect(store.admit(Samples.episode(number: 2, steps: 0, outcome: .failure)) == .empty)
        #expect(
            store.admit(Samples.episode(number: 3, steps: 9, outcome: .failure))
                == .tooLong(steps: 9, limit: 8))
        var broken = Samples.episode(number: 4, steps: 3, outcome: .success)
        broken.transitions[1].nextObservation[0] = .nan
        #expect(store.admit(broken) == .notFinite(step: 1))
        var narrow = Samples.episode(number: 5, steps: 3, outcome: .success)
        narrow.transitions[2].executed = Action(count: Samples.axes - 1)
        #expect(store.admit(narrow) == .wrongSize(step: 2))
        #expect(store.count == 0 && store.episodes == 0)
    }

    @Test(
        "Gathered rows equal the naive copy, also after the ring has wrapped",
        arguments: [1, 2, 3, 5, 8, 13, 64], [UInt64(1), 2])
    func gatherEqualsNaive(capacity: Int, seed: UInt64) {
        var random = Samples.Generator(seed: seed)
        let store = Samples.store(capacity: capacity)
        var naive: [(UInt64, Transition)] = []
        for number in 0..<12 {
            let steps = 1 + Int(random.next() % UInt64(min(capacity, 7)))
            let outcome: EpisodeOutcome = random.next() % 2 == 0 ? .success : .failure
            let episode = Samples.episode(number: UInt32(number), steps: steps, outcome: outcome)
            store.admit(episode)
            for transition in episode.transitions {
                naive.append((UInt64(naive.count), transition))
            }
        }
        let kept = Array(naive.suffix(capacity))
        #expect(store.count == kept.count)
        let rows = (0..<9).map { _ in Int32(random.next() % UInt64(store.count)) }
        let batch = Batch(
            capacity: 12, observationCount: Samples.scalars, actionCount: Samples.axes)
        rows.withUnsafeBufferPointer { store.gather(rows: $0, into: batch.view, at: 3) }
        let view = batch.view
        for (place, row) in rows.enumerated() {
            let index = 3 + place
            let serial = store.serial(ofRow: Int(row))
            let wanted = naive[Int(serial)].1
            #expect(kept.contains { $0.0 == serial })
            #expect(view.rowIDs[index] == row)
            #expect(view.rewards[index] == wanted.reward)
            #expect(view.masks[index] == (wanted.isTerminal ? 0 : 1))
            for scalar in 0..<Samples.scalars {
                let at = index * Samples.scalars + scalar
                #expect(view.observations[at] == wanted.observation[scalar])
                #expect(view.nextObservations[at] == wanted.nextObservation[scalar])
            }
            for axis in 0..<Samples.axes {
                #expect(
                    view.actions[index * Samples.axes + axis] == Float(wanted.executed[axis]))
            }
        }
    }

    @Test("A batch's columns do not overlap")
    func batchColumns() {
        let batch = Batch(capacity: 4, observationCount: 3, actionCount: 2).view
        #expect(batch.actions - batch.observations == 12)
        #expect(batch.nextObservations - batch.returns == 4)
    }
}
