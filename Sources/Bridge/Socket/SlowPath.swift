internal import Foundation

/// JSON for the slow path; allocates, never on the tick.
enum SlowPath {
    /// A message as bytes; keys in a fixed order.
    static func encode(_ message: some Encodable) throws(BridgeError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do { bytes = [UInt8](try encoder.encode(message)) } catch {
            // Only a number that is not finite, which JSON cannot say.
            throw .badDescription(address: "this side", reason: explain(error))
        }
        if bytes.count > Wire.maximumFrameByteCount {
            throw .messageTooLong(byteCount: bytes.count, limit: Wire.maximumFrameByteCount)
        }
        return bytes
    }

    /// A message from bytes, or what is wrong with them.
    static func decode<Message: Decodable>(
        _ bytes: UnsafeRawBufferPointer, as type: Message.Type
    ) -> Result<Message, UnreadableMessage> {
        do { return .success(try JSONDecoder().decode(type, from: Data(bytes))) } catch {
            return .failure(UnreadableMessage(description: explain(error)))
        }
    }

    private static func explain(_ error: any Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.dataCorrupted(let found): context = found
        case DecodingError.keyNotFound(let key, _): return "the key \(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let found): context = found
        case DecodingError.valueNotFound(_, let found): context = found
        default: return "\(error)"
        }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        // The parser's own sentence, where it has one, hides one level below.
        let cause = context.underlyingError.map { " (\($0))" } ?? ""
        let text = context.debugDescription + cause
        return path.isEmpty ? text : "at \(path.joined(separator: ".")): \(text)"
    }
}
