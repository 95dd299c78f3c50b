import Platform

/// Figures of sessions in words; shares as per cent.
public enum FigureText {
    /// Stands where there is no figure.
    public static let none = "–"

    /// A share in per cent with one decimal.
    public static func percent(_ share: Double?) -> String {
        share.map { NumberText.fixed(100 * $0, decimals: 1) + " %" } ?? none
    }

    /// A number with one decimal.
    public static func number(_ value: Double?) -> String {
        value.map { NumberText.fixed($0, decimals: 1) } ?? none
    }

    /// Such as `+2.0 (−0.5 to 4.5)`, in points.
    public static func points(_ difference: PairedDifference?) -> String {
        guard let difference else { return none }
        func signed(_ value: Double) -> String {
            (value > 0 ? "+" : "") + NumberText.fixed(100 * value, decimals: 1)
        }
        let interval = difference.interval.map {
            " (\(signed($0.lowerBound)) to \(signed($0.upperBound)))"
        }
        return signed(difference.mean) + (interval ?? "")
    }

    /// The probability of the sign-flip test.
    public static func signFlip(_ difference: PairedDifference?) -> String {
        difference?.signFlip.map { NumberText.fixed($0, decimals: 4) } ?? none
    }

    /// Minutes, or that they were not enough.
    public static func minutes(_ minutes: Double?) -> String {
        minutes.map { NumberText.fixed($0, decimals: 1) } ?? "not reached"
    }
}
