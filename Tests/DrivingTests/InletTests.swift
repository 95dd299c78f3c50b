import Bridge
import Embodiment
import Platform
import Testing

@testable import Driving

/// What comes from a bridge, on its way to the tick.
@Suite("Inlet")
struct InletTests {
    private func sample(_ sequence: UInt64, _ buttons: OperatorButtons = []) -> SensorSample {
        var sample = SensorSample(axes: 2, features: 1)
        (sample.sequence, sample.buttons) = (sequence, buttons)
        return sample
    }

    private func take(from inlet: Inlet) -> Arrival? {
        var found: Arrival?
        return inlet.take { found = $0.pointee } ? found : nil
    }

    @Test("Everything comes out in the order in which it came in")
    func order() {
        let inlet = Inlet()
        inlet.put(.sample, sample(1), isAgreed: true)
        inlet.put(.notFinite(.velocity, index: 3), sample(2), isAgreed: true)
        inlet.put(.damaged, sample(0), isAgreed: true)
        inlet.put(.sample, sample(3, .hold), isAgreed: true)
        let first = take(from: inlet)
        #expect(first?.kind == .sample && first?.sample.sequence == 1)
        #expect(take(from: inlet)?.kind == .notFinite(.velocity, index: 3))
        #expect(take(from: inlet)?.kind == .damaged)
        let last = take(from: inlet)
        #expect(last?.sample.sequence == 3 && last?.sample.buttons == .hold)
        #expect(first.map { $0.time <= SystemClock().now } == true)
        #expect(take(from: inlet) == nil && inlet.takeLost() == 0)
    }

    @Test("While an epoch is agreed on only a stop counts")
    func agreeing() {
        let inlet = Inlet()
        inlet.put(.sample, sample(1, .hold), isAgreed: false)
        inlet.put(.damaged, sample(0), isAgreed: false)
        inlet.put(.notFinite(.position, index: 0), sample(2), isAgreed: false)
        inlet.put(.sample, sample(3, [.stop, .hold]), isAgreed: false)
        #expect(take(from: inlet)?.kind == .stopButton)
        #expect(take(from: inlet) == nil)
    }

    @Test("What finds no room is counted, never silently lost")
    func full() {
        let inlet = Inlet()
        for number in 0..<(Inlet.capacity + 3) {
            inlet.put(.sample, sample(UInt64(number), number % 2 == 0 ? .hold : []), isAgreed: true)
            inlet.flush()
        }
        #expect(inlet.takeLost() == 3 && inlet.takeLost() == 0)
        var taken = 0
        while take(from: inlet) != nil { taken += 1 }
        #expect(taken == Inlet.capacity)
    }

    /// Puts samples, and looks what the tick's thread sees of them.
    private func seen(
        of count: Int, keepsAll: Bool = false, _ change: (inout SensorSample) -> Void = { _ in }
    ) -> [Arrival] {
        let inlet = Inlet(keepsAll: keepsAll)
        for number in 1...count {
            var sample = sample(UInt64(number))
            change(&sample)
            inlet.put(.sample, sample, isAgreed: true)
        }
        inlet.flush()
        var found: [Arrival] = []
        while let arrival = take(from: inlet) { found.append(arrival) }
        return found
    }

    @Test("Where many wait, a sample that the next one repeats is counted with that")
    func crowd() {
        let found = seen(of: 100)
        #expect(found.count == Inlet.crowd + 1)
        #expect(found.last?.sample.sequence == 100)
        #expect(found.last?.passed == UInt64(100 - found.count))
        #expect(found.dropLast().allSatisfy { $0.passed == 0 })
        #expect(seen(of: 100, keepsAll: true).count == 100)
    }

    @Test("What one sample of a flood says alone is not passed over")
    func peculiar() {
        func isKept(_ change: @escaping (inout SensorSample) -> Void) -> Bool {
            let found = seen(of: 100) { if $0.sequence == 50 { change(&$0) } }
            let passed = found.reduce(0) { $0 + $1.passed }
            return found.contains { $0.sample.sequence == 50 } && found.last?.sample.sequence == 100
                && passed + UInt64(found.count) == 100
        }
        #expect(!isKept { $0.position[0] = 1 })
        #expect(isKept { $0.buttons = .stop })
        #expect(isKept { $0.buttons = .hold })
        #expect(isKept { $0.isSuccess = true })
        #expect(isKept { $0.isTerminal = true })
        #expect(isKept { $0.isTruncated = true })
        #expect(isKept { $0.isEnabled = true })
        #expect(isKept { $0.bootID = 1 })
        #expect(isKept { $0.session = 1 })
        #expect(isKept { $0.epoch = 1 })
    }
}
