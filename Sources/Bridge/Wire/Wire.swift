/// The numbers of the hot path's layout; `WireFormat.md` is the specification.
public enum Wire {
    /// `HONE` in ASCII, the first four bytes of every hot frame, as a little-endian number.
    public static let magic: UInt32 = 0x454E_4F48
    /// Version of the hot path's layout, in byte 4 of every frame.
    public static let layoutVersion: UInt8 = 1
    /// Versions of the slow path's messages that this side speaks.
    public static let versions = 1...2
    /// The protocol's name in the slow path's `hello` and `describe`.
    public static let protocolName = "hone-bridge"
    /// Bytes of the header both kinds share.
    public static let headerByteCount = 48
    /// Bytes of a sample before its numbers.
    public static let samplePrefixByteCount = 80
    /// Bytes of a command before its numbers.
    public static let commandPrefixByteCount = 64
    /// Bytes of the checksum at the end.
    public static let checksumByteCount = 4
    /// Longest message part of either path; longer ones are dropped by the transport.
    public static let maximumFrameByteCount = 262_144
    /// The versions of the messages, for a person.
    static var spokenVersions: String { "\(versions.lowerBound) to \(versions.upperBound)" }
    /// First byte of a slow-path message.
    public static let slowPathMark = UInt8(ascii: "{")
}
