/// A point of a plot, in the data's units.
public struct PlotPoint: Sendable, Equatable {
    /// Along the horizontal axis.
    public var x: Double
    /// Along the vertical axis.
    public var y: Double
    /// Shown when the pointer rests on it.
    public var note: String?

    /// A point, with a note for the pointer.
    public init(_ x: Double, _ y: Double, note: String? = nil) {
        self.x = x
        self.y = y
        self.note = note
    }
}
