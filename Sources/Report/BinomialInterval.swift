/// The 95 % interval of a success probability, after Wilson's score.
///
/// With p = successes / n and z the normal quantile, the bounds are the two roots of
/// (p − q)² = z² q (1 − q) / n in q:
/// `(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`
/// (E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// JASA 22, 1927). Unlike p ± z·√(p(1−p)/n) it stays inside 0…1 and has a width at 0 and at n
/// successes, where a robot's evaluation often ends. A pure value; any thread.
public struct BinomialInterval: Sendable, Equatable {
    /// The 97.5 % quantile of the standard normal distribution.
    public static let z95 = 1.959963984540054

    /// Lower bound, 0…1.
    public let lower: Double
    /// Upper bound, 0…1.
    public let upper: Double

    /// The interval for so many successes in so many trials; 0…1 when there were no trials.
    public init(successes: Int, trials: Int) {
        precondition(successes >= 0 && successes <= trials, "successes must be 0…trials")
        guard trials > 0 else {
            lower = 0
            upper = 1
            return
        }
        let n = Double(trials)
        let p = Double(successes) / n
        let z = Self.z95
        let centre = p + z * z / (2 * n)
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        // The exact bounds at the ends, which rounding would miss by one unit in the last place.
        lower = successes == 0 ? 0 : (centre - half) / scale
        upper = successes == trials ? 1 : (centre + half) / scale
    }
}
