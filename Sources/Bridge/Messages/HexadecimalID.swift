internal import Platform

/// A 64-bit number as exactly 16 hexadecimal digits, which JSON readers do not round.
struct HexadecimalID: Codable {
    let value: UInt64

    init(value: UInt64) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard text.utf8.count == 16, !text.hasPrefix("+"), !text.hasPrefix("-"),
            let value = UInt64(text, radix: 16)
        else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is not 16 hexadecimal digits")
        }
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value.hexadecimal)
    }
}
