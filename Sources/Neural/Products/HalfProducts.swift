internal import CKernels

/// Matrix products with 16-bit factors, twice as fast on processors that have them: for sampling candidates only.
///
/// The weights are packed once; what they are multiplied with is rounded on the way. An element of the result is off
/// by some 1.2e-3 of its size where its terms are of one size (measured), and numbers beyond ±65 504 are none. A row's
/// result does not depend on the other rows. Any thread may call, each on its own output. Nothing here allocates.
public enum HalfProducts {
    /// Whether this build has them, for the processor that it was built on.
    public static var areThere: Bool { hone_has_halves() != 0 }

    /// Widths that a packed matrix may have are multiples of this.
    public static let columns = 64

    /// Floats of room that a packed matrix [K, M] takes.
    public static func packedCount(rows: Int, columns: Int) -> Int { rows * columns / 2 }

    /// Rounds and rearranges b [K, M] for `multiply`.
    public static func pack(_ b: Matrix, into packed: UnsafeMutablePointer<Float>) {
        precondition(b.columns % columns == 0, "a width that cannot be packed")
        hone_half_pack(b.base, b.stride, b.rows, b.columns, packed)
    }

    /// Multiplies: c = a · b, or c += the same.
    ///
    /// - Parameters:
    ///   - a: [N, K].
    ///   - packed: b [K, M], by `pack`.
    ///   - c: [N, M]; must not overlap the others.
    ///   - accumulate: whether to add to what `c` holds.
    public static func multiply(
        _ a: Matrix, packed: UnsafePointer<Float>, into c: Matrix, accumulate: Bool = false
    ) {
        precondition(a.rows == c.rows && c.columns % columns == 0, "shapes do not fit")
        guard areThere, a.rows > 0 else { return }
        if ProductTally.isCounting {
            ProductTally.count(
                ProductShape(
                    rows: c.rows, columns: c.columns, depth: a.columns, accumulate: accumulate))
        }
        hone_half_product(
            a.base, a.stride, packed, c.base, c.stride, c.rows, c.columns, a.columns,
            accumulate ? 1 : 0)
    }
}
