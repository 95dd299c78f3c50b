import Testing

@testable import Agent

@Suite("Success watch")
struct SuccessWatchTests {
    private func watch(_ outcomes: [Bool]) -> (watch: SuccessWatch, bests: [Int]) {
        var watch = SuccessWatch()
        var bests: [Int] = []
        for (index, isSuccess) in outcomes.enumerated() where watch.note(isSuccess: isSuccess) {
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

    @Test("success that falls by more than the margin is noticed, by the margin is not")
    func fall() {
        let good = Array(repeating: true, count: 40)
        #expect(!watch(good + Array(repeating: false, count: 3)).watch.hasFallen)
        let found = watch(good + Array(repeating: false, count: 4))
        #expect(found.watch.hasFallen)
        #expect(found.bests.last == 39)
    }
}
