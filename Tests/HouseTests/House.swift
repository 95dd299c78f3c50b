import Foundation

/// The repository as text.
enum House {
    /// One text file.
    struct File {
        /// Relative to the repository.
        var path: String
        var lines: [String]

        /// The lines without comments and without the contents of string literals.
        var code: [String] { House.strip(lines) }

        /// The modules it imports, with their lines.
        var imports: [(name: String, line: Int)] {
            var found: [(name: String, line: Int)] = []
            for (index, line) in code.enumerated() {
                var words = line.split(whereSeparator: { $0 == " " || $0 == ";" }).map(String.init)
                while let first = words.first, first.hasPrefix("@") { words.removeFirst() }
                if let first = words.first,
                    ["public", "internal", "package", "private", "fileprivate"].contains(first)
                {
                    words.removeFirst()
                }
                guard words.first == "import", words.count >= 2 else { continue }
                let kinds = [
                    "struct", "class", "enum", "func", "protocol", "typealias", "var", "let",
                ]
                let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
                found.append((String(name.prefix { $0 != "." }), index + 1))
            }
            return found
        }
    }

    static let textEndings = [
        ".swift", ".c", ".h", ".md", ".yaml", ".py", ".sh", ".proto", ".modulemap",
    ]

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/\(path)")
    }

    static func text(of path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    /// Names in a folder, sorted, without hidden ones; in `Sources`, the modules without its pages.
    static func children(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
            .filter { !$0.hasPrefix(".") }
            .filter { folder != "Sources" || !$0.hasSuffix(".md") }.sorted()
    }

    /// Names that .gitignore leaves out at the top level.
    static func ignoredNames() throws -> Set<String> {
        Set(
            try text(of: ".gitignore").split(separator: "\n").map {
                $0.hasSuffix("/") ? String($0.dropLast()) : String($0)
            })
    }

    static func swiftFiles(in folder: String) throws -> [File] {
        try files(in: folder, endings: [".swift"])
    }

    /// Text files below a folder, sorted by path; hidden files and caches are left out.
    static func files(in folder: String, endings: [String]) throws -> [File] {
        guard
            let walk = FileManager.default.enumerator(
                at: URL(fileURLWithPath: "\(root)/\(folder)"), includingPropertiesForKeys: nil,
                options: [.skipsHiddenFiles])
        else { return [] }
        var files: [File] = []
        for case let url as URL in walk {
            let path = String(url.path.dropFirst(root.count + 1))
            guard endings.contains(where: path.hasSuffix), !path.contains("__pycache__") else {
                continue
            }
            // Golden data may be any bytes; only what is text is read.
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            files.append(
                File(
                    path: path,
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)
                        .map(String.init)))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Blanks comments and the contents of string literals, keeping the line count.
    ///
    /// Good enough for a ban list: an interpolation inside a literal is blanked with it.
    static func strip(_ lines: [String]) -> [String] {
        var isInBlock = false
        return lines.map { line in
            var code = ""
            var quote = false
            if line.trimmingCharacters(in: .whitespaces).hasPrefix("\"\"\"") || isInBlock {
                // A multi-line literal: its border lines keep nothing that matters.
                if line.components(separatedBy: "\"\"\"").count % 2 == 0 { isInBlock.toggle() }
                return ""
            }
            if line.components(separatedBy: "\"\"\"").count % 2 == 0 {
                isInBlock = true
                return line.components(separatedBy: "\"\"\"")[0]
            }
            var previous: Character = " "
            for character in line {
                if character == "\"", previous != "\\" {
                    quote.toggle()
                    code.append(character)
                } else if !quote {
                    if character == "/", previous == "/" {
                        code.removeLast()
                        break
                    }
                    code.append(character)
                }
                previous = character
            }
            return code
        }
    }

    /// Whether `line` uses `ban` as a word of its own, not as the end of a longer name.
    static func calls(_ ban: String, in line: String) -> Bool {
        var rest = Substring(line)
        while let range = rest.range(of: ban) {
            let before =
                range.lowerBound == line.startIndex
                ? nil : line[line.index(before: range.lowerBound)]
            let first = ban.first ?? " "
            let needsBorder = first.isLetter || first == "_"
            let isWord =
                before.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." } ?? false
            if !needsBorder || !isWord { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// Whether `word` stands in `line` between characters that are no letters.
    static func isWord(_ word: String, in line: String) -> Bool {
        var rest = Substring(line)
        while let range = rest.range(of: word) {
            let before =
                range.lowerBound == line.startIndex
                ? nil : line[line.index(before: range.lowerBound)]
            let after = range.upperBound == line.endIndex ? nil : line[range.upperBound]
            if !(before?.isLetter ?? false), !(after?.isLetter ?? false) { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    static func declaresPublicType(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        guard let access = words.firstIndex(of: "public") else { return false }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol"]
        guard words[..<access].allSatisfy({ $0.hasPrefix("@") }) else { return false }
        return words[(access + 1)...].prefix(2).contains { kinds.contains($0) }
            && !words.contains("func")
    }

    /// The names in `dependencies:` of one target in the manifest.
    static func dependencies(of module: String, in manifest: String) -> Set<String> {
        guard let name = manifest.range(of: "name: \"\(module)\"") else { return [] }
        // The product of the same name stands before the targets; take the last of the exact name.
        var start = name
        var search = manifest[name.upperBound...]
        while let next = search.range(of: "name: \"\(module)\"") {
            start = next
            search = manifest[next.upperBound...]
        }
        let rest = manifest[start.upperBound...]
        let end = rest.range(of: "target(", options: .caseInsensitive)?.lowerBound ?? rest.endIndex
        let target = rest[..<end]
        guard let list = target.range(of: "dependencies: [") else { return [] }
        let names = target[list.upperBound...].prefix { $0 != "]" }
        return Set(
            names.split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines)
            }.filter { $0.hasPrefix("\"") }.map { $0.trimmingCharacters(in: ["\""]) })
    }
}
