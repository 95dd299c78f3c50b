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

/// Checks a frame in the order `WireError` names, and reads its header.
struct FrameCheck {
    let kind: FrameKind
    let axes: Int
    let features: Int
    let allowedFlags: UInt16
    let byteCount: Int

    func header(of frame: UnsafeRawBufferPointer) throws(WireError) -> FrameHeader {
        let prefix =
            kind == .sample ? Wire.samplePrefixByteCount : Wire.commandPrefixByteCount
        let minimum = prefix + Wire.checksumByteCount
        guard frame.count >= minimum else {
            throw .tooShort(byteCount: frame.count, minimum: minimum)
        }
        // All fixed offsets below lie within `minimum`, which is there.
        let magic = frame.uint32(at: 0)
        guard magic == Wire.magic else { throw .badMagic(found: magic) }
        guard frame[4] == Wire.layoutVersion else { throw .unsupportedVersion(found: frame[4]) }
        guard frame[5] == kind.rawValue else {
            throw .wrongKind(found: frame[5], expected: kind)
        }
        let stated = frame.uint32(at: 40)
        guard Int(stated) == frame.count else {
            throw .lengthMismatch(stated: stated, received: frame.count)
        }
        let header = FrameHeader(
            flags: frame.uint16(at: 6), axes: Int(frame.uint16(at: 8)),
            features: Int(frame.uint16(at: 10)), epoch: frame.uint32(at: 12),
            session: frame.uint64(at: 16), sequence: frame.uint64(at: 24),
            sendNanoseconds: frame.uint64(at: 32))
        guard header.axes == axes, header.features == features else {
            throw .sizesMismatch(
                axes: header.axes, features: header.features, expectedAxes: axes,
                expectedFeatures: features)
        }
        guard frame.count == byteCount else {
            throw .layoutMismatch(stated: stated, computed: byteCount)
        }
        guard header.flags & ~allowedFlags == 0 else { throw .unknownFlags(found: header.flags) }
        guard frame.uint32(at: 44) == 0 else { throw .reservedNotZero(offset: 44) }
        return header
    }

    func checksum(of frame: UnsafeRawBufferPointer) throws(WireError) {
        let end = frame.count - Wire.checksumByteCount
        let stated = frame.uint32(at: end)
        let computed = CRC32.checksum(UnsafeRawBufferPointer(rebasing: frame[..<end]))
        guard stated == computed else {
            throw .checksumMismatch(stated: stated, computed: computed)
        }
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
