import Foundation

/// What a Swift file declares, read from its text.
///
/// Good enough for code that `swift format` has laid out: a declaration begins a line, its block ends with a
/// brace at the indentation of that line.
extension House.File {
    /// A type and where it stands.
    struct TypeDeclaration: Equatable {
        var name: String
        /// Seen outside of its file.
        var isShared: Bool
        /// Not inside of another type.
        var isTopLevel: Bool
    }

    /// A function with a body.
    struct Function: Equatable {
        /// Such as `Session.run`: its type, where it has one, and its name.
        var name: String
        /// From the line of its name to its closing brace.
        var lines: Int
    }

    private static let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor"]

    /// Every type that the file declares, nested ones too.
    var types: [TypeDeclaration] {
        code.compactMap { line in
            let words = Self.words(line)
            guard let kind = words.firstIndex(where: { Self.kinds.contains($0) }),
                words[..<kind].allSatisfy({ Self.modifiers.contains(Self.bare($0)) }),
                let name = words[(kind + 1)...].first.map(Self.bare), Self.isName(name)
            else { return nil }
            let hidden = words[..<kind].contains { $0 == "private" || $0 == "fileprivate" }
            return TypeDeclaration(
                name: String(name), isShared: !hidden, isTopLevel: line.first != " ")
        }
    }

    /// Every function, initialiser and the like that has a body.
    var functions: [Function] {
        let code = code
        var found: [Function] = []
        /// Open blocks of types, by indentation.
        var owners: [(name: String, indentation: Int)] = []
        for (index, line) in code.enumerated() where !line.allSatisfy({ $0 == " " }) {
            let indentation = line.prefix { $0 == " " }.count
            if line.dropFirst(indentation).first == "}" {
                owners.removeAll { $0.indentation >= indentation }
            }
            if let owner = Self.owner(line) { owners.append((owner, indentation)) }
            guard let name = Self.function(line),
                let end = Self.end(of: index, indentation: indentation, in: code)
            else { continue }
            let path = owners.filter { $0.indentation < indentation }.map(\.name) + [name]
            found.append(Function(name: path.joined(separator: "."), lines: end - index + 1))
        }
        return found
    }

    /// Words that may stand before a declaration's own.
    private static let modifiers: Set<Substring> = [
        "public", "internal", "private", "fileprivate", "package", "open", "final", "static",
        "class", "override", "mutating", "nonmutating", "nonisolated", "indirect", "required",
        "convenience", "borrowing", "consuming", "prefix", "postfix", "infix", "isolated",
    ]

    /// The words of a line behind its attributes.
    private static func words(_ line: String) -> [Substring] {
        var rest = line.drop { $0 == " " }
        while rest.first == "@" {
            rest = rest.drop { $0 != " " && $0 != "(" }
            if rest.first == "(" { rest = rest.drop { $0 != ")" }.dropFirst() }
            rest = rest.drop { $0 == " " }
        }
        return rest.split { $0 == " " }
    }

    private static func bare(_ word: Substring) -> Substring {
        word.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    }

    private static func isName(_ word: Substring) -> Bool { word.first?.isUppercase ?? false }

    /// The type that a line opens a block of.
    private static func owner(_ line: String) -> String? {
        let words = words(line)
        guard let kind = words.firstIndex(where: { kinds.contains($0) || $0 == "extension" }),
            words[..<kind].allSatisfy({ modifiers.contains(bare($0)) }),
            let name = words[(kind + 1)...].first.map(bare), isName(name)
        else { return nil }
        return String(name)
    }

    /// The name of the function that a line begins.
    private static func function(_ line: String) -> String? {
        let words = words(line)
        for (index, word) in words.enumerated() {
            let head = bare(word)
            if head == "func" {
                let rest = words.dropFirst(index + 1).first ?? ""
                let name = bare(rest)
                return String(name.isEmpty ? rest.prefix { $0 != "(" } : name)
            }
            if head == "init" || head == "subscript" {
                return word.dropFirst(head.count).first.map { "(<?".contains($0) } ?? false
                    ? String(head) : nil
            }
            if head == "deinit" { return "deinit" }
            guard modifiers.contains(head) else { return nil }
        }
        return nil
    }

    /// The line that closes the block which a declaration opens; nil where it has none.
    private static func end(of start: Int, indentation: Int, in code: [String]) -> Int? {
        for index in start..<code.count {
            let line = code[index]
            if index > start, !line.isEmpty {
                let depth = line.prefix { $0 == " " }.count
                if depth < indentation { return nil }
                if depth == indentation, line.dropFirst(depth).first == "}" { return index }
                // Its signature goes on at its own indentation only with these.
                if depth == indentation, !")-{w".contains(line.dropFirst(depth).first ?? " ") {
                    return nil
                }
            }
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasSuffix("}"), index == start, text.contains("{") { return start }
        }
        return nil
    }
}
