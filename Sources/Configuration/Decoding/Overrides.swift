/// `--set a.b.c=value`: put into the tree before it is decoded, so that it takes the same way as the file.
enum Overrides {
    /// The tree with every override applied in order; mistakes go to `diagnostics`.
    static func apply(
        _ overrides: [String], to root: YAMLNode, diagnostics: Diagnostics
    ) -> YAMLNode {
        var root = root
        for override in overrides {
            let source = diagnostics.addSource(path: "--set \(override)", text: override)
            let start = Mark(source: source, line: 1, column: 1)
            guard let equals = override.firstIndex(of: "=") else {
                diagnostics.add(
                    .badOverride("expected key=value, such as session.demonstrations=20"),
                    at: start)
                continue
            }
            let words = override[..<equals].split(separator: ".", omittingEmptySubsequences: false)
            let value = String(override[override.index(after: equals)...])
            let column = override[...equals].unicodeScalars.count
            guard !words.isEmpty, words.count <= 8, words.allSatisfy({ Block.isName(String($0)) })
            else {
                diagnostics.add(
                    .badOverride("the key must be names with points between them"), at: start)
                continue
            }
            guard value.contains(where: { !$0.isWhitespace }) else {
                diagnostics.add(
                    .badOverride("there is no value after ="),
                    at: Mark(source: source, line: 1, column: column + 1))
                continue
            }
            guard
                let node = YAMLReader.read(
                    value, source: source, columnOffset: column, diagnostics: diagnostics)
            else { continue }
            var path: [(key: String, mark: Mark)] = []
            var at = 1
            for word in words {
                path.append((String(word), Mark(source: source, line: 1, column: at)))
                at += word.unicodeScalars.count + 1
            }
            root = put(node, at: path[...], in: root)
        }
        return root
    }

    private static func put(
        _ value: YAMLNode, at path: ArraySlice<(key: String, mark: Mark)>, in node: YAMLNode
    ) -> YAMLNode {
        guard let first = path.first else { return value }
        var entries: [YAMLNode.Entry] = []
        var mark = first.mark
        if case .mapping(let existing) = node.content {
            entries = existing
            mark = node.mark
        }
        let empty = YAMLNode(content: .mapping([]), mark: first.mark)
        if let index = entries.firstIndex(where: { $0.key == first.key }) {
            let inner = put(value, at: path.dropFirst(), in: entries[index].value)
            entries[index].value = inner
            if path.count == 1 { entries[index].keyMark = first.mark }
        } else {
            entries.append(
                YAMLNode.Entry(
                    key: first.key, keyMark: first.mark,
                    value: put(value, at: path.dropFirst(), in: empty)))
        }
        return YAMLNode(content: .mapping(entries), mark: mark)
    }
}
