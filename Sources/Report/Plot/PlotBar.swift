/// One bar of a histogram.
public struct PlotBar: Sendable, Equatable {
    /// Where it begins, along the horizontal axis.
    public var from: Double
    /// Where it ends.
    public var to: Double
    /// How high it is, along the vertical axis.
    public var height: Double
    /// Shown when the pointer rests on it.
    public var note: String?

    /// A bar that stands on zero.
    public init(from: Double, to: Double, height: Double, note: String? = nil) {
        self.from = from
        self.to = to
        self.height = height
        self.note = note
    }
}
