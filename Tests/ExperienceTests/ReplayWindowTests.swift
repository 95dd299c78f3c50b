import Embodiment
import Experience
import Testing

/// The windows that a replay store gathers: k steps and more from a row on, as far as its episode goes.
@Suite("Windows of a replay store")
struct ReplayWindowTests {
    /// An episode with these rewards whose steps begin where the last one ended, but for every `broken`th.
    private static func episode(
        _ number: UInt32, rewards: [Float], isTerminal: Bool, broken: Int = .max
    ) -> Episode {
        var episode = Samples.episode(number: number, steps: rewards.count, outcome: .failure)
        for step in rewards.indices {
            episode.transitions[step].reward = rewards[step]
            episode.transitions[step].isTerminal = isTerminal && step == rewards.count - 1
            guard step > 0, step % broken != 0 else { continue }
            episode.transitions[step].observation = episode.transitions[step - 1].nextObservation
        }
        return episode
    }

    /// Every row of a store, as windows of H steps of which k count.
    private static func gather(_ store: ReplayStore, _ horizon: Int, _ executed: Int) -> Batch {
        let batch = Batch(
            capacity: store.count, observationCount: Samples.scalars, actionCount: Samples.axes,
            horizon: horizon, executedSteps: executed)
        (0..<store.count).map(Int32.init).withUnsafeBufferPointer {
            store.gather(rows: $0, into: batch.view)
        }
        return batch
    }

    @Test("Rewards before a terminal step are discounted to the window's first step")
    func terminal() {
        let store = Samples.store(capacity: 16, failedToFloor: false)
        let episode = Self.episode(0, rewards: [0, 0, 1], isTerminal: true)
        store.admit(episode)
        let batch = Self.gather(store, 4, 4)
        let view = batch.view
        #expect(abs(view.rewards[0] - 0.9801) < 1e-6)
        #expect((0..<3).map { view.masks[$0] } == [0, 0, 0])
        #expect((0..<3).map { view.lengths[$0] } == [3, 2, 1])
        #expect((0..<4).map { view.present[$0] } == [1, 1, 1, 0])
        // Behind the end its last action once more.
        for axis in 0..<Samples.axes {
            let last = Float(episode.transitions[2].executed[axis])
            #expect(view.actions[2 * Samples.axes + axis] == last)
            #expect(view.actions[3 * Samples.axes + axis] == last)
        }
    }

    @Test("What comes after a whole window, or a time-out, is owed")
    func owed() {
        let store = Samples.store(capacity: 16, failedToFloor: false)
        let episode = Self.episode(0, rewards: [-1, -1, -1, -1, -1, -1], isTerminal: false)
        store.admit(episode)
        let batch = Self.gather(store, 4, 4)
        let view = batch.view
        #expect(abs(view.rewards[0] - -3.940399) < 1e-6)
        #expect(view.lengths[0] == 4 && view.masks[0] == 1)
        #expect(view.lengths[4] == 2 && view.masks[4] == 1)
        #expect(abs(view.rewards[4] - -1.99) < 1e-6)
        for index in 0..<Samples.scalars {
            let after = Samples.scalars * 4 + index
            #expect(view.nextObservations[index] == episode.transitions[3].nextObservation[index])
            #expect(view.nextObservations[after] == episode.transitions[5].nextObservation[index])
        }
    }

    /// A row's window, from the episode that it is of.
    private static func expected(
        _ episode: Episode, _ step: Int, _ horizon: Int, _ executed: Int
    ) -> (actions: [Float], present: [Float], reward: Double, length: Int) {
        var steps = [step]
        while steps.count < horizon, let last = steps.last, last + 1 < episode.transitions.count,
            episode.transitions[last].nextObservation == episode.transitions[last + 1].observation
        { steps.append(last + 1) }
        let length = min(executed, steps.count)
        var reward = 0.0
        for index in (0..<length).reversed() {
            reward = Double(episode.transitions[steps[index]].reward) + 0.99 * reward
        }
        let actions = (0..<horizon).flatMap { index in
            let executed = episode.transitions[steps[min(index, steps.count - 1)]].executed
            return (0..<Samples.axes).map { Float(executed[$0]) }
        }
        return (
            actions, (0..<horizon).map { $0 < steps.count ? 1 : 0 }, reward, length
        )
    }

    @Test(
        "Windows are cut by an episode's end and by a break, whatever was overwritten",
        arguments: [(1, 1), (3, 1), (4, 4), (8, 3)], [UInt64(1), 2])
    func windows(sizes: (Int, Int), seed: UInt64) {
        var random = Samples.Generator(seed: seed)
        let (horizon, executed) = sizes
        for broken in [2, 5, 1000] {
            let store = Samples.store(capacity: 64)
            var admitted: [(episode: Episode, step: Int)] = []
            for number in 0..<20 {
                let steps = 1 + Int(random.next() % 12)
                let rewards = (0..<steps).map { _ in -Float(random.unit()) }
                let episode = Self.episode(
                    UInt32(number), rewards: rewards, isTerminal: false, broken: broken)
                store.admit(episode)
                admitted += (0..<steps).map { (episode, $0) }
            }
            let batch = Self.gather(store, horizon, executed)
            let view = batch.view
            var wrong = 0
            for row in 0..<store.count {
                let (episode, step) = admitted[Int(store.serial(ofRow: row))]
                let wanted = Self.expected(episode, step, horizon, executed)
                let last = episode.transitions[step + wanted.length - 1]
                let width = horizon * Samples.axes
                let isSame =
                    (0..<width).allSatisfy {
                        view.actions[row * width + $0] == wanted.actions[$0]
                    }
                    && (0..<horizon).allSatisfy {
                        view.present[row * horizon + $0] == wanted.present[$0]
                    }
                    && (0..<Samples.scalars).allSatisfy {
                        view.nextObservations[row * Samples.scalars + $0]
                            == last.nextObservation[$0]
                    }
                // One step alone is the reward itself, to the bit.
                let isExact = executed > 1 || view.rewards[row] == episode.transitions[step].reward
                if !isSame || !isExact || Int(view.lengths[row]) != wanted.length
                    || abs(Double(view.rewards[row]) - wanted.reward) > 1e-5
                {
                    wrong += 1
                }
            }
            #expect(wrong == 0, "seed \(seed), every \(broken)th step broken")
        }
    }
}
