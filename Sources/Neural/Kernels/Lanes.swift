internal import CKernels

/// The vector that kernels work in: one AVX-512 register, two AVX2 ones, four NEON ones.
typealias Lanes = SIMD16<Float>
/// The integers beside `Lanes`.
typealias IntegerLanes = SIMD16<Int32>

/// The number of floats in `Lanes`.
@inline(always) var laneCount: Int { 16 }

/// Reads 16 floats from any float's address.
@inline(always)
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

/// Reads 16 floats from any float's address.
@inline(always)
func load(_ pointer: UnsafeMutablePointer<Float>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

/// Writes 16 floats to any float's address.
@inline(always)
func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
}

/// Reads the first `count` (0…15) floats; the other lanes hold `filler`.
@inline(always)
func load(_ pointer: UnsafePointer<Float>, first count: Int, filler: Float = 0) -> Lanes {
    var value = Lanes(repeating: filler)
    withUnsafeMutableBytes(of: &value) { bytes in
        bytes.baseAddress?.copyMemory(from: pointer, byteCount: count &* 4)
    }
    return value
}

/// Writes the first `count` (0…15) lanes.
@inline(always)
func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>, first count: Int) {
    withUnsafeBytes(of: value) { bytes in
        if let base = bytes.baseAddress {
            UnsafeMutableRawPointer(pointer).copyMemory(from: base, byteCount: count &* 4)
        }
    }
}

/// Adds the 16 lanes in a fixed tree order.
@inline(always)
func sum(_ v: Lanes) -> Float { hone_lanes_sum(v) }

/// The larger of each pair of lanes; the first where the second is not a number.
@inline(always)
func larger(_ a: Lanes, _ b: Lanes) -> Lanes { hone_lanes_larger(a, b) }

/// The smaller of each pair of lanes; the first where the second is not a number.
@inline(always)
func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { hone_lanes_smaller(a, b) }

/// The largest of the 16 lanes.
@inline(always)
func largest(_ v: Lanes) -> Float { hone_lanes_maximum(v) }

/// Swift's own operators on a vector of floats are loops over its lanes, which the optimiser turns back into vector
/// instructions in short kernels, and into something several times slower in long ones. These are one operation each.
extension SIMD16<Float> {
    @inline(always)
    static func + (a: Self, b: Self) -> Self { hone_lanes_add(a, b) }
    @inline(always)
    static func - (a: Self, b: Self) -> Self { hone_lanes_subtract(a, b) }
    @inline(always)
    static func * (a: Self, b: Self) -> Self { hone_lanes_multiply(a, b) }
    @inline(always)
    static func / (a: Self, b: Self) -> Self { hone_lanes_divide(a, b) }
    @inline(always)
    static func += (a: inout Self, b: Self) { a = hone_lanes_add(a, b) }
    @inline(always)
    static func -= (a: inout Self, b: Self) { a = hone_lanes_subtract(a, b) }
    @inline(always)
    static func *= (a: inout Self, b: Self) { a = hone_lanes_multiply(a, b) }
    @inline(always)
    static prefix func - (a: Self) -> Self { hone_lanes_subtract(Self(repeating: -0.0), a) }

    /// self + a · b, rounded once.
    @inline(always)
    func addingProduct(_ a: Self, _ b: Self) -> Self { hone_lanes_fma(self, a, b) }
}

/// A function of each lane, as a type, so that a loop over a buffer is compiled for it without a call.
protocol LaneFunction {
    static func apply(_ x: Lanes) -> Lanes
}
