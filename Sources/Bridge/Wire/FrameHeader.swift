internal import Embodiment
internal import Platform

/// The 48 bytes both kinds share, without magic, version, kind and reserved.
struct FrameHeader {
    var flags: UInt16 = 0
    var axes: Int
    var features: Int
    var epoch: UInt32
    var session: UInt64
    var sequence: UInt64
    var sendNanoseconds: UInt64

    func write(to writer: inout ByteWriter, kind: FrameKind, total: Int) throws(ByteError) {
        try writer.write(Wire.magic)
        try writer.write(Wire.layoutVersion)
        try writer.write(kind.rawValue)
        try writer.write(flags)
        try writer.write(UInt16(axes))
        try writer.write(UInt16(features))
        try writer.write(epoch)
        try writer.write(session)
        try writer.write(sequence)
        try writer.write(sendNanoseconds)
        try writer.write(UInt32(total))
        try writer.write(UInt32(0))
    }
}

/// Little-endian numbers at fixed offsets of a frame whose length was checked.
extension UnsafeRawBufferPointer {
    func uint16(at offset: Int) -> UInt16 {
        UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
    func uint32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    func uint64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Fills `vector`, which is this field of the frame, with doubles from `offset` and moves `offset`
    /// past them.
    func readDoubles(
        into vector: inout AxisVector, _ field: SampleField, at offset: inout Int
    ) throws(WireError) {
        for index in 0..<vector.count {
            let value = Double(bitPattern: uint64(at: offset))
            guard value.isFinite else { throw .notFinite(field, index: index) }
            vector[index] = value
            offset += 8
        }
    }

    /// The float at `offset`, number `index` of this field, which moves past it.
    func readFloat(
        _ field: SampleField, _ index: Int, at offset: inout Int
    ) throws(WireError) -> Float {
        let value = Float(bitPattern: uint32(at: offset))
        guard value.isFinite else { throw .notFinite(field, index: index) }
        offset += 4
        return value
    }
}
