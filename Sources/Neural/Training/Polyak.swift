/// Slowly moving averages of parameters.
public enum Polyak {
    /// target ← target + rate · (source − target) over a range of the flat buffers.
    ///
    /// Disjoint ranges may be done by different threads at once. Allocates nothing.
    public static func update(
        target: UnsafeMutablePointer<Float>, source: UnsafePointer<Float>, range: Range<Int>,
        rate: Float
    ) {
        let start = target + range.lowerBound
        VectorMath.interpolate(
            start, source + range.lowerBound, factor: rate, into: start, count: range.count)
    }
}
