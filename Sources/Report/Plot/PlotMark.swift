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

/// The page's colours by what they mean; each is a CSS variable with a light and a dark value.
public enum PlotColour: String, Sendable {
    case primary, secondary, tertiary, muted
}

/// How a point is drawn, so that colour is never the only difference.
public enum PlotShape: Sendable { case disc, ring, cross, diamond }

/// One layer of a plot.
public enum PlotMark: Sendable {
    case line([PlotPoint], isDashed: Bool)
    case band([PlotSpan])
    case points([PlotPoint], PlotShape)
    case spans([PlotSpan])
    case bars([PlotBar])
    /// y = x, where both axes have the same unit.
    case diagonal
    /// Thin vertical lines, each with a word at its top.
    case boundaries([(x: Double, label: String)])
}
