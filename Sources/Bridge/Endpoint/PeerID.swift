internal import Platform

/// Who sent a request: the name the ROUTER socket knows a peer by.
///
/// A name given by the socket has 5 bytes; a peer that names itself may use up to 16.
public struct PeerID: Sendable, Hashable {
    private let low: UInt64
    private let high: UInt64
    private let count: UInt8

    /// Longest name a peer may have.
    static let longest = 16

    /// The name in these bytes; nil when it is empty or too long.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 1, bytes.count <= Self.longest else { return nil }
        var (low, high): (UInt64, UInt64) = (0, 0)
        for index in 0..<bytes.count {
            if index < 8 {
                low |= UInt64(bytes[index]) << UInt64(8 * index)
            } else {
                high |= UInt64(bytes[index]) << UInt64(8 * (index - 8))
            }
        }
        (self.low, self.high, count) = (low, high, UInt8(bytes.count))
    }

    /// Hands the name's bytes to `body`; does not allocate.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let words = (low.littleEndian, high.littleEndian)
        return try withUnsafePointer(to: words) { pointer throws(Failure) in
            // 16 bytes without padding, of which `count` are the name.
            try body(UnsafeRawBufferPointer(start: pointer, count: Int(count)))
        }
    }
}

extension PeerID: CustomStringConvertible {
    /// The name in hexadecimal.
    public var description: String {
        withBytes { bytes in bytes.map { $0.hexadecimal }.joined() }
    }
}
