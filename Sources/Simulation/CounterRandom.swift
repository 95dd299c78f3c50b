import Glibc

/// The simulation's counter-based random numbers: each is a function of a key and a counter only.
///
/// The house has one generator, Philox in `Neural`, but `Simulation` must not import `Neural`: a
/// simulated robot stands for a machine outside the process. So this module keeps its own small
/// one, two rounds of the SplitMix64 finaliser over key and counter. A value; any thread.
public struct CounterRandom: Sendable {
    /// What every number of this stream depends on.
    public let key: UInt64

    /// A stream named by words that are mixed one after the other.
    public init(_ words: UInt64...) {
        var key: UInt64 = 0x9E37_79B9_7F4A_7C15
        for word in words { key = Self.mix(key ^ Self.mix(word &+ 0x632B_E59B_D9B4_E019)) }
        self.key = key
    }

    /// The SplitMix64 finaliser: a bijection on 64 bits.
    ///
    /// Wrapping arithmetic is what the hash is defined by.
    @inlinable
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 64 random bits for a counter.
    @inlinable
    public func bits(_ counter: UInt64) -> UInt64 { Self.mix(Self.mix(counter) ^ key) }

    /// A number in 0..<1 for a counter.
    public func uniform(_ counter: UInt64) -> Double {
        Double(bits(counter) >> 11) * 0x1p-53
    }

    /// A number in low..<high for a counter.
    public func uniform(_ counter: UInt64, _ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform(counter)
    }

    /// A standard normal number for a counter (Box–Muller on the counter's own two halves).
    public func normal(_ counter: UInt64) -> Double {
        let first = bits(counter)
        let second = Self.mix(first ^ key)
        let radius = (-2 * log((Double(first >> 11) + 1) * 0x1p-53)).squareRoot()
        return radius * cos(2 * .pi * Double(second >> 11) * 0x1p-53)
    }
}
