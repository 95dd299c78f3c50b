internal import Platform

/// The right to command: drawn by a bridge, told to the commander alone, quoted by it when it starts again.
///
/// 128 bits of the kernel's randomness, not to be guessed. A value; any thread.
public struct CommandToken: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// A token that nobody else has.
    public static func random() -> CommandToken {
        // Swift's own generator asks the kernel.
        CommandToken(
            high: UInt64.random(in: 0...UInt64.max), low: UInt64.random(in: 0...UInt64.max))
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether two are the same, in a time that does not tell how much of them is.
    public static func == (left: CommandToken, right: CommandToken) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}

extension CommandToken: Codable {
    /// Reads 32 hexadecimal digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard text.utf8.count == 32, let high = UInt64(hexadecimal: text.prefix(16)),
            let low = UInt64(hexadecimal: text.suffix(16))
        else {
            // Not quoted: what is nearly a token may be one that somebody mistyped.
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a token is 32 hexadecimal digits")
        }
        self.init(high: high, low: low)
    }

    /// Writes 32 hexadecimal digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(high.hexadecimal + low.hexadecimal)
    }
}

extension CommandToken: CustomStringConvertible {
    /// Says that there is one, and not which: it is a secret.
    public var description: String { "a token" }
}
