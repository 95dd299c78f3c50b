import Foundation
import Platform

/// The records of `report.json` and `metrics.jsonl` as JSON and back: keys in snake case, numbers that are
/// not finite as words.
public enum RecordCoding {
    private static let words = (positive: "Infinity", negative: "-Infinity", nan: "NaN")

    /// A record as one value.
    public static func value(of record: some Encodable) throws(ReportError) -> JSONValue {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.nan)
        do {
            return try JSONDecoder().decode(JSONValue.self, from: encoder.encode(record))
        } catch { throw .cannotEncode(reason: JSONFault.words(of: error)) }
    }

    /// What reads records back.
    public static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.nan)
        return decoder
    }
}

extension MetricsWriter {
    /// Appends one line with the members of a report record, keys in snake case.
    public func append(_ event: String, encoding record: some Encodable) throws(ReportError) {
        guard case .object(let members) = try RecordCoding.value(of: record) else { return }
        try append(event, members)
    }
}
