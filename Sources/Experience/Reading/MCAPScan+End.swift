import Platform

/// The end of a log, and the small readings that all of it needs.
extension MCAPScan {
    /// Opcode and body of a record that lies wholly inside some bytes.
    struct Frame {
        var opcode: UInt8
        var body: UnsafeRawBufferPointer
        /// The offset behind it.
        var end: Int

        init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
            guard offset >= 0, bytes.count - offset >= MCAPFormat.recordHeaderBytes else {
                return nil
            }
            opcode = bytes[offset]
            let length = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 1, as: UInt64.self))
            let start = offset + MCAPFormat.recordHeaderBytes
            guard length <= UInt64(bytes.count - start) else { return nil }
            end = start + Int(length)
            body = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        }
    }
}

extension MCAPScan {
    func frame(at offset: Int) -> Frame? { Frame(bytes, at: offset) }

    func begins(with expected: [UInt8], at offset: Int) -> Bool {
        guard bytes.count - offset >= expected.count else { return false }
        return bytes[offset..<offset + expected.count].elementsEqual(expected)
    }

    func number(_ body: UnsafeRawBufferPointer, _ offset: Int) -> UInt16? {
        guard body.count - offset >= 2 else { return nil }
        return UInt16(littleEndian: body.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// A length-prefixed text and where it ends.
    func text(_ body: UnsafeRawBufferPointer, _ offset: Int) -> (text: String, next: Int)? {
        guard body.count - offset >= 4 else { return nil }
        let count = UInt32(
            littleEndian: body.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        guard UInt64(count) <= UInt64(body.count - offset - 4) else { return nil }
        let end = offset + 4 + Int(count)
        return (String(decoding: body[(offset + 4)..<end], as: UTF8.self), end)
    }

    /// Checks the end of the data section, four bytes, and everything behind it.
    mutating func readEnd(_ record: Frame) {
        let expected = CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<offset]))
        if UInt32(little: record.body, at: 0) != expected {
            note(.harmlessDamage(at: offset, what: .dataChecksum))
        }
        offset = record.end
        let end = bytes.count - MCAPFormat.magic.count
        let footer = end - MCAPFormat.recordHeaderBytes - MCAPFormat.footerBytes
        guard footer >= offset, begins(with: MCAPFormat.magic, at: end) else {
            return note(
                bytes.count - offset < MCAPFormat.footerBytes
                    ? .cutShort(at: offset, lost: bytes.count - offset)
                    : .harmlessDamage(at: offset, what: .summary))
        }
        let summary = CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[offset..<(end - 4)]))
        guard let frame = frame(at: footer), frame.end == end,
            frame.opcode == MCAPFormat.Opcode.footer.rawValue,
            UInt64(little: frame.body, at: 0) == UInt64(offset),
            UInt32(little: frame.body, at: 16) == summary
        else { return note(.harmlessDamage(at: offset, what: .summary)) }
        report.isClosed = true
    }
}

extension FixedWidthInteger {
    /// The little-endian number at an offset that the caller knows to be inside.
    fileprivate init(little bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.init(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Self.self))
    }
}
