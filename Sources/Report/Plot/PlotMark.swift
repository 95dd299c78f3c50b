/// One layer of a plot.
public enum PlotMark: Sendable {
    case line([PlotPoint], isDashed: Bool)
    case band([PlotSpan])
    case points([PlotPoint], PlotShape)
    case spans([PlotSpan])
    case bars([PlotBar])
    /// y = x, where both axes have the same unit.
    case diagonal
    /// Thin vertical lines, each with a word above the plot's area.
    case boundaries([(x: Double, label: String)])
}
