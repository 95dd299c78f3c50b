import Platform

/// One block (YAML mapping) while it is decoded.
///
/// Every key that is asked for becomes a known one; `finish` reports the others and what is missing.
/// A wrong value is reported where it stands and read as nil, so that decoding goes on to the next mistake.
final class Block {
    /// How a message names it: "the file", "axes[2]".
    let name: String
    let diagnostics: Diagnostics
    /// Where the block is spoken of: its key, or its first character.
    let mark: Mark
    private let prefix: String
    private let entries: [YAMLNode.Entry]
    /// False when it was not a block at all, which is reported already.
    let isBlock: Bool
    private var known: [String] = []
    private var missing: [String] = []

    /// The whole file.
    convenience init(root: YAMLNode, diagnostics: Diagnostics) {
        self.init(
            node: root, name: "the file", prefix: "", mark: root.mark, diagnostics: diagnostics)
    }

    private init(
        node: YAMLNode, name: String, prefix: String, mark: Mark, diagnostics: Diagnostics
    ) {
        self.name = name
        self.prefix = prefix
        self.mark = mark
        self.diagnostics = diagnostics
        switch node.content {
        case .mapping(let entries):
            self.entries = entries
            isBlock = true
        case .invalid:
            entries = []
            isBlock = false
        default:
            entries = []
            isBlock = false
            diagnostics.add(
                .wrongType(key: name, expected: "a block of keys", found: node.found),
                at: node.mark)
        }
    }

    /// `a.b.key`, as `--set` takes it.
    func path(_ key: String) -> String { prefix + key }

    /// Whether the key is written here (registers nothing).
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// The keys as they stand here, in order.
    var keys: [(key: String, mark: Mark)] { entries.map { ($0.key, $0.keyMark) } }

    /// Where the key's value stands; the block's place when it is absent.
    func mark(of key: String) -> Mark {
        entries.first { $0.key == key }?.value.mark ?? mark
    }

    /// The value of `key`; nil when absent, or `.invalid` and reported already.
    func node(_ key: String, isRequired: Bool) -> YAMLNode? {
        known.append(key)
        guard let entry = entries.first(where: { $0.key == key }) else {
            if isRequired { missing.append(key) }
            return nil
        }
        if case .invalid = entry.value.content { return nil }
        return entry.value
    }

    /// Reports that values do not make sense together.
    func report(_ text: String, at key: String) {
        diagnostics.add(.inconsistent(text), at: mark(of: key))
    }

    /// Reports that a key that must be here is not.
    func reportMissing(_ key: String) {
        diagnostics.add(.missingKey(key, block: name), at: mark)
    }

    private func wrong(_ key: String, _ expected: String, _ found: String, _ node: YAMLNode) {
        diagnostics.add(
            .wrongType(key: path(key), expected: expected, found: found), at: node.mark)
    }

    // MARK: Blocks and lists

    /// A block inside this one.
    func block(_ key: String, isRequired: Bool) -> Block? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        let mark = entries.first { $0.key == key }?.keyMark ?? node.mark
        return Block(
            node: node, name: path(key), prefix: path(key) + ".", mark: mark,
            diagnostics: diagnostics)
    }

    /// A list of blocks.
    func blocks(_ key: String, count: ClosedRange<Int>, isRequired: Bool) -> [Block] {
        guard let items = list(key, of: "blocks", count: count, isRequired: isRequired) else {
            return []
        }
        return items.enumerated().map { index, item in
            let name = "\(path(key))[\(index)]"
            return Block(
                node: item, name: name, prefix: name + ".", mark: item.mark,
                diagnostics: diagnostics)
        }
    }

    /// A list of texts with their places.
    func texts(
        _ key: String, count: ClosedRange<Int>, isRequired: Bool
    ) -> [(text: String, mark: Mark)]? {
        guard let items = list(key, of: "texts", count: count, isRequired: isRequired) else {
            return nil
        }
        var texts: [(text: String, mark: Mark)] = []
        for (index, item) in items.enumerated() {
            guard case .scalar(let text, _) = item.content, !item.isNull, !text.isEmpty else {
                if case .invalid = item.content { continue }
                wrong("\(key)[\(index)]", "a text", item.found, item)
                continue
            }
            texts.append((text, item.mark))
        }
        return texts
    }

    /// A list of finite decimal numbers.
    func numbers(_ key: String, count: Int, isRequired: Bool = true) -> [Double]? {
        guard
            let items = list(key, of: "numbers", count: count...count, isRequired: isRequired)
        else { return nil }
        let numbers = items.enumerated().compactMap { index, item in
            plainNumber("\(key)[\(index)]", item, expected: "a number")
        }
        return numbers.count == count ? numbers : nil
    }

    private func list(
        _ key: String, of what: String, count: ClosedRange<Int>, isRequired: Bool
    ) -> [YAMLNode]? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard case .sequence(let items) = node.content else {
            wrong(key, "a list of \(what)", node.found, node)
            return nil
        }
        guard count.contains(items.count) else {
            let allowed = NumberRange.closed(Double(count.lowerBound), Double(count.upperBound))
            diagnostics.add(
                .outOfRange(
                    key: path(key), found: "\(items.count) entries", allowed: allowed.text),
                at: node.mark)
            return nil
        }
        return items
    }

    // MARK: The end

    /// Reports unknown and missing keys.
    ///
    /// - Parameter meant: for an unknown key, the known one it stands for, when edit distance cannot tell.
    func reportKeys(meant: (String) -> String? = { _ in nil }) {
        guard isBlock else { return }
        var suggested: Set<String> = []
        for entry in entries where !known.contains(entry.key) {
            let free = known.filter { !has($0) }
            let nearest =
                meant(entry.key) ?? Nearest.match(entry.key, in: free)
                ?? Nearest.match(entry.key, in: known)
            if let nearest { suggested.insert(nearest) }
            diagnostics.add(
                .unknownKey(entry.key, nearest: nearest, known: known), at: entry.keyMark)
        }
        // A misspelt key is one mistake, not two.
        for key in missing where !suggested.contains(key) { reportMissing(key) }
    }
}

// MARK: - Scalars

extension Block {
    /// A finite decimal number.
    func number(_ key: String, _ range: NumberRange, isRequired: Bool = true) -> Double? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard let value = plainNumber(key, node, expected: "a number") else { return nil }
        guard range.contains(value) else {
            outOfRange(key, node, range.text)
            return nil
        }
        return value
    }

    /// A whole number.
    func integer(_ key: String, _ range: ClosedRange<Int>, isRequired: Bool = true) -> Int? {
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
    func unsigned(_ key: String, isRequired: Bool) -> UInt64? {
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
    func boolean(_ key: String, isRequired: Bool = true) -> Bool? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        if case .scalar("true", isPlain: true) = node.content { return true }
        if case .scalar("false", isPlain: true) = node.content { return false }
        wrong(key, "true or false", node.found, node)
        return nil
    }

    /// A text of one line, not empty.
    func text(_ key: String, isRequired: Bool = true) -> String? {
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
    func name(_ key: String, isRequired: Bool = true) -> String? {
        guard let text = text(key, isRequired: isRequired) else { return nil }
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
        _ key: String, _ type: Choice.Type, isRequired: Bool = true
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        return choice(key, words, isRequired: isRequired).flatMap(Choice.init(rawValue:))
    }

    /// One of `words`.
    func choice(_ key: String, _ words: [String], isRequired: Bool = true) -> String? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            wrong(key, "one of \(words.joined(separator: ", "))", node.found, node)
            return nil
        }
        if words.contains(text) { return text }
        diagnostics.add(
            .unknownChoice(
                key: path(key), found: text, nearest: Nearest.match(text, in: words),
                choices: words), at: node.mark)
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

    fileprivate func plainNumber(_ key: String, _ node: YAMLNode, expected: String) -> Double? {
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

// MARK: - Changing a preset

extension Block {
    /// Replaces `value` when the key is here and right.
    func update(_ value: inout Double, _ key: String, _ range: NumberRange) {
        if let new = number(key, range, isRequired: false) { value = new }
    }

    /// Replaces `value` when the key is here and right.
    func update(_ value: inout Int, _ key: String, _ range: ClosedRange<Int>) {
        if let new = integer(key, range, isRequired: false) { value = new }
    }

    /// Replaces `value` when the key is here and right.
    func update(_ value: inout Bool, _ key: String) {
        if let new = boolean(key, isRequired: false) { value = new }
    }

    /// Replaces `value` when the key is here and right.
    func update<Choice: RawRepresentable & CaseIterable>(_ value: inout Choice, _ key: String)
    where Choice.RawValue == String {
        if let new = choice(key, Choice.self, isRequired: false) { value = new }
    }
}
