internal import Embodiment
internal import Platform

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
            throw .layoutMismatch(
                stated: stated, computed: byteCount, axes: axes, features: features)
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
