import Neural
import Testing

@testable import Learning

@Suite("Success watch")
struct SuccessWatchTests {
    private func watch(_ outcomes: [Bool]) -> (watch: SuccessWatch, bests: [Int]) {
        var watch = SuccessWatch()
        var bests: [Int] = []
        for (index, isSuccess) in outcomes.enumerated() where watch.take(isSuccess: isSuccess) {
            bests.append(index)
        }
        return (watch, bests)
    }

    @Test("nothing is best, and nothing has fallen, before a window is full")
    func short() {
        let found = watch(Array(repeating: true, count: SuccessWatch.window - 1))
        #expect(found.bests.isEmpty)
        #expect(!found.watch.hasFallen)
    }

    @Test("success that rises and stays is kept at its newest")
    func rise() {
        let outcomes =
            Array(repeating: false, count: 20) + Array(repeating: true, count: 60)
        let found = watch(outcomes)
        #expect(found.bests.last == outcomes.count - 1)
        #expect(!found.watch.hasFallen)
    }

    @Test("success that falls by more than the margin is noticed, by less is not")
    func fall() {
        let good = Array(repeating: true, count: 40)
        #expect(!watch(good + Array(repeating: false, count: 7)).watch.hasFallen)
        let found = watch(good + Array(repeating: false, count: 8))
        #expect(found.watch.hasFallen)
        #expect(found.bests.last == 39)
    }

    /// A margin of 0.1 took nearly one in five such sessions back to weights that had been lucky.
    @Test("a policy that stays as good as it is, is left alone", arguments: [1, 2, 3] as [UInt64])
    func luck(seed: UInt64) {
        var fallen = 0
        for session in 0..<200 {
            let key = RandomKey(seed: seed, stream: 0, step: UInt64(session))
            let outcomes = (0..<240).map { key.bits(index: UInt64($0)) % 100 < 92 }
            if watch(outcomes).watch.hasFallen { fallen += 1 }
        }
        #expect(fallen <= 4, "seed \(seed): \(fallen) of 200")
    }
}
