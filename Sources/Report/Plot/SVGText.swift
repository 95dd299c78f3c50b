/// The few SVG elements the plots are made of.
public enum SVGText {
    /// Text that is safe in an element and in a quoted attribute; characters XML forbids are
    /// replaced.
    public static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\t", "\n", "\r": out.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// A coordinate with at most one decimal.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let whole = sign + String(tenths.magnitude / 10)
        return tenths.magnitude % 10 == 0 ? whole : whole + ".\(tenths.magnitude % 10)"
    }

    /// About how wide a text of the plots' size is.
    static func width(of text: String) -> Double { Double(text.count) * 6.1 }

    static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
    ) -> String {
        "<line class=\"\(style)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" "
            + "x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>\n"
    }

    static func text(_ text: String, _ x: Double, _ y: Double, _ style: String) -> String {
        "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\">\(escaped(text))</text>\n"
    }

    /// The end of an element: with a note it becomes a tooltip.
    static func close(_ element: String, note: String?) -> String {
        guard let note else { return "/>\n" }
        return "><title>\(escaped(note))</title></\(element)>\n"
    }
}
