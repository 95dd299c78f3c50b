/// A row-major view of floats that somebody else owns.
///
/// A plain value: pointer, shape and the distance between rows. It neither allocates nor frees, and must not outlive
/// the arena it points into. Rows may be further apart than they are long, so that a range of columns is a matrix too.
public struct Matrix {
    /// The first element of the first row.
    public let base: UnsafeMutablePointer<Float>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The distance between the starts of neighbouring rows, in elements; at least `columns`.
    public let stride: Int

    /// Views memory that may be written.
    @inlinable
    public init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }

    /// Views memory that the caller promises only to read through this view.
    @inlinable
    public init(reading base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.init(
            UnsafeMutablePointer(mutating: base), rows: rows, columns: columns, stride: stride)
    }

    /// The first element of a row.
    @inlinable
    public func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

    /// The view of a range of rows.
    @inlinable
    public func rows(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        return Matrix(
            base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    /// The view of a range of columns.
    @inlinable
    public func columns(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns)
        return Matrix(
            base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// Whether the rows follow each other without gaps.
    @inlinable
    public var isContiguous: Bool { stride == columns }

    /// One element; for tests and small set-up work, not for inner loops.
    @inlinable
    public subscript(row: Int, column: Int) -> Float {
        get { base[row * stride + column] }
        nonmutating set { base[row * stride + column] = newValue }
    }

    /// Sets every element to one value.
    public func fill(_ value: Float) {
        if isContiguous {
            base.update(repeating: value, count: rows * columns)
        } else {
            for r in 0..<rows { row(r).update(repeating: value, count: columns) }
        }
    }

    /// Copies every element from a matrix of the same shape.
    public func copy(from other: Matrix) {
        precondition(rows == other.rows && columns == other.columns)
        if isContiguous && other.isContiguous {
            base.update(from: other.base, count: rows * columns)
        } else {
            for r in 0..<rows { row(r).update(from: other.row(r), count: columns) }
        }
    }

    /// Copies each row of `other` [rows / copies, columns] to `copies` neighbouring rows.
    public func copy(from other: Matrix, copies: Int) {
        precondition(rows == other.rows * copies && columns == other.columns)
        for r in 0..<rows { row(r).update(from: other.row(r / copies), count: columns) }
    }
}

// Safe: a view carries no state of its own; who may write through it is decided by the arena's owner, one thread each.
extension Matrix: @unchecked Sendable {}
