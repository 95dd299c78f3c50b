import Embodiment
import Experience
import Testing

/// Where a replay store keeps observations: once, with the next one as the next place.
@Suite("Replay store's places")
struct ReplayPlacesTests {
    /// An episode whose steps begin where the last one ended, but for every `broken`th.
    private static func episode(_ number: UInt32, steps: Int, broken: Int = .max) -> Episode {
        var episode = Samples.episode(number: number, steps: steps, outcome: .failure)
        for step in 1..<max(1, steps) where step % broken != 0 {
            episode.transitions[step].observation = episode.transitions[step - 1].nextObservation
        }
        return episode
    }

    /// Every row of a store is one of the newest transitions admitted, each once, and is as it was.
    private func check(_ store: ReplayStore, _ admitted: [Transition]) {
        let batch = Batch(
            capacity: 1, observationCount: Samples.scalars, actionCount: Samples.axes)
        var serials: Set<Int> = []
        var wrong = 0
        for row in 0..<store.count {
            let serial = Int(store.serial(ofRow: row))
            serials.insert(serial)
            [Int32(row)].withUnsafeBufferPointer { store.gather(rows: $0, into: batch.view) }
            let wanted = admitted[serial]
            let isSame = (0..<Samples.scalars).allSatisfy {
                batch.view.observations[$0] == wanted.observation[$0]
                    && batch.view.nextObservations[$0] == wanted.nextObservation[$0]
                    && store.observation(ofRow: row)[$0] == wanted.observation[$0]
            }
            let isActed = (0..<Samples.axes).allSatisfy {
                batch.view.actions[$0] == Float(wanted.executed[$0])
            }
            if !isSame || !isActed || batch.view.rewards[0] != wanted.reward { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(serials == Set((admitted.count - store.count)..<admitted.count))
    }

    @Test(
        "Rows are what was admitted, whether steps follow each other or not",
        arguments: [1, 2, 3, 1000], [UInt64(1), 2, 3])
    func rows(broken: Int, seed: UInt64) {
        var random = Samples.Generator(seed: seed)
        for capacity in [1, 2, 7, 64, 300] {
            let store = Samples.store(capacity: capacity)
            var admitted: [Transition] = []
            for number in 0..<40 {
                let steps = 1 + Int(random.next() % UInt64(min(capacity, 30)))
                let episode = Self.episode(UInt32(number), steps: steps, broken: broken)
                #expect(store.admit(episode) == .admitted(rows: steps), "seed \(seed)")
                admitted += episode.transitions
                // A small store has places for every row, whatever the episodes are.
                #expect(store.count == min(capacity, admitted.count), "seed \(seed)")
            }
            check(store, admitted)
        }
    }

    @Test("Where places run out the oldest rows give way, and the others stay what they are")
    func shortOfPlaces() {
        let store = Samples.store(capacity: 8192)
        var admitted: [Transition] = []
        for number in 0..<40 {
            // No step begins where the last one ended: two places each, of 12,289.
            let episode = Self.episode(UInt32(number), steps: 500, broken: 1)
            #expect(store.admit(episode) == .admitted(rows: 500))
            admitted += episode.transitions
            #expect(store.count >= min(admitted.count, 5600))
            if number % 8 == 7 { check(store, admitted) }
        }
        #expect(store.count < 8192)
        // And with episodes as they are it fills again.
        for number in 40..<60 {
            let episode = Self.episode(UInt32(number), steps: 500)
            store.admit(episode)
            admitted += episode.transitions
        }
        #expect(store.count == 8192)
        check(store, admitted)
    }

    @Test("An episode for which the whole store has no places is refused whole")
    func noPlaces() {
        let store = Samples.store(capacity: 8192)
        let episode = Self.episode(0, steps: 8000, broken: 1)
        #expect(store.admit(episode) == .tooLong(steps: 16_000, limit: 12_289))
        #expect(store.count == 0)
        #expect(store.admit(Self.episode(1, steps: 8000)) == .admitted(rows: 8000))
    }

    /// What a transition took when the next observation was a copy: 4 · (2 O + A + 3) bytes.
    @Test(
        "A transition of an episode of sixty steps takes the bytes of one observation",
        arguments: [(20, 7, 0.597), (39, 4, 0.543), (128, 7, 0.526)])
    func bytes(observations: Int, axes: Int, most: Double) {
        let store = ReplayStore(
            observationCount: observations, actionCount: axes, capacity: 100, discount: 0.99,
            failedToFloor: true)
        // Its reward, return and kind, and a sixteenth of an entry in the map.
        #expect(store.bytesPerRow == Double(4 * (observations + axes + 2) + 1) + 4.0 / 16)
        let before = Double(4 * (2 * observations + axes + 3))
        let now = store.bytesPerRow + Double(store.bytesPerPlace) / 60
        #expect(now / before < most)
    }
}
