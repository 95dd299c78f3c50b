/// Writes little-endian numbers one after the other into memory it is given.
///
/// Never grows and never allocates: what does not fit is an error and writes nothing. The memory
/// must outlive the writer. One thread.
public struct ByteWriter {
    private let buffer: UnsafeMutableRawBufferPointer
    /// Bytes written so far, where the next goes.
    public private(set) var offset = 0

    /// Starts at the beginning of `buffer`.
    public init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

    /// Bytes that still fit.
    public var remaining: Int { buffer.count - offset }

    /// What was written so far.
    public var written: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[..<offset])
    }

    /// Writes one byte.
    public mutating func write(_ value: UInt8) throws(ByteError) { try put(value) }
    /// Writes two bytes.
    public mutating func write(_ value: UInt16) throws(ByteError) { try put(value.littleEndian) }
    /// Writes four bytes.
    public mutating func write(_ value: UInt32) throws(ByteError) { try put(value.littleEndian) }
    /// Writes eight bytes.
    public mutating func write(_ value: UInt64) throws(ByteError) { try put(value.littleEndian) }
    /// Writes four bytes, the bit pattern.
    public mutating func write(_ value: Float) throws(ByteError) {
        try put(value.bitPattern.littleEndian)
    }
    /// Writes eight bytes, the bit pattern.
    public mutating func write(_ value: Double) throws(ByteError) {
        try put(value.bitPattern.littleEndian)
    }

    /// Copies bytes.
    public mutating func write(bytes: UnsafeRawBufferPointer) throws(ByteError) {
        try reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyMemory(from: bytes)
        offset += bytes.count
    }

    /// Copies floats as little-endian bit patterns (Hone's machines are little-endian).
    public mutating func write(floats: UnsafeBufferPointer<Float>) throws(ByteError) {
        try write(bytes: UnsafeRawBufferPointer(floats))
    }

    /// Overwrites four bytes already written, such as a length known only at the end.
    public mutating func patch(_ value: UInt32, at position: Int) {
        precondition(position >= 0 && position + 4 <= offset, "only written bytes are patched")
        buffer.storeBytes(of: value.littleEndian, toByteOffset: position, as: UInt32.self)
    }

    /// Overwrites eight bytes already written.
    public mutating func patch(_ value: UInt64, at position: Int) {
        precondition(position >= 0 && position + 8 <= offset, "only written bytes are patched")
        buffer.storeBytes(of: value.littleEndian, toByteOffset: position, as: UInt64.self)
    }

    private mutating func put<Number: BitwiseCopyable>(_ value: Number) throws(ByteError) {
        try reserve(MemoryLayout<Number>.size)
        buffer.storeBytes(of: value, toByteOffset: offset, as: Number.self)
        offset += MemoryLayout<Number>.size
    }

    private func reserve(_ byteCount: Int) throws(ByteError) {
        if byteCount > remaining {
            throw .outOfBounds(offset: offset, needed: byteCount, available: remaining)
        }
    }
}
