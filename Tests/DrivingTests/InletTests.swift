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

    @Test("Everything comes out in the order in which it came in")
    func order() {
        let inlet = Inlet()
        inlet.put(.sample, sample(1), isAgreed: true)
        inlet.put(.notFinite(.velocity, index: 3), sample(2), isAgreed: true)
        inlet.put(.damaged, sample(0), isAgreed: true)
        inlet.put(.sample, sample(3, .hold), isAgreed: true)
        guard case .sample(let first, _)? = inlet.take(),
            case .notFinite(.velocity, 3)? = inlet.take(), case .damaged? = inlet.take(),
            case .sample(let last, let time)? = inlet.take()
        else {
            Issue.record("another order")
            return
        }
        #expect(first.sequence == 1 && last.sequence == 3 && last.buttons == .hold)
        #expect(time <= SystemClock().now && inlet.take() == nil && inlet.takeLost() == 0)
    }

    @Test("While an epoch is agreed on only a stop counts")
    func agreeing() {
        let inlet = Inlet()
        inlet.put(.sample, sample(1, .hold), isAgreed: false)
        inlet.put(.damaged, sample(0), isAgreed: false)
        inlet.put(.notFinite(.position, index: 0), sample(2), isAgreed: false)
        inlet.put(.sample, sample(3, [.stop, .hold]), isAgreed: false)
        guard case .stopButton? = inlet.take() else {
            Issue.record("the stop was lost")
            return
        }
        #expect(inlet.take() == nil)
    }

    @Test("What finds no room is counted, never silently lost")
    func full() {
        let inlet = Inlet()
        for number in 0..<(Inlet.capacity + 3) {
            inlet.put(.sample, sample(UInt64(number)), isAgreed: true)
        }
        #expect(inlet.takeLost() == 3 && inlet.takeLost() == 0)
        var taken = 0
        while inlet.take() != nil { taken += 1 }
        #expect(taken == Inlet.capacity)
    }
}
