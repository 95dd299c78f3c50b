import CYAML

/// libyaml's events → a tree with places; everything Hone does not take is a mistake in `diagnostics`.
///
/// Depth and counts are checked as each event comes, so a hostile text costs no more than its first few bytes.
/// libyaml is imported by this file alone.
struct YAMLReader {
    /// Thrown inside only: the text cannot be read further; what is wrong is already recorded.
    private struct Abandoned: Error {}

    private let source: Int
    private let columnOffset: Int
    private let diagnostics: Diagnostics
    private var nodeCount = 0
    /// Valid for the duration of `read` only.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Reads the text of one source; nil when it cannot be read at all (and says so in `diagnostics`).
    static func read(source: Int, diagnostics: Diagnostics) -> YAMLNode? {
        read(
            diagnostics.sources[source].text, source: source, columnOffset: 0,
            diagnostics: diagnostics)
    }

    /// Reads `text`, a part of a source that begins in its first line, `columnOffset` characters in.
    static func read(
        _ text: String, source: Int, columnOffset: Int, diagnostics: Diagnostics
    ) -> YAMLNode? {
        let bytes = Array(text.utf8)
        if bytes.count > YAMLLimits.bytes {
            diagnostics.add(
                .limit(
                    "\(bytes.count) bytes; a configuration file has at most "
                        + "\(YAMLLimits.bytes)"), at: Mark(source: source, line: 0, column: 0))
            return nil
        }
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            diagnostics.add(
                .unreadable(reason: "out of memory"), at: Mark(source: source, line: 0, column: 0))
            return nil
        }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        return bytes.withUnsafeBufferPointer { buffer in
            // Safe: the parser reads from `buffer` only inside this closure and is deleted after it.
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            var reader = YAMLReader(
                source: source, columnOffset: columnOffset, diagnostics: diagnostics,
                parser: parser)
            return try? reader.document()
        }
    }

    private init(
        source: Int, columnOffset: Int, diagnostics: Diagnostics,
        parser: UnsafeMutablePointer<yaml_parser_t>
    ) {
        self.source = source
        self.columnOffset = columnOffset
        self.diagnostics = diagnostics
        self.parser = parser
    }

    // MARK: Events

    /// One libyaml event, copied out of C.
    private enum Event {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    private struct PlacedEvent {
        var event: Event
        var mark: Mark
        var hasAnchor = false
        var hasTag = false
    }

    private func place(_ mark: yaml_mark_t) -> Mark {
        Mark(
            source: source, line: Int(mark.line) + 1,
            column: Int(mark.column) + 1 + (mark.line == 0 ? columnOffset : 0))
    }

    private mutating func next() throws(Abandoned) -> PlacedEvent {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else {
            diagnostics.add(.syntax(syntaxProblem()), at: place(problemMark()))
            throw Abandoned()
        }
        defer { yaml_event_delete(&raw) }
        var placed = PlacedEvent(event: .streamEnd, mark: place(raw.start_mark))
        switch raw.type {
        case YAML_STREAM_START_EVENT: placed.event = .streamStart
        case YAML_DOCUMENT_START_EVENT:
            placed.event = .documentStart
            let document = raw.data.document_start
            if document.version_directive != nil
                || document.tag_directives.start != document.tag_directives.end
            {
                diagnostics.add(
                    .unsupported("directives (%) are not used in Hone's files"), at: placed.mark)
            }
        case YAML_DOCUMENT_END_EVENT: placed.event = .documentEnd
        case YAML_ALIAS_EVENT: placed.event = .alias
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            placed.hasAnchor = scalar.anchor != nil
            placed.hasTag = scalar.tag != nil
            guard scalar.length <= YAMLLimits.scalarBytes else {
                diagnostics.add(
                    .limit("a text of \(scalar.length) bytes; at most \(YAMLLimits.scalarBytes)"),
                    at: placed.mark)
                throw Abandoned()
            }
            // Safe: libyaml owns `value` with `length` bytes until yaml_event_delete below.
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self)
            placed.event = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            placed.event = .sequenceStart
            placed.hasAnchor = raw.data.sequence_start.anchor != nil
            placed.hasTag = raw.data.sequence_start.tag != nil
        case YAML_SEQUENCE_END_EVENT: placed.event = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            placed.event = .mappingStart
            placed.hasAnchor = raw.data.mapping_start.anchor != nil
            placed.hasTag = raw.data.mapping_start.tag != nil
        case YAML_MAPPING_END_EVENT: placed.event = .mappingEnd
        default: placed.event = .streamEnd
        }
        return placed
    }

    private func syntaxProblem() -> String {
        var text = parser.pointee.problem.map { String(cString: $0) } ?? "unknown problem"
        if let context = parser.pointee.context {
            text += " \(String(cString: context))"
            if parser.pointee.context_mark.line != parser.pointee.problem_mark.line {
                text += " that starts on line \(parser.pointee.context_mark.line + 1)"
            }
        }
        return text
    }

    private func problemMark() -> yaml_mark_t {
        // The byte reader gives an offset only; its line is where the parser stood.
        parser.pointee.error == YAML_READER_ERROR
            ? parser.pointee.mark : parser.pointee.problem_mark
    }

    // MARK: Tree

    private mutating func document() throws(Abandoned) -> YAMLNode {
        _ = try next()
        let start = try next()
        guard case .documentStart = start.event else {
            diagnostics.add(
                .unsupported("the file is empty"), at: Mark(source: source, line: 1, column: 1))
            throw Abandoned()
        }
        let root = try node(from: try next(), depth: 1)
        _ = try next()
        let end = try next()
        guard case .streamEnd = end.event else {
            diagnostics.add(
                .unsupported("a second document starts here; one file holds one document"),
                at: end.mark)
            throw Abandoned()
        }
        return root
    }

    private mutating func node(
        from placed: PlacedEvent, depth: Int
    ) throws(Abandoned) -> YAMLNode {
        try count(placed, depth: depth)
        let isRefused = refuse(placed)
        var content: YAMLNode.Content
        switch placed.event {
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .sequenceStart: content = .sequence(try items(depth: depth))
        case .mappingStart: content = .mapping(try entries(depth: depth))
        default: content = .invalid
        }
        if isRefused { content = .invalid }
        return YAMLNode(content: content, mark: placed.mark)
    }

    private mutating func items(depth: Int) throws(Abandoned) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let placed = try next()
            if case .sequenceEnd = placed.event { return items }
            items.append(try node(from: placed, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(Abandoned) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var firstLine: [String: Int] = [:]
        while true {
            let placed = try next()
            if case .mappingEnd = placed.event { return entries }
            let key = try node(from: placed, depth: depth + 1)
            let value = try node(from: try next(), depth: depth + 1)
            guard case .scalar(let name, let isPlain) = key.content else {
                if case .invalid = key.content { continue }
                diagnostics.add(
                    .unsupported("a key must be a word, found \(key.found)"), at: key.mark)
                continue
            }
            if isPlain, name == "<<" {
                diagnostics.add(
                    .unsupported("merge keys (<<) are not used in Hone's files; write it out"),
                    at: key.mark)
                continue
            }
            if let line = firstLine[name] {
                diagnostics.add(.duplicateKey(name, firstLine: line), at: key.mark)
                continue
            }
            firstLine[name] = key.mark.line
            entries.append(YAMLNode.Entry(key: name, keyMark: key.mark, value: value))
        }
    }

    private mutating func count(_ placed: PlacedEvent, depth: Int) throws(Abandoned) {
        nodeCount += 1
        if nodeCount > YAMLLimits.nodes {
            diagnostics.add(.limit("more than \(YAMLLimits.nodes) values"), at: placed.mark)
            throw Abandoned()
        }
        if depth > YAMLLimits.depth {
            diagnostics.add(
                .limit("nested deeper than \(YAMLLimits.depth) levels"), at: placed.mark)
            throw Abandoned()
        }
        if diagnostics.isFull { throw Abandoned() }
    }

    /// Whether the node carries what Hone does not take; says so.
    private func refuse(_ placed: PlacedEvent) -> Bool {
        if case .alias = placed.event {
            diagnostics.add(
                .unsupported("aliases (*name) are not used in Hone's files; write it out"),
                at: placed.mark)
            return true
        }
        if placed.hasAnchor {
            diagnostics.add(
                .unsupported("anchors (&name) are not used in Hone's files"), at: placed.mark)
        }
        if placed.hasTag {
            diagnostics.add(
                .unsupported("tags (!name) are not used in Hone's files"), at: placed.mark)
            return true
        }
        return false
    }
}
