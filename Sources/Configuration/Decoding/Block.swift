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
    /// What stands in front of its keys in a path: nothing, `a.b.`, `axes[2].`.
    let prefix: String
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

    /// The word that stands at `key`, whatever it is (registers nothing).
    func word(_ key: String) -> String? {
        guard case .scalar(let text, _)? = entries.first(where: { $0.key == key })?.value.content
        else { return nil }
        return text
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

    /// Reports keys that are written here, and that what is chosen here has no use for.
    ///
    /// Only those of the document that chooses are mistakes: a launch may be switched by an override of the choice alone.
    /// An override that changes nothing is remarked.
    ///
    /// - Parameters:
    ///   - owners: what has a use for them, in words.
    ///   - choice: the key that chooses; where it is absent the block stands for it.
    ///   - chosen: what is chosen.
    func reportUnused(
        _ keys: [String], of owners: String, chosenBy choice: String, _ chosen: String
    ) {
        for key in keys where has(key) {
            let place = mark(of: key)
            let text = "\(key) is of \(owners); \(choice): \(chosen) has no use for it"
            let isSame = place.source == mark(of: choice).source
            if isSame, has(choice) || !diagnostics.isOverride(place) {
                report(text, at: key)
            } else if diagnostics.isOverride(place) {
                diagnostics.remark(text, at: place)
            }
        }
    }

    /// Reports that a key that must be here is not.
    func reportMissing(_ key: String) {
        diagnostics.add(.missingKey(key, block: name), at: mark)
    }

    /// Reports a value of another kind.
    func wrong(_ key: String, _ expected: String, _ found: String, _ node: YAMLNode) {
        diagnostics.add(
            .wrongType(key: path(key), expected: expected, found: found), at: node.mark)
    }

    // MARK: The page of keys

    /// Says what a key is, where the page of keys is made; nothing while a document is read.
    ///
    /// - Parameters:
    ///   - kind: what its value is, such as `number`.
    ///   - allowed: which values may stand here; empty for any of the kind.
    ///   - absent: what holds where an optional key is absent; nil for nothing.
    func declare(
        _ key: String, _ kind: String, _ allowed: String, _ about: String, isRequired: Bool,
        absent: String? = nil
    ) {
        diagnostics.survey?.add(
            KeyDeclaration(
                block: prefix.replacing("[0]", with: "[]"), key: key, kind: kind,
                allowed: allowed, about: about, isRequired: isRequired, absent: absent))
    }

    /// An empty block where the page of keys is made, so that its keys are asked for; otherwise nil.
    private func surveyed(_ name: String) -> Block? {
        guard diagnostics.survey != nil else { return nil }
        return Block(
            node: YAMLNode(content: .mapping([]), mark: mark), name: name, prefix: name + ".",
            mark: mark, diagnostics: diagnostics)
    }

    // MARK: Blocks and lists

    /// A block inside this one.
    ///
    /// - Parameter about: what it is, for the page of keys, as everywhere below.
    func block(_ key: String, _ about: String, isRequired: Bool) -> Block? {
        declare(key, "block", "", about, isRequired: isRequired)
        guard let node = node(key, isRequired: isRequired) else { return surveyed(path(key)) }
        let mark = entries.first { $0.key == key }?.keyMark ?? node.mark
        return Block(
            node: node, name: path(key), prefix: path(key) + ".", mark: mark,
            diagnostics: diagnostics)
    }

    /// A list of blocks.
    func blocks(
        _ key: String, count: ClosedRange<Int>, _ about: String, isRequired: Bool
    ) -> [Block] {
        let items = list(key, of: "blocks", count: count, about, isRequired: isRequired)
        guard let items else { return surveyed("\(path(key))[0]").map { [$0] } ?? [] }
        return items.enumerated().map { index, item in
            let name = "\(path(key))[\(index)]"
            return Block(
                node: item, name: name, prefix: name + ".", mark: item.mark,
                diagnostics: diagnostics)
        }
    }

    /// A list of texts with their places.
    func texts(
        _ key: String, count: ClosedRange<Int>, _ about: String, isRequired: Bool
    ) -> [(text: String, mark: Mark)]? {
        let items = list(key, of: "texts", count: count, about, isRequired: isRequired)
        guard let items else { return nil }
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
    func numbers(
        _ key: String, count: Int, _ about: String, isRequired: Bool = true
    ) -> [Double]? {
        let items = list(key, of: "numbers", count: count...count, about, isRequired: isRequired)
        guard let items else { return nil }
        let numbers = items.enumerated().compactMap { index, item in
            plainNumber("\(key)[\(index)]", item, expected: "a number")
        }
        return numbers.count == count ? numbers : nil
    }

    private func list(
        _ key: String, of what: String, count: ClosedRange<Int>, _ about: String, isRequired: Bool
    ) -> [YAMLNode]? {
        let entries =
            count.lowerBound == count.upperBound
            ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
        declare(key, "list of \(what)", "\(entries) entries", about, isRequired: isRequired)
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
