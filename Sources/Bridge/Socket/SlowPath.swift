internal import Foundation
internal import Platform

/// JSON for the slow path; allocates, never on the tick.
enum SlowPath {
    /// A message as bytes; keys in a fixed order.
    static func encode(_ message: some Encodable) throws(BridgeError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do { bytes = [UInt8](try encoder.encode(message)) } catch {
            // Only a number that is not finite, which JSON cannot say.
            throw .badDescription(address: "this side", reason: JSONFault.words(of: error))
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
            return .failure(UnreadableMessage(description: JSONFault.words(of: error)))
        }
    }
}
