import Neural

/// Centres and scales observations: x ← (x − mean) / deviation, scalar by scalar.
///
/// Fitted once on the demonstrations and part of every snapshot. One writer; reading is safe from
/// any thread once fitted.
public final class Normaliser {
    /// Scalars of one observation, O.
    public let count: Int
    /// Mean [O], deviation [O], then the limit [1].
    public let arena: Arena
    /// A scalar that varies less than this is only centred and divided by this.
    public static let floor: Float = 1e-3
    /// Once fitted, normalised scalars are limited to this many deviations.
    public static let fittedLimit: Float = 10

    /// The identity, without a limit.
    public init(count: Int) {
        self.count = count
        arena = Arena(count: 2 * count + 1)
        arena.base[2 * count] = .greatestFiniteMagnitude
        for index in 0..<count { arena.base[count + index] = 1 }
    }

    /// Means [O].
    public var means: UnsafeMutablePointer<Float> { arena.base }
    /// Deviations [O], each positive.
    public var deviations: UnsafeMutablePointer<Float> { arena.base + count }

    /// Fits means and deviations to rows of observations, in double precision.
    ///
    /// - Parameters:
    ///   - rowCount: N; with no row the identity stays.
    ///   - row: the observation of a row below N, [O].
    public func fit(rows rowCount: Int, _ row: (Int) -> UnsafePointer<Float>) {
        guard rowCount > 0 else { return }
        for column in 0..<count {
            var sum = 0.0
            for index in 0..<rowCount { sum += Double(row(index)[column]) }
            let mean = sum / Double(rowCount)
            var squares = 0.0
            for index in 0..<rowCount {
                let difference = Double(row(index)[column]) - mean
                squares += difference * difference
            }
            means[column] = Float(mean)
            let deviation = Float((squares / Double(rowCount)).squareRoot())
            deviations[column] = max(deviation, Self.floor)
        }
        arena.base[2 * count] = Self.fittedLimit
    }

    /// Normalises rows in place, [N, O]; does not allocate.
    public func apply(to rows: Matrix) {
        let limit = arena.base[2 * count]
        for row in 0..<rows.rows {
            let values = rows.row(row)
            for column in 0..<count {
                let scaled = (values[column] - means[column]) / deviations[column]
                values[column] = max(-limit, min(limit, scaled))
            }
        }
    }
}

// Safe: written by `fit` only, before anything reads it.
extension Normaliser: @unchecked Sendable {}
