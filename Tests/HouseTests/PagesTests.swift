import Foundation
import Testing

/// Holds what pages and comments promise a reader: what is cited can be opened.
@Suite("Pages")
struct PagesTests {
    /// Where text may cite a page.
    private static let roots = ["Sources", "Tests", "robots", "calibration", "launch"]
    /// Written by a command, in an example: no page of the repository.
    private static let examples: Set<String> = ["faults.md"]

    /// A page, and the first place in it that follows.
    private static var citation: Regex<(Substring, Substring, Substring?)> {
        /([A-Za-z0-9_.\/-]+\.md)\b(?:`,? (?:row )?([A-Z]?[0-9]+(?:\.[0-9]+)?))?/
    }

    /// Every page of the repository.
    private static func pages() throws -> [House.File] {
        var pages: [House.File] = []
        for root in roots { pages += try House.files(in: root, endings: [".md"]) }
        let front = try House.text(of: "README.md")
        pages.append(House.File(path: "README.md", lines: front.components(separatedBy: "\n")))
        return pages
    }

    /// The page that a citation means: its path, or the end of it.
    private static func page(_ cited: String, among pages: [House.File]) -> House.File? {
        let name = cited.replacing("../", with: "")
        return pages.first { $0.path == name } ?? pages.first { $0.path.hasSuffix("/" + name) }
    }

    /// Whether a page has a place: a section, a formula, an item of an appendix or a row of its table.
    static func has(_ place: String, _ lines: [String]) -> Bool {
        lines.contains { line in
            let heading = line.drop { $0 == "#" }.drop { $0 == " " }
            if line.hasPrefix("#"),
                heading.hasPrefix("\(place) ") || heading.hasPrefix("\(place). ")
            {
                return true
            }
            let starts = ["**\(place). ", "**\(place).", "- **\(place).", "| \(place) |"]
            return starts.contains { line.hasPrefix($0) }
        }
    }

    @Test("Every page that is cited is in the repository, and so is the place in it")
    func citations() throws {
        let pages = try Self.pages()
        var wrong: [String] = []
        var count = 0
        for root in Self.roots {
            for file in try House.files(in: root, endings: House.textEndings) {
                for (index, line) in file.lines.enumerated() where line.contains(".md") {
                    for match in line.matches(of: Self.citation) {
                        let name = String(match.1)
                        if Self.examples.contains(name) || name.contains("\\(") { continue }
                        count += 1
                        guard let page = Self.page(name, among: pages) else {
                            wrong.append("\(file.path):\(index + 1) cites \(name)")
                            continue
                        }
                        guard let place = match.2, !Self.has(String(place), page.lines) else {
                            continue
                        }
                        wrong.append("\(file.path):\(index + 1): \(name) has no \(place)")
                    }
                }
            }
        }
        #expect(wrong == [])
        // A search that finds nothing holds nothing.
        #expect(count > 50)
    }

    @Test("A citation of what is not there is found")
    func mistakes() {
        let page = [
            "# Title", "## 2. Limits", "### 3.4 Term", "**F8. Bound**", "- **A5.** Step",
            "| 7 | x |",
        ]
        let there = ["2", "3.4", "F8", "A5", "7"]
        #expect(there.filter { !Self.has($0, page) } == [])
        let absent = ["1", "3", "3.5", "F1", "A6", "8"]
        #expect(absent.filter { Self.has($0, page) } == [])
    }

    @Test("Every link of a page leads somewhere")
    func links() throws {
        var wrong: [String] = []
        var count = 0
        for page in try Self.pages() {
            let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
            for (index, line) in page.lines.enumerated() where line.contains("](") {
                for match in line.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/) {
                    let target = String(match.1)
                    if target.hasPrefix("http") { continue }
                    count += 1
                    let path = URL(fileURLWithPath: "/\(folder)/\(target)").standardized.path
                    if !House.exists(String(path.dropFirst())) {
                        wrong.append("\(page.path):\(index + 1) links to \(target)")
                    }
                }
            }
        }
        #expect(wrong == [])
        #expect(count > 5)
    }
}
