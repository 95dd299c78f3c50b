import Platform
import Testing

@Suite("ShortestWay")
struct ShortestWayTests {
    private func at(_ nanoseconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    @Test("knows nothing before the first message, and measures the others by the fastest")
    func fastest() {
        var shortest = ShortestWay()
        #expect(shortest.bound(at: at(0)) == nil)
        #expect(shortest.take(5000, at: at(1000)) == 0)
        #expect(shortest.take(9000, at: at(1000)) == 4000)
        #expect(shortest.take(2000, at: at(1000)) == 0)
        #expect(shortest.take(9000, at: at(1000)) == 7000)
    }

    @Test("is let rise by 200 µs/s, and no moment is counted twice")
    func rise() {
        var shortest = ShortestWay()
        _ = shortest.take(-3_000_000, at: at(0))
        #expect(shortest.bound(at: at(1_000_000_000)) == -2_800_000)
        for tenth in UInt64(1)...10 {
            #expect(
                shortest.take(0, at: at(tenth * 100_000_000)) == 3_000_000 - Int64(tenth) * 20_000)
        }
        #expect(shortest.bound(at: at(1_000_000_000)) == -2_800_000)
        // A message that is said to have come earlier takes nothing back.
        #expect(shortest.take(0, at: at(500_000_000)) == 2_800_000)
        #expect(shortest.bound(at: at(1_000_000_000)) == -2_800_000)
    }

    @Test("what does not fit is the largest there is")
    func extremes() {
        var shortest = ShortestWay()
        #expect(shortest.take(.min, at: at(0)) == 0)
        #expect(shortest.take(.max, at: at(0)) == .max)
        var other = ShortestWay()
        #expect(other.take(.max, at: at(0)) == 0)
        #expect(other.bound(at: at(.max / 4)) == .max)
    }
}

@Suite("Hexadecimal")
struct HexadecimalTests {
    @Test("has two digits for every byte")
    func digits() {
        #expect(7.padded(to: 3) == "007" && 1234.padded(to: 3) == "1234" && 0.padded(to: 0) == "0")
        #expect(UInt32(0o600).padded(to: 4, radix: 8) == "0600")
        #expect(UInt8(0).hexadecimal == "00" && UInt8.max.hexadecimal == "ff")
        #expect(UInt16(0x1F).hexadecimal == "001f")
        #expect(UInt32(0xDEAD).hexadecimal == "0000dead")
        #expect(UInt64(0x0123_4567_89AB_CDEF).hexadecimal == "0123456789abcdef")
        #expect(UInt64.max.hexadecimal == "ffffffffffffffff")
    }
}
