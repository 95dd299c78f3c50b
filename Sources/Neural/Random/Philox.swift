/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
///
/// A block of four numbers is a pure function of a counter and a key, so any number of any sequence can be had at once,
/// on any thread.
public enum Philox {
    @inline(always) static var multiplier0: UInt32 { 0xD251_1F53 }
    @inline(always) static var multiplier1: UInt32 { 0xCD9E_8D57 }
    @inline(always) static var weyl0: UInt32 { 0x9E37_79B9 }
    @inline(always) static var weyl1: UInt32 { 0xBB67_AE85 }

    /// The four numbers at a counter under a key.
    public static func block(key: SIMD2<UInt32>, counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for _ in 0..<10 {
            let p0 = multiplier0.multipliedFullWidth(by: c.x)
            let p1 = multiplier1.multipliedFullWidth(by: c.z)
            c = SIMD4(p1.high ^ c.y ^ k.x, p1.low, p0.high ^ c.w ^ k.y, p0.low)
            // Wrapping: the key's Weyl sequence is taken modulo 2³².
            k = SIMD2(k.x &+ weyl0, k.y &+ weyl1)
        }
        return c
    }
}
