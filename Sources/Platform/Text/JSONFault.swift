/// What is wrong with JSON, or with a value that is to become JSON, as part of a sentence to a person.
///
/// Decoders tell it in the words of the library they are of.
public enum JSONFault {
    /// What an error of a decoder or encoder says; of any other error its own words.
    public static func words(of error: any Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.dataCorrupted(let found): context = found
        case DecodingError.keyNotFound(let key, _):
            return "the key \(key.stringValue.printable) is missing"
        case DecodingError.typeMismatch(_, let found): context = found
        case DecodingError.valueNotFound(_, let found): context = found
        case EncodingError.invalidValue(let value, let found):
            return "at \(path(found.codingPath)): \("\(value)".printable) cannot be written as JSON"
        default: return "\(error)"
        }
        // Of the parser it is the library's own sentence, in another voice.
        let what =
            context.debugDescription.hasPrefix("The given data was not valid JSON")
            ? "it is not valid JSON" : context.debugDescription
        let text =
            what + (parsers(context.underlyingError).map { " (\($0))" } ?? "")
        let path = path(context.codingPath)
        return (path.isEmpty ? text : "at \(path): \(text)").printable
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    /// The parser's own sentence hides among the facts that its library has about an error.
    private static func parsers(_ error: (any Error)?) -> String? {
        guard let error else { return nil }
        let parts = "\(error)".split(separator: "NSDebugDescription=", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let sentence = parts[1].split(separator: "}").first ?? ""
        return String(sentence.split(separator: ", NS").first ?? sentence)
    }
}
