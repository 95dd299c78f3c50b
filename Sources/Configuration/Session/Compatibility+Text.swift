import Embodiment
import Foundation

/// As weight files hold it: one line of JSON, its keys in alphabetical order.
extension Compatibility {
    /// The text; of equal values the same.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // Nothing in it cannot be written: numbers of a description are finite.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Reads a text back; nil for any other.
    public init?(text: String) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let value = try? decoder.decode(Compatibility.self, from: Data(text.utf8)) else {
            return nil
        }
        self = value
    }
}
