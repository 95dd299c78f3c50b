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
    /// Where a record's body lies in the log, and its opcode.
    struct Record {
        var opcode: UInt8
        var body: Range<Int>
        /// The offset behind it.
        var end: Int { body.upperBound }
    }

    /// The record that begins at an offset; nil where none lies wholly inside the log.
    func record(at offset: Int) throws(LogError) -> Record? {
        let start = offset + MCAPFormat.recordHeaderBytes
        guard start <= window.count else { return nil }
        let header = try window.look(at: offset..<start)
        let length = UInt64(little: header, at: 1)
        guard length <= UInt64(window.count - start) else { return nil }
        return Record(opcode: header[0], body: start..<(start + Int(length)))
    }

    func begins(with expected: [UInt8], at offset: Int) throws(LogError) -> Bool {
        guard window.count - offset >= expected.count else { return false }
        return try window.look(at: offset..<offset + expected.count).elementsEqual(expected)
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
    mutating func readEnd(_ record: Record) throws(LogError) {
        let found = try window.checksum(upTo: offset)
        let stored = UInt32(little: try window.look(at: record.body), at: 0)
        // 0 is a writer that makes none.
        if stored != found, stored != 0 {
            note(.harmlessDamage(at: offset, what: .dataChecksum))
        }
        offset = record.end
        let left = window.count - offset
        let end = window.count - MCAPFormat.magic.count
        let footer = end - MCAPFormat.recordHeaderBytes - MCAPFormat.footerBytes
        guard footer >= offset, try begins(with: MCAPFormat.magic, at: end) else {
            return note(
                left < MCAPFormat.footerBytes
                    ? .cutShort(at: offset, lost: left)
                    : .harmlessDamage(at: offset, what: .summary))
        }
        let summary = try window.checksum(of: offset..<(end - 4))
        guard let last = try self.record(at: footer), last.end == end,
            last.opcode == MCAPFormat.Opcode.footer.rawValue, try isFooter(last.body, summary)
        else { return note(.harmlessDamage(at: offset, what: .summary)) }
        report.isClosed = true
    }

    /// Whether a footer points at the summary, which begins here, and has its checksum.
    private func isFooter(_ body: Range<Int>, _ summary: UInt32) throws(LogError) -> Bool {
        guard body.count == MCAPFormat.footerBytes else { return false }
        let body = try window.look(at: body)
        let start = UInt64(little: body, at: 0)
        let stored = UInt32(little: body, at: 16)
        // A writer without a summary, or without checksums, says 0.
        let isEmpty =
            window.count - offset == MCAPFormat.recordHeaderBytes + MCAPFormat.footerBytes
            + MCAPFormat.magic.count
        return (start == UInt64(offset) || (isEmpty && start == 0))
            && (stored == summary || stored == 0)
    }
}

extension FixedWidthInteger {
    /// The little-endian number at an offset that the caller knows to be inside.
    fileprivate init(little bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.init(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Self.self))
    }
}
