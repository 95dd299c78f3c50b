/// A small plot as inline SVG: axes with sensible ticks, layers of marks, a legend.
///
/// Colours and type come from the page's style sheet (`ReportStyle`); the SVG needs no script, no
/// font and no identifier of its own. Coordinates are written with one decimal, so equal data
/// gives equal text.
public struct SVGPlot: Sendable {
    private struct Layer: Sendable {
        var mark: PlotMark
        var colour: PlotColour
        var name: String?
    }

    /// What the plot shows, for those who cannot see it.
    let title: String
    let x: PlotAxis
    let y: PlotAxis
    /// Size in units of the view box; text is 11 of them high.
    let width: Double
    let height: Double
    private var layers: [Layer] = []

    /// An empty plot.
    ///
    /// - Parameters:
    ///   - title: for those who cannot see it.
    ///   - width: in units of the view box.
    ///   - height: see `width`.
    public init(title: String, x: PlotAxis, y: PlotAxis, width: Double = 470, height: Double = 270)
    {
        self.title = title
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// Adds a layer above the ones before it; with a name it appears in the legend.
    public mutating func add(_ mark: PlotMark, _ colour: PlotColour, name: String? = nil) {
        layers.append(Layer(mark: mark, colour: colour, name: name))
    }

    /// The plot as an `svg` element.
    public var svg: String {
        // Words above the area make it lower, which may change its ticks and with them the room that words have.
        var area = Area(self, rows: 0)
        while rows(of: area) > area.rows { area = Area(self, rows: area.rows + 1) }

        var out = "<svg viewBox=\"0 0 \(SVGText.number(width)) \(SVGText.number(height))\" "
        out += "role=\"img\"><title>\(SVGText.escaped(title))</title>\n"
        out += frame(area.x, area.y, bottom: height - Self.foot, labels: area.labels)
        let marks = PlotMarkRenderer(x: area.x, y: area.y)
        for layer in layers { out += marks.render(layer.mark, colour: layer.colour) }
        if hasLegend { out += legend(from: area.x.start) }
        return out + "</svg>\n"
    }

    /// Below the area.
    private static let foot = 42.0

    private var hasLegend: Bool { layers.contains { $0.name != nil } }

    /// Rows of words that boundaries need above an area.
    private func rows(of area: Area) -> Int {
        layers.map { layer in
            if case .boundaries(let boundaries) = layer.mark {
                PlotBoundaryLabels(boundaries, on: area.x).rows
            } else {
                0
            }
        }.max() ?? 0
    }

    /// The axes, and what stands at the ticks of the vertical one.
    private struct Area {
        let x: PlotScale
        let y: PlotScale
        let labels: [String]
        /// Of words above it, for which there is room.
        let rows: Int

        init(_ plot: SVGPlot, rows: Int) {
            self.rows = rows
            let top =
                (plot.hasLegend ? 30.0 : 12.0) + Double(rows) * PlotBoundaryLabels.rowHeight
            let bottom = plot.height - SVGPlot.foot
            let y = PlotScale(
                plot.y, values: plot.layers.flatMap { SVGPlot.values($0.mark).y },
                // Marks at the lowest value keep clear of the axis, unless the axis begins there.
                start: plot.y.lower == nil ? bottom - 7 : bottom, end: top,
                tickCount: max(2, Int((bottom - top) / 42)))
            labels = y.ticks.map { PlotTicks.label($0, on: y, format: plot.y.format) }
            let left = 30 + SVGText.width(of: labels.max { $0.count < $1.count } ?? "")
            let right = plot.width - 14
            self.y = y
            x = PlotScale(
                plot.x, values: plot.layers.flatMap { SVGPlot.values($0.mark).x }, start: left,
                end: right, tickCount: max(2, Int((right - left) / 75)))
        }
    }

    private func frame(
        _ h: PlotScale, _ v: PlotScale, bottom: Double, labels: [String]
    ) -> String {
        var out = ""
        for (tick, label) in zip(v.ticks, labels) {
            let at = v.position(tick)
            out += SVGText.line(h.start, at, h.end, at, "grid")
            out += SVGText.text(label, h.start - 7, at + 3.8, "tick end")
        }
        for tick in h.ticks {
            let at = h.position(tick)
            let label = PlotTicks.label(tick, on: h, format: x.format)
            out += SVGText.line(at, bottom, at, bottom + 4, "axis")
            // A label at the right edge must not be cut off.
            let reach = SVGText.width(of: label) / 2
            let centre = min(at, width - reach - 1)
            out += SVGText.text(label, centre, bottom + 17, "tick middle")
        }
        out += SVGText.line(h.start, bottom, h.end, bottom, "axis")
        out += SVGText.text(x.label, (h.start + h.end) / 2, height - 6, "label middle")
        let middle = SVGText.number((v.start + v.end) / 2)
        out += "<text class=\"label middle\" transform=\"translate(12 \(middle)) rotate(-90)\">"
        out += SVGText.escaped(y.label) + "</text>\n"
        return out
    }

    private func legend(from left: Double) -> String {
        var out = ""
        var at = left
        for layer in layers {
            guard let name = layer.name else { continue }
            out += PlotMarkRenderer.key(layer.mark, colour: layer.colour, x: at, y: 12)
            out += SVGText.text(name, at + 20, 16, "legend")
            at += 36 + SVGText.width(of: name)
        }
        return out
    }

    private static func values(_ mark: PlotMark) -> (x: [Double], y: [Double]) {
        switch mark {
        case .line(let points, _), .points(let points, _):
            return (points.map(\.x), points.map(\.y))
        case .band(let spans), .spans(let spans):
            return (spans.map(\.x), spans.flatMap { [$0.lower, $0.upper] })
        case .bars(let bars):
            return (bars.flatMap { [$0.from, $0.to] }, bars.map(\.height))
        case .diagonal, .boundaries:
            return ([], [])
        }
    }
}
