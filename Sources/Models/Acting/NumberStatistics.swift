/// What one observed number did in the demonstrations.
public struct NumberStatistics: Sendable, Equatable {
    /// Rows that were looked at.
    public private(set) var count = 0
    /// Least and greatest value.
    public private(set) var range: ClosedRange<Float>?
    /// How far it can vary, in its own unit: an axis' range, 1 for a feature of which nobody says.
    public let span: Double
    private var sum = 0.0
    private var squares = 0.0
    private var first = 0.0

    /// - Parameter span: positive.
    public init(span: Double) { self.span = span }

    /// Counts one value; sums are of differences from the first one, which rounds less.
    public mutating func add(_ value: Float) {
        if count == 0 { first = Double(value) }
        count += 1
        let difference = Double(value) - first
        sum += difference
        squares += difference * difference
        range = range.map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
    }

    /// Its mean; 0 without a row.
    public var mean: Double { count == 0 ? 0 : first + sum / Double(count) }
    /// Its standard deviation; 0 without a row.
    public var deviation: Double {
        guard count > 0 else { return 0 }
        let mean = sum / Double(count)
        return max(0, squares / Double(count) - mean * mean).squareRoot()
    }
    /// It stood still: nothing can be learned of what else it may mean.
    public var isStill: Bool { deviation < Double(Normaliser.stillShare) * span }
}
