/// Reads little-endian numbers one after the other from memory it is given.
///
/// Never allocates and never reads outside: what is not there is an error and moves nothing. The
/// memory must outlive the reader. One thread.
public struct ByteReader {
    private let buffer: UnsafeRawBufferPointer
    /// Bytes read so far, where the next comes from.
    public private(set) var offset = 0

    /// Starts at the beginning of `buffer`.
    public init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

    /// Bytes not yet read.
    public var remaining: Int { buffer.count - offset }

    /// Reads one byte.
    public mutating func readUInt8() throws(ByteError) -> UInt8 { try take() }
    /// Reads two bytes.
    public mutating func readUInt16() throws(ByteError) -> UInt16 {
        UInt16(littleEndian: try take())
    }
    /// Reads four bytes.
    public mutating func readUInt32() throws(ByteError) -> UInt32 {
        UInt32(littleEndian: try take())
    }
    /// Reads eight bytes.
    public mutating func readUInt64() throws(ByteError) -> UInt64 {
        UInt64(littleEndian: try take())
    }
    /// Reads four bytes as a bit pattern.
    public mutating func readFloat() throws(ByteError) -> Float {
        Float(bitPattern: try readUInt32())
    }
    /// Reads eight bytes as a bit pattern.
    public mutating func readDouble() throws(ByteError) -> Double {
        Double(bitPattern: try readUInt64())
    }

    /// The next bytes in place, valid as long as the reader's memory.
    public mutating func readBytes(_ byteCount: Int) throws(ByteError) -> UnsafeRawBufferPointer {
        try require(byteCount)
        defer { offset += byteCount }
        return UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + byteCount])
    }

    /// Passes over bytes.
    public mutating func skip(_ byteCount: Int) throws(ByteError) {
        try require(byteCount)
        offset += byteCount
    }

    private mutating func take<Number: BitwiseCopyable>() throws(ByteError) -> Number {
        try require(MemoryLayout<Number>.size)
        defer { offset += MemoryLayout<Number>.size }
        return buffer.loadUnaligned(fromByteOffset: offset, as: Number.self)
    }

    private func require(_ byteCount: Int) throws(ByteError) {
        if byteCount < 0 || byteCount > remaining {
            throw .outOfBounds(offset: offset, needed: byteCount, available: remaining)
        }
    }
}
