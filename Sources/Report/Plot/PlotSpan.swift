/// A span of y at one x: part of a band, or an error bar.
public struct PlotSpan: Sendable, Equatable {
    /// Along the horizontal axis.
    public var x: Double
    /// Its lower end.
    public var lower: Double
    /// Its upper end.
    public var upper: Double

    /// A span between two ends.
    public init(x: Double, lower: Double, upper: Double) {
        self.x = x
        self.lower = lower
        self.upper = upper
    }
}
