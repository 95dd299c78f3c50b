/// A point of a plot, in the data's units.
struct PlotPoint: Sendable, Equatable {
    var x: Double
    var y: Double
    /// Shown when the pointer rests on it.
    var note: String?

    init(_ x: Double, _ y: Double, note: String? = nil) {
        self.x = x
        self.y = y
        self.note = note
    }
}

/// A span of y at one x: part of a band, or an error bar.
struct PlotSpan: Sendable, Equatable {
    var x: Double
    var lower: Double
    var upper: Double
}

/// One bar of a histogram.
struct PlotBar: Sendable, Equatable {
    var from: Double
    var to: Double
    var height: Double
    var note: String?
}

/// The page's colours by what they mean; each is a CSS variable with a light and a dark value.
enum PlotColour: String, Sendable {
    case primary, secondary, tertiary, muted
}

/// How a point is drawn, so that colour is never the only difference.
enum PlotShape: Sendable { case disc, ring, cross, diamond }

/// One layer of a plot.
enum PlotMark: Sendable {
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
