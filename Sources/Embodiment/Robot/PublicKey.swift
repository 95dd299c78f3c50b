/// The public half of a CURVE key pair, which names its owner: 32 bytes, written in Z85.
///
/// A pure value; allocates. Whether anybody holds the secret half it does not know.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The key in these 40 characters of Z85; nil when they are none.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Z85.decode(text), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The key of these bytes; nil unless there are 32.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The key in 40 characters of Z85.
    public var description: String { Z85.encode(bytes) }

    /// Bytes of a key.
    public static let byteCount = 32
    /// Characters of a key in Z85.
    public static let characterCount = 40
    /// What a person who wrote something else is told.
    public static let form =
        "a key has \(characterCount) characters of Z85, as hone keys show prints them"
}
