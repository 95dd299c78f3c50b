/// One mistake in what a person wrote, with its place.
///
/// `description` is what is printed: `path:line:column: error: message`, the line, a caret.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, with the values that explain it.
    public enum Problem: Sendable, Equatable {
        /// The file cannot be read: the system's reason.
        case unreadable(reason: String)
        /// A name that is not there.
        case notFound(kind: String, name: String, nearest: String?, available: [String])
        /// Not YAML: libyaml's words.
        case syntax(String)
        /// YAML that Hone does not take: anchors, aliases, tags, merge keys, several documents.
        case unsupported(String)
        /// Larger or deeper than any real file.
        case limit(String)
        /// A key that occurs twice in one block.
        case duplicateKey(String, firstLine: Int)
        /// A key that the block does not have.
        case unknownKey(String, nearest: String?, known: [String])
        /// A key that the block must have.
        case missingKey(String, block: String)
        /// A value of another kind.
        case wrongType(key: String, expected: String, found: String)
        /// A word that is not one of the choices.
        case unknownChoice(key: String, found: String, nearest: String?, choices: [String])
        /// A number, text or list outside its range.
        case outOfRange(key: String, found: String, allowed: String)
        /// Values that do not make sense together, in words.
        case inconsistent(String)
        /// A `--set` argument that is not `key=value`.
        case badOverride(String)
    }

    /// What is wrong.
    public var problem: Problem
    /// The file as it was named, or the `--set` argument.
    public var path: String
    /// Line, from 1; 0 when the mistake has no place in a text.
    public var line: Int
    /// Column, from 1, in characters.
    public var column: Int
    /// The line's text, for the caret.
    public var sourceLine: String?

    /// The mistake in words.
    public var message: String { problem.message }

    /// `path:line:column: error: message`, then the line and a caret.
    public var description: String {
        var text = path
        if line > 0, !path.hasPrefix("--set") { text += ":\(line):\(column)" }
        text += ": error: \(message)"
        guard line > 0, let sourceLine else { return text }
        let shown = ConfigurationError.excerpt(of: sourceLine, around: column)
        return text + "\n    \(shown.line)\n    \(shown.caret)^"
    }

    /// At most 90 characters of `line` with `column` in it, and what stands before the caret.
    static func excerpt(of line: String, around column: Int) -> (line: String, caret: String) {
        let scalars = Array(line.unicodeScalars)
        let target = max(0, min(column - 1, scalars.count))
        let start = scalars.count <= 90 ? 0 : max(0, target - 60)
        let end = min(scalars.count, start + 90)
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: scalars[start..<end])
        let before = scalars[start..<max(start, target)].map { $0 == "\t" ? "\t" : " " }.joined()
        return (
            (start > 0 ? "…" : "") + String(shown) + (end < scalars.count ? "…" : ""),
            (start > 0 ? " " : "") + before
        )
    }
}

extension ConfigurationError.Problem {
    /// What was found and what to do, without the place.
    public var message: String {
        switch self {
        case .unreadable(let reason): return "cannot be read: \(reason)"
        case .notFound(let kind, let name, let nearest, let available):
            let list = available.isEmpty ? "there is none" : available.joined(separator: ", ")
            return "no \(kind) \"\(name)\"" + Self.suggestion(nearest)
                + (nearest == nil ? "; available: " : " (available: ") + list
                + (nearest == nil ? "" : ")")
        case .syntax(let text): return "not valid YAML: \(text)"
        case .unsupported(let text): return text
        case .limit(let text): return text
        case .duplicateKey(let key, let firstLine):
            return "key \"\(key)\" is here twice, first on line \(firstLine)"
        case .unknownKey(let key, let nearest, let known):
            if let nearest { return "unknown key \"\(key)\"; did you mean \"\(nearest)\"?" }
            let list = known.isEmpty ? "none" : known.joined(separator: ", ")
            return "unknown key \"\(key)\"; known here: \(list) (hone check --keys)"
        case .missingKey(let key, let block): return "missing key \"\(key)\" in \(block)"
        case .wrongType(let key, let expected, let found):
            return "\(key): expected \(expected), found \(found)"
        case .unknownChoice(let key, let found, let nearest, let choices):
            return "\(key): \"\(found)\" is not a choice" + Self.suggestion(nearest)
                + " (choices: \(choices.joined(separator: ", ")))"
        case .outOfRange(let key, let found, let allowed):
            return "\(key): \(found) is out of range, must be \(allowed)"
        case .inconsistent(let text): return text
        case .badOverride(let text): return text
        }
    }

    private static func suggestion(_ nearest: String?) -> String {
        nearest.map { "; did you mean \"\($0)\"?" } ?? ""
    }
}
