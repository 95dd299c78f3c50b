import Foundation
import Testing

/// Holds `Sources/PATH.md`: the data's way, hop by hop, of types that exist, each in the file of its name.
@Suite("The path as a page")
struct PathPageTests {
    /// The types of the numbered lines below a heading, and the folders that they are in.
    static func hops(
        below title: String, in lines: [String]
    ) -> [(type: String, folder: String)] {
        guard let start = lines.firstIndex(of: "## \(title)") else { return [] }
        let section = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
        return section.compactMap { line in
            line.firstMatch(of: #/^\d+\. `(\w+)` \(`([\w\/]+)`\): /#).map {
                (String($0.1), String($0.2))
            }
        }
    }

    /// Whether a file declares a type.
    static func declares(_ name: String, _ lines: [String]) -> Bool {
        lines.contains { line in
            var words = line.split(whereSeparator: { " :<{(".contains($0) })
            while let first = words.first, modifiers.contains(first) { words.removeFirst() }
            return words.count > 1 && kinds.contains(words[0]) && words[1] == name
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "private", "fileprivate", "internal", "final", "indirect",
    ]
    private static let kinds: Set<Substring> = [
        "class", "struct", "enum", "protocol", "actor", "typealias",
    ]

    @Test(
        "A way has no more hops than it may, and each is a type in a file of its name",
        arguments: [
            ("From a sample frame to a command", 7), ("From an observation to a step", 6),
            ("From a transition to weights", 11),
        ])
    func way(title: String, most: Int) throws {
        let page = try House.text(of: "Sources/PATH.md").components(separatedBy: "\n")
        let hops = Self.hops(below: title, in: page)
        #expect(hops.count >= 5 && hops.count <= most, "\(hops.count) hops")
        let files = try House.swiftFiles(in: "Sources")
        for (hop, folder) in hops {
            let named = files.filter { $0.path.hasSuffix("Sources/\(folder)/\(hop).swift") }
            #expect(named.count == 1, "\(folder)/\(hop).swift is there \(named.count) times")
            let isThere = named.contains { Self.declares(hop, $0.lines) }
            #expect(isThere, "\(hop).swift declares no \(hop)")
        }
    }

    @Test("Every type that the page names is declared")
    func names() throws {
        // Folders are held by the way's own test.
        let page = try House.text(of: "Sources/PATH.md").replacing(#/\(`[\w\/]+`\)/#, with: "")
        let files = try House.swiftFiles(in: "Sources")
        var missing: Set<String> = []
        for match in page.matches(of: #/`([A-Z]\w*[a-z]\w*)`/#) {
            let name = String(match.1)
            if !files.contains(where: { Self.declares(name, $0.lines) }) { missing.insert(name) }
        }
        #expect(missing.sorted() == [])
    }

    @Test("Every folder and file that the page names is there")
    func places() throws {
        let page = try House.text(of: "Sources/PATH.md")
        var missing: [String] = []
        for match in page.matches(of: #/`(\w+(?:\/[\w.]+)+)`/#) {
            let name = String(match.1)
            let path = name.hasPrefix("launch") ? name : "Sources/" + name
            if !House.exists(path) { missing.append(name) }
        }
        #expect(missing == [])
    }

    @Test("Hops are read, and a type that is not declared is noticed")
    func reader() {
        let page = [
            "## From here", "1. `Codec` (`Bridge/Wire`): bytes", "2. none", "", "## To there",
            "1. `Other` (`Agent`): what",
        ]
        let hops = Self.hops(below: "From here", in: page)
        #expect(hops.map(\.type) == ["Codec"] && hops.map(\.folder) == ["Bridge/Wire"])
        #expect(Self.declares("Codec", ["public final class Codec: Sendable {"]))
        #expect(!Self.declares("Codec", ["let codec = Codec()", "struct Codecs {"]))
    }
}
