/// The numbers a key may have, and how that is said.
struct NumberRange {
    var lower = -Double.infinity
    var upper = Double.infinity
    var isLowerIncluded = true
    var isUpperIncluded = true

    static let any = NumberRange()
    static let positive = NumberRange(lower: 0, isLowerIncluded: false)
    static let nonNegative = NumberRange(lower: 0)
    /// 0…1, both included.
    static let fraction = NumberRange(lower: 0, upper: 1)

    static func closed(_ lower: Double, _ upper: Double) -> NumberRange {
        NumberRange(lower: lower, upper: upper)
    }

    /// Above `lower`, at most `upper`.
    static func above(_ lower: Double, upTo upper: Double) -> NumberRange {
        NumberRange(lower: lower, upper: upper, isLowerIncluded: false)
    }

    func contains(_ value: Double) -> Bool {
        let isAbove = isLowerIncluded ? value >= lower : value > lower
        let isBelow = isUpperIncluded ? value <= upper : value < upper
        return isAbove && isBelow
    }

    var text: String {
        let low = NumberRange.write(lower)
        let high = NumberRange.write(upper)
        if upper == .infinity, lower == -.infinity { return "" }
        if upper == .infinity {
            return (isLowerIncluded ? "at least " : "more than ") + low
        }
        if lower == -.infinity {
            return (isUpperIncluded ? "at most " : "less than ") + high
        }
        if isLowerIncluded, isUpperIncluded { return "\(low) to \(high)" }
        return (isLowerIncluded ? "at least " : "more than ") + low + " and "
            + (isUpperIncluded ? "at most " : "less than ") + high
    }

    /// A number as a person writes it: no trailing `.0`.
    static func write(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }
}
