internal import Platform

/// A 64-bit number as exactly 16 hexadecimal digits, which JSON readers do not round.
struct HexadecimalID: Codable {
    let value: UInt64

    init(value: UInt64) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard text.utf8.count == 16, let value = UInt64(hexadecimal: text) else {
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

extension UInt64 {
    /// The number that is nothing but hexadecimal digits; nil where something else is among them.
    init?(hexadecimal text: some StringProtocol) {
        guard text.utf8.first != UInt8(ascii: "+"), text.utf8.first != UInt8(ascii: "-") else {
            return nil
        }
        self.init(text, radix: 16)
    }
}
