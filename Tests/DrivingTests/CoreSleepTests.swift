import Platform
import Testing

@testable import Driving

@Suite("How deeply the cores sleep")
struct CoreSleepTests {
    private func trial(
        _ sleep: CoreSleep, late: Double, pauses: Int = 0, stolen: Double = 0
    ) -> CoreSleepTrial {
        CoreSleepTrial(sleep: sleep, latest: late, pauses: pauses, stolen: stolen)
    }

    private func chosen(_ trials: [CoreSleepTrial]) -> CoreSleep {
        CoreSleepTrial.choose(trials, period: 0.01)
    }

    @Test("Cores that may sleep do, where the loop wakes in time")
    func cheapest() {
        #expect(chosen([trial(.any, late: 0.0009)]) == .any)
        #expect(
            chosen([trial(.any, late: 0.0005), trial(.waking(within: 0), late: 0.0001)]) == .any)
    }

    @Test("A bound is tried before no sleep at all")
    func bound() {
        let trials = [
            trial(.any, late: 0.003), trial(.waking(within: 20), late: 0.0008),
            trial(.waking(within: 0), late: 0.0001),
        ]
        #expect(chosen(trials) == .waking(within: 20))
    }

    @Test("Cores that pause when they are kept awake are not kept awake")
    func pauses() {
        let trials = [
            trial(.any, late: 0.002), trial(.waking(within: 20), late: 0.1, pauses: 5, stolen: 0.4),
            trial(.waking(within: 0), late: 0.1, pauses: 21, stolen: 2),
        ]
        #expect(chosen(trials) == .any)
    }

    @Test("Where no way is good, the least late of those that do not pause more is taken")
    func leastBad() {
        let trials = [
            trial(.any, late: 0.004), trial(.waking(within: 20), late: 0.002),
            trial(.waking(within: 0), late: 0.003),
        ]
        #expect(chosen(trials) == .waking(within: 20))
        #expect(chosen([]) == .any)
    }

    @Test("Stolen time counts over ten seconds, and anew after it was too much")
    func steal() {
        var watch = StealWatch()
        #expect(watch.take(stolen: 100, at: 0) == nil, "what was before does not count")
        #expect(watch.take(stolen: 100.05, at: 5) == nil)
        #expect(watch.take(stolen: 100.09, at: 10) == nil)
        #expect(watch.take(stolen: 100.18, at: 12) == nil, "0.09 s since the window began anew")
        let taken = watch.take(stolen: 100.2, at: 13)
        #expect(taken.map { abs($0 - 0.11) < 1e-9 } == true)
        #expect(watch.take(stolen: 100.25, at: 14) == nil)
    }

    @Test("A machine on which cores are to sleep lets them, whatever it costs")
    func wish() throws {
        let machine = try RealtimeMachine.measure(rateHz: 500, wish: .any)
        #expect(machine.sleep == .any && machine.summary.contains("cores may sleep"))
    }
}
