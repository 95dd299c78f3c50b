internal import Glibc

/// The shape of one matrix product [rows, depth] · [depth, columns], as it was asked for.
public struct ProductShape: Sendable, Hashable {
    /// Rows of the result.
    public var rows: Int
    /// Columns of the result.
    public var columns: Int
    /// The inner dimension.
    public var depth: Int
    /// Whether the first factor lies transposed.
    public var transposeA: Bool
    /// Whether the second factor lies transposed.
    public var transposeB: Bool
    /// Whether the result is added to.
    public var accumulate: Bool

    /// A shape.
    public init(
        rows: Int, columns: Int, depth: Int, transposeA: Bool = false, transposeB: Bool = false,
        accumulate: Bool = false
    ) {
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.transposeA = transposeA
        self.transposeB = transposeB
        self.accumulate = accumulate
    }

    /// Floating-point operations, a multiplication and an addition each.
    public var operations: Double { 2 * Double(rows) * Double(columns) * Double(depth) }
}
