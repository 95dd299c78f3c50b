internal import CKernels

// Elementary functions on 16 lanes, without branches or tables.
//
// The coefficients are minimax fits made for these intervals with the Remez exchange in 40-digit arithmetic; the tests
// hold the stated bounds against the C library in double precision.

/// 1.5 · 2²³: adding it rounds a float of moderate size to the nearest integer, in the low bits of the sum.
@inline(always) private var roundingShift: Float { 12_582_912 }
@inline(always) private var log2E: Float { 1.442_695_04 }
/// ln 2 in two parts; the first has 9 trailing zero bits, so that its product with an exponent is exact.
@inline(always) private var ln2High: Float { 0.693_359_375 }
@inline(always) private var ln2Low: Float { -2.121_944_4e-4 }

/// e^r − 1 for |r| ≤ ln 2 / 2.
@inline(always)
private func expm1Reduced(_ r: Lanes) -> Lanes {
    var q = Lanes(repeating: 0.008_368_953_434_28).addingProduct(
        r, Lanes(repeating: 0.001_395_060_282))
    q = Lanes(repeating: 0.041_666_204_131).addingProduct(r, q)
    q = Lanes(repeating: 0.166_665_183_069).addingProduct(r, q)
    q = Lanes(repeating: 0.500_000_009_57).addingProduct(r, q)
    return r.addingProduct(r * r, q)
}

/// 2ⁿ for the integers n (−127…128) that `shifted` holds in its low bits; 0 for −127 and infinity for 128.
@inline(always)
private func powerOfTwo(_ shifted: Lanes) -> Lanes {
    let bits = unsafeBitCast(shifted, to: IntegerLanes.self) &<< 23
    return unsafeBitCast(bits &+ IntegerLanes(repeating: 0x3F80_0000), to: Lanes.self)
}

/// e^x: within 1.5 ulp for −87.3 ≤ x ≤ 88.3; 0 below −88, infinity above 88.4; not a number stays so.
@inline(always)
func exponential(_ x: Lanes) -> Lanes {
    let clamped = smaller(larger(x, Lanes(repeating: -88)), Lanes(repeating: 88.5))
    let shifted = Lanes(repeating: roundingShift).addingProduct(clamped, Lanes(repeating: log2E))
    let n = shifted - Lanes(repeating: roundingShift)
    let r = clamped.addingProduct(n, Lanes(repeating: -ln2High))
        .addingProduct(n, Lanes(repeating: -ln2Low))
    return (Lanes(repeating: 1) + expm1Reduced(r)) * powerOfTwo(shifted)
}

/// 1 / (1 + e^(−x)): within 4e-7 relative for x ≥ −87; 0 below.
@inline(always)
func sigmoid(_ x: Lanes) -> Lanes {
    let clamped = smaller(larger(x, Lanes(repeating: -88)), Lanes(repeating: 88))
    let shifted = Lanes(repeating: roundingShift).addingProduct(clamped, Lanes(repeating: -log2E))
    let n = shifted - Lanes(repeating: roundingShift)
    // e^(−x) with one part of ln 2: off by 2e-9 · |n|, which is below the rounding of what follows for |x| < 30.
    let r = (-clamped).addingProduct(n, Lanes(repeating: -0.693_147_18))
    let e = (Lanes(repeating: 1) + expm1Reduced(r)) * powerOfTwo(shifted)
    return hone_lanes_reciprocal(Lanes(repeating: 1) + e)
}

/// ln x for normal x > 0: within 1.5e-7 relative, or 1e-7 absolute within ±0.3 of x = 1.
///
/// −infinity for 0; not a number for negative x; infinity stays; subnormal numbers count as zero.
@inline(always)
func logarithm(_ x: Lanes) -> Lanes {
    let bits = unsafeBitCast(x, to: IntegerLanes.self)
    // Split x = 2ⁿ·m with m between √½ and √2.
    let offset = bits &- IntegerLanes(repeating: 0x3F35_04F3)
    let n = offset &>> 23
    let mantissa = unsafeBitCast(bits &- (n &<< 23), to: Lanes.self)
    let f = mantissa - Lanes(repeating: 1)
    let scaled = floats(n)
    let f2 = f * f
    var p = Lanes(repeating: -0.117_898_552_309)
        .addingProduct(f, Lanes(repeating: 0.069_155_461_940_5))
    p = Lanes(repeating: 0.118_729_177_927).addingProduct(f, p)
    p = Lanes(repeating: -0.123_843_364_371).addingProduct(f, p)
    p = Lanes(repeating: 0.142_186_652_272).addingProduct(f, p)
    p = Lanes(repeating: -0.166_692_517_751).addingProduct(f, p)
    p = Lanes(repeating: 0.200_022_262_367).addingProduct(f, p)
    p = Lanes(repeating: -0.249_999_865_763).addingProduct(f, p)
    p = Lanes(repeating: 0.333_333_104_469).addingProduct(f, p)
    var low = (f2 * f) * p
    low = low.addingProduct(scaled, Lanes(repeating: ln2Low))
    low = low.addingProduct(f2, Lanes(repeating: -0.5))
    let regular = (low + f).addingProduct(scaled, Lanes(repeating: ln2High))
    let zero = Lanes(repeating: 0)
    return
        regular
        .replacing(with: -.infinity, where: x .< Lanes(repeating: .leastNormalMagnitude))
        .replacing(with: .nan, where: x .< zero)
        .replacing(with: x, where: .!(x .< Lanes(repeating: .infinity)))
}

/// Integers of at most ±2²² as floats, exactly.
///
/// By way of the mantissa: Swift's own conversion of a vector is a call for each.
@inline(always)
func floats(_ n: IntegerLanes) -> Lanes {
    let bits = n &+ IntegerLanes(repeating: 0x4B40_0000)
    return unsafeBitCast(bits, to: Lanes.self) - Lanes(repeating: roundingShift)
}

/// Integers below 2²³ as floats, exactly.
@inline(always)
func floats(_ n: SIMD16<UInt32>) -> Lanes {
    let bits = n | SIMD16<UInt32>(repeating: 0x4B00_0000)
    return unsafeBitCast(bits, to: Lanes.self) - Lanes(repeating: 8_388_608)
}

/// The sine and cosine of the angle `turn` · 2π / 2³², `turn` of which the first 24 bits count: within 1e-7 absolute.
@inline(always)
func sineAndCosine(turn: SIMD16<UInt32>) -> (sine: Lanes, cosine: Lanes) {
    // The nearest quarter turn, and the exact rest within ±1/8 turn.
    let quarter = (turn &+ SIMD16<UInt32>(repeating: 0x2000_0000)) &>> 30
    let rest = unsafeBitCast(turn &- (quarter &<< 30), to: IntegerLanes.self)
    // 22 bits of it; the unit is then 2π / 2²⁴.
    return rotated(floats(rest &>> 8) * Lanes(repeating: 3.745_070_3e-7), quarters: quarter)
}

/// The sine and cosine of t (|t| ≤ π/4) and a number of quarter turns, of which the last two bits count.
@inline(always)
private func rotated(_ t: Lanes, quarters: SIMD16<UInt32>) -> (sine: Lanes, cosine: Lanes) {
    let z = t * t
    var s = Lanes(repeating: 0.008_332_178_148_89)
        .addingProduct(z, Lanes(repeating: -0.000_195_172_992_781))
    s = Lanes(repeating: -0.166_666_549_438).addingProduct(z, s)
    let sine = t.addingProduct(t * z, s)
    var c = Lanes(repeating: -0.001_388_736_752_6)
        .addingProduct(z, Lanes(repeating: 2.443_845_260_81e-5))
    c = Lanes(repeating: 0.041_666_646_866_7).addingProduct(z, c)
    let cosine = Lanes(repeating: 1).addingProduct(z, Lanes(repeating: -0.5))
        .addingProduct(z * z, c)
    let one = SIMD16<UInt32>(repeating: 1)
    // All ones where sine and cosine change places.
    let odd = SIMD16<UInt32>(repeating: 0) &- (quarters & one)
    let sineSign = (quarters & SIMD16<UInt32>(repeating: 2)) &<< 30
    let cosineSign = ((quarters &+ one) & SIMD16<UInt32>(repeating: 2)) &<< 30
    let s1 = unsafeBitCast(sine, to: SIMD16<UInt32>.self)
    let c1 = unsafeBitCast(cosine, to: SIMD16<UInt32>.self)
    let swap = (s1 ^ c1) & odd
    return (
        unsafeBitCast(s1 ^ swap ^ sineSign, to: Lanes.self),
        unsafeBitCast(c1 ^ swap ^ cosineSign, to: Lanes.self)
    )
}

/// ln Φ(x), Φ the standard normal distribution function: within 5e-7 relative, for x > 0 within 5e-7 + 6e-8 · x².
///
/// For negative x, Φ(x) = ½ e^(−x²/2) t e^(P(t)) with t = 1/(1 + 0.4 |x|), so that its logarithm needs no exponential
/// and stays finite; for positive x, ln(1 − Φ(−x)).
@inline(always)
func logNormalCDF(_ x: Lanes) -> Lanes {
    let one = Lanes(repeating: 1)
    let z = larger(x, -x)
    let t = one / one.addingProduct(z, Lanes(repeating: 0.4))
    var p = Lanes(repeating: 1.020_918_649_13)
        .addingProduct(t, Lanes(repeating: -0.177_199_317_488))
    p = Lanes(repeating: -2.374_078_806_48).addingProduct(t, p)
    p = Lanes(repeating: 2.711_539_467_1).addingProduct(t, p)
    p = Lanes(repeating: -1.399_285_863_76).addingProduct(t, p)
    p = Lanes(repeating: 0.246_594_230_738).addingProduct(t, p)
    p = Lanes(repeating: -0.248_211_601_995).addingProduct(t, p)
    p = Lanes(repeating: 0.022_287_751_803_8).addingProduct(t, p)
    p = Lanes(repeating: 0.339_506_881_676).addingProduct(t, p)
    p = Lanes(repeating: 1.000_010_808_86).addingProduct(t, p)
    p = Lanes(repeating: -1.142_082_151_92 - 0.693_147_180_56).addingProduct(t, p)
    let tail = (logarithm(t) + p).addingProduct(z * Lanes(repeating: -0.5), z)
    // ln(1 − q) with the rounding of 1 − q put right.
    let q = exponential(tail)
    let w = one - q
    let upper = logarithm(w) - ((w - one) + q) / w
    return tail.replacing(with: upper, where: x .> Lanes(repeating: 0))
}
