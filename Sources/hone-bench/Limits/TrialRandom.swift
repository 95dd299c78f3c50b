import Control
import Embodiment
import Neural

/// A sequence of random numbers of the house's generator, four at a time.
struct TrialRandom {
    private let key: SIMD2<UInt32>
    private var counter: UInt64 = 0
    private var words = SIMD4<UInt32>()
    private var used = 4

    init(seed: UInt64, stream: UInt32) {
        let mixed = RandomKey(seed: seed, stream: stream, step: 0).bits(index: 0)
        key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    }

    @inline(__always)
    mutating func word() -> UInt32 {
        if used == 4 {
            words = Philox.block(
                key: key,
                counter: SIMD4(
                    UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
                    0, 0))
            counter += 1
            used = 0
        }
        defer { used += 1 }
        return words[used]
    }

    mutating func bits() -> UInt64 { UInt64(word()) << 32 | UInt64(word()) }

    @inline(__always)
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(word()) * 0x1p-32
    }

    mutating func below(_ bound: Int) -> Int { Int((UInt64(word()) * UInt64(bound)) >> 32) }
}
