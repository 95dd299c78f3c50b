import Foundation

/// Names of the code that a page speaks of.
enum Pages {
    /// Words between single backticks, outside of blocks of code.
    static func quoted(_ text: String) -> [String] {
        var words: [String] = []
        var isInBlock = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInBlock.toggle()
                continue
            }
            guard !isInBlock else { continue }
            let parts = line.split(separator: "`", omittingEmptySubsequences: false)
            for index in stride(from: 1, to: parts.count - 1, by: 2) {
                words.append(String(parts[index]))
            }
        }
        return words
    }

    /// What a quoted word says that the code has.
    enum Claim: Equatable {
        /// A type or a module, such as `Limiter`, and a member of it, such as `advance` in `Limiter.advance(_:)`.
        case name(String, member: String?)
        /// A file or folder, such as `Control/Limiter.swift`.
        case path(String)
    }

    /// Nil for what is something else: a command, a number, a name in capitals.
    static func claim(_ word: String) -> Claim? {
        guard let first = word.first, first.isUppercase, first.isASCII, !word.contains(" ") else {
            return nil
        }
        if word.contains("/") {
            let isPath = word.allSatisfy { $0.isLetter || $0.isNumber || "/._+-".contains($0) }
            return isPath ? .path(word) : nil
        }
        let parts = word.prefix { $0 != "(" }.split(separator: ".").map(String.init)
        let isName = parts.allSatisfy { part in
            part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
        guard isName, parts[0].contains(where: \.isLowercase) else { return nil }
        // A file: README.md.
        if parts.count == 2, House.textEndings.contains("." + parts[1]) { return .path(word) }
        return .name(parts[0], member: parts.count > 1 ? parts.last : nil)
    }
}
