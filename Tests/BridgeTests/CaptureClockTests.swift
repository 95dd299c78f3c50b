import Embodiment
import Foundation
import Platform
import Testing

@testable import Bridge

@Suite("What samples say of themselves")
struct CaptureClockTests {
    /// The clock of a bridge whose times are so many units a second, watched for a second.
    private func clock(
        unitsPerSecond: Double, from start: UInt64 = 1000, isLockstep: Bool = false
    ) -> CaptureClock {
        var clock = CaptureClock(isLockstep: isLockstep)
        for tick in 0...100 {
            let seconds = Double(tick) / 100
            clock.take(
                capture: start + UInt64(seconds * unitsPerSecond),
                at: MonotonicTime(nanoseconds: 77 + UInt64(seconds * 1e9)))
        }
        return clock
    }

    @Test(
        "a clock in another unit is named, by the wall clock and in lockstep",
        arguments: [true, false])
    func units(isLockstep: Bool) throws {
        for (perSecond, words) in [
            (1.0, "1e-9 s a second: seconds?"), (1e3, "1e-6 s a second: milliseconds?"),
            (1e6, "1e-3 s a second: microseconds?"),
        ] {
            let found = try #require(
                clock(unitsPerSecond: perSecond, from: 5_000_000, isLockstep: isLockstep).wrongRate)
            // Whole seconds pass once in one.
            #expect(found.hasPrefix("its clock ran \(words)"), "\(found)")
        }
        let right = clock(unitsPerSecond: 1e9, isLockstep: isLockstep)
        #expect(right.wrongRate == nil && right.wallClock == nil && right.isKnown)
    }

    @Test(
        "in lockstep a clock that runs by itself is named, by the wall clock one that is late is not"
    )
    func lockstep() {
        #expect(clock(unitsPerSecond: 0.7e9, isLockstep: true).wrongRate != nil)
        #expect(clock(unitsPerSecond: 0.7e9).wrongRate == nil)
    }

    @Test("the wall clock is named")
    func wall() {
        #expect(clock(unitsPerSecond: 1e9, from: 1_796_000_000_000_000_000).wallClock != nil)
    }

    @Test("a robot that does not stay is told, with the axes that moved")
    func stay() throws {
        let axes = [
            StayCheck.Axis(name: "pan", unit: "rad", tolerance: 0.05),
            StayCheck.Axis(name: "lift", unit: "rad", tolerance: 0.05),
            StayCheck.Axis(name: "gripper", unit: "1", tolerance: .infinity),
        ]
        let check = StayCheck(at: AxisVector([0, 1, 0.5]), axes: axes)
        #expect(check.drift(to: AxisVector([0.04, 0.96, 0])) == nil)
        #expect(
            check.drift(to: AxisVector([0.01, 1.3, 0]))
                == "commanded to stay, lift moved 0.300 rad: are order and unit of the samples those of "
                + "the description?")
        let both = try #require(check.drift(to: AxisVector([0.3, 0.7, 0])))
        #expect(both.contains("pan moved 0.300 rad, lift moved 0.300 rad"), "\(both)")
    }

    @Test("refused frames are counted by reason")
    func refusals() {
        var statistics = BridgeStatistics()
        #expect(statistics.frameRefusals == nil)
        for _ in 0..<149 {
            statistics.refuse(.layoutMismatch(stated: 300, computed: 240, axes: 6, features: 9))
        }
        let last = "last: a frame says 300 bytes, 240 wanted for 6 axes and 9 features"
        #expect(statistics.frameRefusals == "149 frames refused, \(last)")
        statistics.refuse(.unknownStop(found: 9))
        statistics.refuse(.layoutMismatch(stated: 300, computed: 240, axes: 6, features: 9))
        #expect(
            statistics.frameRefusals
                == "151 frames refused (150 another length, 1 an unknown stop), \(last)")
    }

    @Test(
        "what an operator's actions are survives the wire, and a reader that cannot read it starts")
    func actions() throws {
        let message = AgentMessage.start(
            session: 5, epoch: 2,
            actions: ActionSpace(
                rateHz: 10,
                axes: [ActionSpace.Axis(name: "x", kind: "delta", low: -0.02, high: 0.02)]))
        let bytes = try SlowPath.encode(Numbered(message, id: 3))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\"actions\":{") && text.contains("\"rate_hz\":10"), "\(text)")
        let again = try JSONDecoder().decode(Numbered<AgentMessage>.self, from: Data(bytes))
        #expect(again.message == message)
        let odd = Data(
            #"{"type":"start","session":"0000000000000005","epoch":2,"actions":7}"#.utf8)
        let read = try JSONDecoder().decode(Numbered<AgentMessage>.self, from: odd)
        #expect(read.message == .start(session: 5, epoch: 2))
    }
}
