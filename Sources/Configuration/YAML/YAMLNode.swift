/// One value of a YAML text with its place.
struct YAMLNode: Sendable {
    /// One `key: value` of a block.
    struct Entry: Sendable {
        var key: String
        var keyMark: Mark
        var value: YAMLNode
    }

    enum Content: Sendable {
        /// Text; `isPlain` when it was written without quotes.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
        /// Something already reported: decoders pass over it in silence.
        case invalid
    }

    var content: Content
    var mark: Mark

    /// Nothing was written: `key:` alone, `~` or `null`.
    var isNull: Bool {
        if case .scalar(let text, isPlain: true) = content {
            return text.isEmpty || text == "~" || text == "null"
        }
        return false
    }

    /// The value in a message: "text \"abc\"", "a list", "nothing".
    var found: String {
        switch content {
        case .scalar(let text, let isPlain):
            if isNull { return "nothing" }
            let short = text.count > 40 ? String(text.prefix(40)) + "…" : text
            return isPlain ? "\"\(short)\"" : "the text \"\(short)\" in quotes"
        case .sequence: return "a list"
        case .mapping: return "a block"
        case .invalid: return "nothing"
        }
    }
}
