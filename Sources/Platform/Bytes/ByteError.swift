/// Bytes ran out.
public enum ByteError: Error, Equatable, Sendable {
    /// `needed` bytes were to be read or written at `offset` and only `available` are there.
    case outOfBounds(offset: Int, needed: Int, available: Int)
}

extension ByteError: CustomStringConvertible {
    /// What was attempted and found.
    public var description: String {
        switch self {
        case .outOfBounds(let offset, let needed, let available):
            "could not read or write \(needed) bytes at offset \(offset): \(available) are left"
        }
    }
}
