/// The difference of two arms over pairs, such as sessions of the same seed.
///
/// The unit is the pair: episodes of one session say nothing of how sessions differ. A pure value; any thread.
public struct PairedDifference: Sendable, Equatable {
    /// Mean of the differences.
    public let mean: Double
    /// Pairs.
    public let count: Int
    /// The mean's 95 % interval by Student's t; nil for less than two pairs.
    public let interval: ClosedRange<Double>?
    /// Two-sided probability of a mean at least as far from 0 if each difference had either sign with equal chance: exact,
    /// over all assignments of signs; nil without a pair, and for more than `mostPairs`.
    public let signFlip: Double?

    /// Pairs whose assignments are all counted; more would take minutes.
    public static let mostPairs = 24

    /// - Parameter differences: one for each pair; nil for none.
    public init?(_ differences: [Double]) {
        guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
        count = differences.count
        let mean = differences.reduce(0, +) / Double(count)
        self.mean = mean
        signFlip = count <= Self.mostPairs ? Self.signFlip(differences) : nil
        guard count > 1 else {
            interval = nil
            return
        }
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / Double(count - 1) / Double(count)).squareRoot()
        let half = StudentT.quantile(within: 0.95, degrees: count - 1) * error
        interval = (mean - half)...(mean + half)
    }

    /// Share of the 2ⁿ assignments of signs whose sum is at least as far from 0 as the one that was found.
    private static func signFlip(_ differences: [Double]) -> Double {
        let size = differences.reduce(0) { $0 + abs($1) }
        // Sums of the same numbers in another order differ by rounding.
        let limit = abs(differences.reduce(0, +)) - 1e-9 * size
        var signs = [Double](repeating: -1, count: differences.count)
        var sum = -differences.reduce(0, +)
        var extreme = abs(sum) >= limit ? 1 : 0
        let all = 1 << differences.count
        // In the order of Gray's code each differs from the one before it in one sign.
        for step in stride(from: 1, to: all, by: 1) {
            let index = step.trailingZeroBitCount
            signs[index] = -signs[index]
            sum += 2 * signs[index] * differences[index]
            if abs(sum) >= limit { extreme += 1 }
        }
        return Double(extreme) / Double(all)
    }
}
