/// The headline's picture: both success rates with their intervals on one scale.
struct SuccessChart {
    let before: SuccessRate?
    let after: SuccessRate?

    private static let left = 52.0
    private static let right = 446.0

    var svg: String {
        var out = "<svg viewBox=\"0 0 470 112\" role=\"img\"><title>Success before and after, with "
        out += "95 % intervals</title>\n"
        for percent in stride(from: 0, through: 100, by: 25) {
            let at = x(Double(percent) / 100)
            out += SVGText.line(at, 4, at, 86, "grid")
            out += SVGText.text("\(percent) %", at, 104, "tick middle")
        }
        out += row("before", before, y: 26, colour: .muted)
        out += row("after", after, y: 64, colour: .primary)
        return out + "</svg>\n"
    }

    private func x(_ fraction: Double) -> Double {
        Self.left + min(1, max(0, fraction)) * (Self.right - Self.left)
    }

    private func row(
        _ name: String, _ rate: SuccessRate?, y: Double, colour: PlotColour
    ) -> String {
        var out = SVGText.text(name, Self.left - 10, y + 4, "strong end")
        guard let rate, rate.ci95.count == 2 else {
            return out + SVGText.text("not evaluated", Self.left + 8, y + 4, "tick")
        }
        let (low, high) = (x(rate.ci95[0]), x(rate.ci95[1]))
        out += "<rect class=\"band f-\(colour)\" x=\"\(SVGText.number(low))\" "
        out += "y=\"\(SVGText.number(y - 9))\" width=\"\(SVGText.number(max(1, high - low)))\" "
        out += "height=\"18\" rx=\"3\"/>\n"
        out += "<circle class=\"f-\(colour)\" cx=\"\(SVGText.number(x(rate.rate)))\" "
        out += "cy=\"\(SVGText.number(y))\" r=\"5\"/>\n"
        // Beside the interval, on the side where there is room.
        let isRoomy = high + 8 + SVGText.width(of: rate.text) < Self.right + 20
        return out
            + SVGText.text(
                rate.text, isRoomy ? high + 8 : low - 8, y + 4, isRoomy ? "tick" : "tick end")
    }
}
