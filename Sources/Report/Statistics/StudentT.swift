import Foundation

/// Student's t distribution, for intervals of a mean.
///
/// The probability within ±t is a finite sum for whole degrees of freedom (Abramowitz and Stegun, "Handbook of Mathematical
/// Functions", 26.7.3 and 26.7.4). Pure; any thread.
public enum StudentT {
    /// Probability that |T| ≤ t.
    ///
    /// - Parameter degrees: of freedom, at least 1.
    public static func probability(within t: Double, degrees: Int) -> Double {
        precondition(degrees >= 1 && t >= 0, "degrees of freedom from 1, t from 0")
        let angle = atan(t / Double(degrees).squareRoot())
        let (sine, square) = (sin(angle), cos(angle) * cos(angle))
        let isOdd = !degrees.isMultiple(of: 2)
        // Of cos θ, or of 1: each term is the one before it times k/(k+1)·cos²θ.
        var term = isOdd ? cos(angle) : 1
        var sum = degrees == 1 ? 0 : term
        for k in stride(from: isOdd ? 2 : 1, to: degrees - 2, by: 2) {
            term *= square * Double(k) / Double(k + 1)
            sum += term
        }
        return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
    }

    /// The t within ± of which a share of the distribution lies.
    ///
    /// - Parameters:
    ///   - share: between 0 and 1, such as 0.95.
    ///   - degrees: of freedom, at least 1.
    public static func quantile(within share: Double, degrees: Int) -> Double {
        precondition(share > 0 && share < 1, "a share between 0 and 1")
        var (low, high) = (0.0, 1.0)
        while probability(within: high, degrees: degrees) < share { high *= 2 }
        // A double has 53 bits.
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if probability(within: middle, degrees: degrees) < share {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }
}
