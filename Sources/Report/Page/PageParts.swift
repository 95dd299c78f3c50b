/// What pages of figures are made of, in the style of `ReportStyle`; every text from outside is escaped.
public enum PageParts {
    /// A whole page: one file that needs nothing else.
    ///
    /// - Parameters:
    ///   - kind: what the page is, such as `Hone policy comparison`.
    ///   - title: what it is of.
    ///   - subtitle: one line below it.
    ///   - body: elements.
    public static func page(kind: String, title: String, subtitle: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>\(SVGText.escaped(title)) – \(SVGText.escaped(kind))</title>
        <style>\(ReportStyle.sheet)</style></head>
        <body><main>
        <header><p class="kicker">\(SVGText.escaped(kind))</p><h1>\(SVGText.escaped(title))</h1>
        <p class="sub">\(SVGText.escaped(subtitle))</p></header>
        \(body)
        </main></body></html>

        """
    }

    /// A drawing with a heading and a line on how to read it.
    public static func figure(
        _ heading: String, _ drawing: String, _ caption: String, isWide: Bool = false
    ) -> String {
        "<figure\(isWide ? " class=\"wide\"" : "")><h3>\(SVGText.escaped(heading))</h3>\n\(drawing)"
            + "<figcaption>\(SVGText.escaped(caption))</figcaption></figure>\n"
    }

    /// Rows under heads; the first columns hold texts, the rest numbers.
    public static func table(_ heads: [String], _ rows: [[String]], textColumns: Int) -> String {
        func mark(_ column: Int) -> String { column < textColumns ? "" : " class=\"number\"" }
        let head = heads.enumerated().map {
            "<th scope=\"col\"\(mark($0.offset))>\(SVGText.escaped($0.element))</th>"
        }
        let body = rows.map { row in
            "<tr>"
                + row.enumerated().map {
                    "<td\(mark($0.offset))>\(SVGText.escaped($0.element))</td>"
                }.joined() + "</tr>\n"
        }
        return "<div class=\"card scroll\"><table><thead><tr>\(head.joined())</tr></thead><tbody>\n"
            + body.joined() + "</tbody></table></div>\n"
    }

    /// Numbers with a word below each.
    public static func tiles(_ tiles: [(number: String, word: String)]) -> String {
        "<section class=\"card tiles\" id=\"headline\">"
            + tiles.map {
                "<div><b>\(SVGText.escaped($0.number))</b><span>\(SVGText.escaped($0.word))</span></div>"
            }.joined() + "</section>\n"
    }

    /// Something that a reader must know first.
    public static func warning(_ text: String) -> String {
        "<p class=\"card warn\">\(SVGText.escaped(text))</p>\n"
    }
}
