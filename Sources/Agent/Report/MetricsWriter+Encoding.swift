import Foundation

extension MetricsWriter {
    /// Appends one line with the members of a report record, keys in snake case.
    func append(_ event: String, encoding record: some Encodable) throws(ReportError) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: encoder.encode(record))
        } catch {
            throw .cannotEncode(reason: String(describing: error))
        }
        guard case .object(let members) = value else { return }
        try append(event, members)
    }
}
