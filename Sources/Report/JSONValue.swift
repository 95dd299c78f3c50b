import Platform

/// One JSON value, written the same way every time: keys sorted, shortest exact numbers.
///
/// What `report.json`, `metrics.jsonl` and `--json` are made of. A pure value; any thread.
public enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A whole number beyond the signed ones, such as a seed.
    case unsigned(UInt64)
    /// Any other number; one that is not finite is written as a string, as JSON has none.
    case number(Double)
    /// A text.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; its keys are written in the order of their UTF-8 bytes.
    case object([String: JSONValue])

    /// The same value without any member of the given name, at any depth.
    public func removing(key: String) -> JSONValue {
        switch self {
        case .array(let elements):
            return .array(elements.map { $0.removing(key: key) })
        case .object(let members):
            return .object(
                members.filter { $0.key != key }.mapValues { $0.removing(key: key) })
        case .null, .bool, .integer, .unsigned, .number, .string:
            return self
        }
    }

    /// On one line, without a space.
    public var line: String {
        var text = ""
        writeLine(into: &text, comma: ",", colon: ":")
        return text
    }

    /// Over several lines, without a newline at the end.
    ///
    /// What fits in 100 columns stays on one line, and so does every row of an array of flat
    /// objects.
    public var pretty: String {
        var text = ""
        writePretty(into: &text, indent: "", used: 0)
        return text
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object; of a key given twice the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
    /// A count.
    public init(_ value: Int) { self = .integer(Int64(value)) }
    /// A number, exactly.
    public init(_ value: Float) { self = .number(Double(value)) }
}

extension JSONValue: Decodable {
    /// Reads any JSON; used to lay out what an encoder produced.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Numbers and rows first: a refused type costs more than an accepted one.
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Double.self) {
            if value.rounded() == value && abs(value) < 0x1p53 {
                self = .integer(Int64(value))
            } else if abs(value) < 0x1p53 {
                self = .number(value)
            } else if let exact = try? container.decode(Int64.self) {
                self = .integer(exact)
            } else {
                // A Double would round a large seed.
                let exact = try? container.decode(UInt64.self)
                self = exact.map(JSONValue.unsigned) ?? .number(value)
            }
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([String: JSONValue].self) {
            self = .object(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .bool(try container.decode(Bool.self))
        }
    }
}

extension JSONValue {
    /// Widest line of `pretty` before it breaks a value open.
    private static let width = 100

    private var isScalar: Bool {
        switch self {
        case .array, .object: return false
        case .null, .bool, .integer, .unsigned, .number, .string: return true
        }
    }

    /// An object of scalars: inside an array it is a row, and a row stays on its line.
    private var isRow: Bool {
        guard case .object(let members) = self else { return false }
        return members.values.allSatisfy(\.isScalar)
    }

    /// Members in the order they are written.
    private static func sorted(_ members: [String: JSONValue]) -> [(String, JSONValue)] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private func writeLine(into text: inout String, comma: String, colon: String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += Self.text(of: value)
        case .string(let value): Self.write(value, into: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += comma }
                element.writeLine(into: &text, comma: comma, colon: colon)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in Self.sorted(members).enumerated() {
                if index > 0 { text += comma }
                Self.write(member.0, into: &text)
                text += colon
                member.1.writeLine(into: &text, comma: comma, colon: colon)
            }
            text += "}"
        }
    }

    private func writePretty(into text: inout String, indent: String, used: Int) {
        var line = ""
        writeLine(into: &line, comma: ", ", colon: ": ")
        if isScalar || used + line.utf8.count <= Self.width {
            text += line
            return
        }
        let inner = indent + "  "
        switch self {
        case .array(let elements) where elements.allSatisfy(\.isScalar):
            text += "[\n" + Self.filled(elements, indent: inner) + "\n\(indent)]"
        case .array(let elements):
            text += "[\n"
            for (index, element) in elements.enumerated() {
                text += inner
                if element.isRow {
                    element.writeLine(into: &text, comma: ", ", colon: ": ")
                } else {
                    element.writePretty(into: &text, indent: inner, used: inner.utf8.count + 1)
                }
                text += index + 1 < elements.count ? ",\n" : "\n"
            }
            text += indent + "]"
        case .object(let members):
            text += "{\n"
            for (index, member) in Self.sorted(members).enumerated() {
                var head = inner
                Self.write(member.0, into: &head)
                head += ": "
                text += head
                member.1.writePretty(into: &text, indent: inner, used: head.utf8.count + 1)
                text += index + 1 < members.count ? ",\n" : "\n"
            }
            text += indent + "}"
        case .null, .bool, .integer, .unsigned, .number, .string:
            text += line
        }
    }

    /// Scalars set like a paragraph.
    private static func filled(_ elements: [JSONValue], indent: String) -> String {
        var lines: [String] = []
        var current = indent
        for (index, element) in elements.enumerated() {
            let piece = element.line + (index + 1 < elements.count ? "," : "")
            if current.utf8.count > indent.utf8.count {
                if current.utf8.count + 1 + piece.utf8.count > width {
                    lines.append(current)
                    current = indent
                } else {
                    current += " "
                }
            }
            current += piece
        }
        lines.append(current)
        return lines.joined(separator: "\n")
    }

    /// The shortest decimal that reads back as the same number; a whole one without its fraction.
    private static func text(of value: Double) -> String {
        guard value.isFinite else {
            return value.isNaN ? "\"NaN\"" : (value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
        }
        let text = value == 0 ? "0" : value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func write(_ string: String, into text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                text += "\\u" + UInt16(scalar.value).hexadecimal
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
