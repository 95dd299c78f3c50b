/// Draws one layer of a plot between two axes.
struct PlotMarkRenderer {
    let x: PlotScale
    let y: PlotScale

    func render(_ mark: PlotMark, colour: PlotColour) -> String {
        switch mark {
        case .line(let points, let isDashed):
            return line(points, isDashed: isDashed, colour: colour)
        case .band(let spans): return band(spans, colour: colour)
        case .points(let points, let shape):
            return points.filter { isDrawable($0.x, $0.y) }.map {
                Self.point(
                    shape, x.position($0.x), y.position($0.y), colour: colour, note: $0.note)
            }.joined()
        case .spans(let spans):
            return spans.filter { isDrawable($0.x, $0.lower) && $0.upper.isFinite }.map {
                errorBar($0, colour: colour)
            }.joined()
        case .bars(let bars): return bars.map { bar($0, colour: colour) }.joined()
        case .diagonal: return diagonal
        case .boundaries(let boundaries): return self.boundaries(boundaries)
        }
    }

    /// The sample of a layer in the legend, 14 units wide and centred on `y`.
    static func key(_ mark: PlotMark, colour: PlotColour, x: Double, y: Double) -> String {
        switch mark {
        case .line(_, let isDashed):
            return SVGText.line(x, y, x + 14, y, "line s-\(colour)" + (isDashed ? " dash" : ""))
        case .band, .bars:
            return rectangle(
                x, y - 5, 14, 10, style: "\(isBand(mark) ? "band" : "bar") f-\(colour)")
        case .points(_, let shape): return point(shape, x + 7, y, colour: colour, note: nil)
        case .spans:
            return SVGText.line(x + 7, y - 6, x + 7, y + 6, "whisker s-\(colour)")
        case .diagonal: return SVGText.line(x, y, x + 14, y, "guide")
        case .boundaries: return SVGText.line(x + 7, y - 6, x + 7, y + 6, "guide")
        }
    }

    private static func isBand(_ mark: PlotMark) -> Bool {
        if case .band = mark { return true }
        return false
    }

    private func isDrawable(_ x: Double, _ y: Double) -> Bool {
        x.isFinite && y.isFinite && (!self.y.isLogarithmic || y > 0)
            && (!self.x.isLogarithmic || x > 0)
    }

    /// A line that breaks where a value is missing.
    private func line(_ points: [PlotPoint], isDashed: Bool, colour: PlotColour) -> String {
        var path = ""
        var isDown = false
        for point in points {
            guard isDrawable(point.x, point.y) else {
                isDown = false
                continue
            }
            path += isDown ? "L" : "M"
            path += SVGText.number(x.position(point.x)) + " "
            path += SVGText.number(y.position(point.y))
            isDown = true
        }
        guard !path.isEmpty else { return "" }
        let style = "line s-\(colour)" + (isDashed ? " dash" : "")
        return "<path class=\"\(style)\" d=\"\(path)\"/>\n"
    }

    private func band(_ spans: [PlotSpan], colour: PlotColour) -> String {
        let drawable = spans.filter { isDrawable($0.x, $0.lower) && isDrawable($0.x, $0.upper) }
        guard drawable.count > 1 else { return "" }
        let upper = drawable.map { corner($0.x, $0.upper) }
        let lower = drawable.reversed().map { corner($0.x, $0.lower) }
        return "<path class=\"band f-\(colour)\" d=\"M"
            + (upper + lower).joined(separator: "L") + "Z\"/>\n"
    }

    private func corner(_ px: Double, _ py: Double) -> String {
        SVGText.number(x.position(px)) + " " + SVGText.number(y.position(py))
    }

    private func errorBar(_ span: PlotSpan, colour: PlotColour) -> String {
        let at = x.position(span.x)
        let (low, high) = (y.position(span.lower), y.position(span.upper))
        return SVGText.line(at, low, at, high, "whisker s-\(colour)")
            + SVGText.line(at - 4, low, at + 4, low, "whisker s-\(colour)")
            + SVGText.line(at - 4, high, at + 4, high, "whisker s-\(colour)")
    }

    private func bar(_ bar: PlotBar, colour: PlotColour) -> String {
        guard isDrawable(bar.from, bar.height) || isDrawable(bar.to, bar.height) else { return "" }
        let (left, right) = (x.position(bar.from), x.position(bar.to))
        let top = min(y.position(bar.height), y.start - 1)
        return Self.rectangle(
            left + 0.5, top, max(1, right - left - 1), y.start - top, style: "bar f-\(colour)",
            note: bar.note)
    }

    private var diagonal: String {
        let low = max(x.lower, y.lower)
        let high = min(x.upper, y.upper)
        guard high > low else { return "" }
        return SVGText.line(
            x.position(low), y.position(low), x.position(high), y.position(high), "guide")
    }

    /// Lines with a word above each, that stand where `PlotBoundaryLabels` has found room.
    private func boundaries(_ boundaries: [(x: Double, label: String)]) -> String {
        PlotBoundaryLabels(boundaries, on: x).places.map { place in
            let base = y.end - 4 - Double(place.row) * PlotBoundaryLabels.rowHeight
            let top = y.end - Double(place.rise) * PlotBoundaryLabels.rowHeight
            let isAtEdge = place.x <= x.start + 1
            let line = isAtEdge ? "" : SVGText.line(place.x, y.start, place.x, top, "guide")
            return line + SVGText.text(place.label, place.span.lowerBound, base, "mark")
        }.joined()
    }

    private static func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, style: String,
        note: String? = nil
    ) -> String {
        "<rect class=\"\(style)\" x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\" "
            + "width=\"\(SVGText.number(width))\" height=\"\(SVGText.number(height))\""
            + SVGText.close("rect", note: note)
    }

    private static func point(
        _ shape: PlotShape, _ x: Double, _ y: Double, colour: PlotColour, note: String?
    ) -> String {
        let at = "\(SVGText.number(x)) \(SVGText.number(y))"
        switch shape {
        case .disc, .ring:
            let style = shape == .disc ? "disc f-\(colour)" : "ring s-\(colour)"
            return "<circle class=\"\(style)\" cx=\"\(SVGText.number(x))\" "
                + "cy=\"\(SVGText.number(y))\" r=\"\(shape == .disc ? "2.8" : "2.6")\""
                + SVGText.close("circle", note: note)
        case .cross:
            return "<path class=\"ring s-\(colour)\" d=\"M\(at)m-2.6 -2.6l5.2 5.2m0 -5.2l-5.2 5.2\""
                + SVGText.close("path", note: note)
        case .diamond:
            return "<path class=\"diamond f-\(colour)\" d=\"M\(at)m0 -5.5l5.5 5.5l-5.5 5.5"
                + "l-5.5 -5.5Z\"" + SVGText.close("path", note: note)
        }
    }
}
