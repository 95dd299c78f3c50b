import Platform

/// Keys with one value.
extension Block {
    /// A finite decimal number.
    ///
    /// - Parameters:
    ///   - allowed: the range in words, where it is another for each robot.
    ///   - absent: what holds where the key is absent.
    func number(
        _ key: String, _ range: NumberRange, _ about: String, isRequired: Bool = true,
        allowed: String? = nil, absent: String? = nil
    ) -> Double? {
        declare(
            key, "number", allowed ?? range.text, about, isRequired: isRequired, absent: absent)
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard let value = plainNumber(key, node, expected: "a number") else { return nil }
        guard range.contains(value) else {
            outOfRange(key, node, range.text)
            return nil
        }
        return value
    }

    /// A whole number.
    func integer(
        _ key: String, _ range: ClosedRange<Int>, _ about: String, isRequired: Bool = true,
        absent: String? = nil
    ) -> Int? {
        declare(
            key, "whole number", "\(range.lowerBound) to \(range.upperBound)", about,
            isRequired: isRequired, absent: absent)
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard let value = plainNumber(key, node, expected: "a whole number") else { return nil }
        guard value == value.rounded(), abs(value) <= 9e15 else {
            wrong(key, "a whole number", node.found, node)
            return nil
        }
        guard range.contains(Int(value)) else {
            let allowed = NumberRange.closed(Double(range.lowerBound), Double(range.upperBound))
            outOfRange(key, node, allowed.text)
            return nil
        }
        return Int(value)
    }

    /// A whole number of 64 bits without sign, every digit kept.
    func unsigned(_ key: String, _ about: String, isRequired: Bool) -> UInt64? {
        declare(key, "whole number", "0 to \(UInt64.max)", about, isRequired: isRequired)
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard plainNumber(key, node, expected: "a whole number") != nil,
            case .scalar(let text, _) = node.content
        else { return nil }
        guard let value = UInt64(text) else {
            outOfRange(key, node, "a whole number from 0 to \(UInt64.max)")
            return nil
        }
        return value
    }

    /// `true` or `false`.
    func boolean(
        _ key: String, _ about: String, isRequired: Bool = true, absent: String? = nil
    ) -> Bool? {
        declare(key, "true or false", "", about, isRequired: isRequired, absent: absent)
        guard let node = node(key, isRequired: isRequired) else { return nil }
        if case .scalar("true", isPlain: true) = node.content { return true }
        if case .scalar("false", isPlain: true) = node.content { return false }
        wrong(key, "true or false", node.found, node)
        return nil
    }

    /// A text of one line, not empty.
    func text(
        _ key: String, _ about: String, isRequired: Bool = true, absent: String? = nil
    ) -> String? {
        declare(key, "text", "", about, isRequired: isRequired, absent: absent)
        return line(key, isRequired: isRequired)
    }

    private func line(_ key: String, isRequired: Bool) -> String? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            wrong(key, "a text", node.found, node)
            return nil
        }
        guard !text.isEmpty, text.count <= 400, !text.contains(where: \.isNewline) else {
            outOfRange(key, node, "one line of 1 to 400 characters")
            return nil
        }
        return text
    }

    /// A name: letters, digits, `_`, `-` and `.`, beginning with a letter or digit, at most 64.
    func name(_ key: String, _ about: String, isRequired: Bool = true) -> String? {
        declare(key, "name", "", about, isRequired: isRequired)
        guard let text = line(key, isRequired: isRequired) else { return nil }
        guard Block.isName(text) else {
            diagnostics.add(
                .outOfRange(
                    key: path(key), found: "\"\(text)\"",
                    allowed:
                        "1 to 64 of a-z, A-Z, 0-9, _, - and ., beginning with a letter or digit"
                ), at: mark(of: key))
            return nil
        }
        return text
    }

    /// One of an enumeration's words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type, _ about: String, isRequired: Bool = true,
        absent: String? = nil
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        return choice(key, words, about, isRequired: isRequired, absent: absent)
            .flatMap(Choice.init(rawValue:))
    }

    /// One of `words`.
    ///
    /// - Parameter meant: for a word that is none, the one it stands for, when edit distance cannot tell.
    func choice(
        _ key: String, _ words: [String], _ about: String, isRequired: Bool = true,
        absent: String? = nil, meant: (String) -> String? = { _ in nil }
    ) -> String? {
        declare(
            key, "one of", words.map { "`\($0)`" }.joined(separator: ", "), about,
            isRequired: isRequired, absent: absent)
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            wrong(key, "one of \(words.joined(separator: ", "))", node.found, node)
            return nil
        }
        if words.contains(text) { return text }
        diagnostics.add(
            .unknownChoice(
                key: path(key), found: text,
                nearest: meant(text) ?? Nearest.match(text, in: words), choices: words),
            at: node.mark)
        return nil
    }

    static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...64).contains(bytes.count) else { return false }
        func isWord(_ byte: UInt8) -> Bool {
            (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
        }
        return isWord(bytes[0])
            && bytes.allSatisfy { isWord($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
    }

    private func outOfRange(_ key: String, _ node: YAMLNode, _ allowed: String) {
        diagnostics.add(
            .outOfRange(key: path(key), found: node.found, allowed: allowed), at: node.mark)
    }

    /// A finite decimal number of a node, or nil and reported.
    func plainNumber(_ key: String, _ node: YAMLNode, expected: String) -> Double? {
        guard case .scalar(let text, isPlain: true) = node.content, !node.isNull else {
            wrong(key, expected, node.found, node)
            return nil
        }
        switch NumberText.read(text) {
        case .number(let value): return value
        case .refused(let reason):
            wrong(key, expected, node.found + (reason.isEmpty ? "" : ": \(reason)"), node)
            return nil
        }
    }
}
