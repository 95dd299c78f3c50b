import Foundation

/// `Sources/GLOSSARY.md`, as its tests read it.
struct Glossary {
    /// The tables' rows by the heading above them, without their heads.
    private let tables: [String: [[String]]]

    /// - Parameter text: headings with `#`, and tables below them.
    init(_ text: String) {
        var tables: [String: [[String]]] = [:]
        var heading = ""
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("#") { heading = String(line.drop { $0 == "#" || $0 == " " }) }
            guard line.hasPrefix("|"), !line.hasPrefix("|--") else { continue }
            tables[heading, default: []].append(
                line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                    .map { $0.trimmingCharacters(in: .whitespaces) })
        }
        self.tables = tables.mapValues { Array($0.dropFirst()) }
    }

    /// The one of the repository.
    static func read() throws -> Glossary {
        Glossary(try House.text(of: "Sources/GLOSSARY.md"))
    }

    /// The types whose functions may begin with a verb.
    var owners: [String: Set<String>] {
        var owners: [String: Set<String>] = [:]
        let rows = tables["Who has the verbs that used to mean too much"] ?? []
        for row in rows where row.count == 2 {
            owners[row[0]] = Set(row[1].matches(of: /`(\w+)`/).map { String($0.1) })
        }
        return owners
    }

    /// What sentences for people do not say.
    var dialect: [String] {
        (tables["Words for people"] ?? []).flatMap { row in
            row.count == 2
                ? row[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } : []
        }
    }

    /// What a line of code holds in quotes.
    static func spoken(_ line: String) -> String {
        guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { return "" }
        return line.matches(of: /"((?:[^"\\]|\\.)*)"/).map { String($0.1) }
            .joined(separator: " ")
    }
}
