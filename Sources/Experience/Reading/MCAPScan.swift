import Platform

/// One pass over a log's bytes that believes nothing, and holds one chunk of them at a time.
///
/// Every chunk is proved by its checksum, every index against the chunk it indexes, the whole by the
/// checksum at its end. What it visits is what was written.
struct MCAPScan {
    /// A message inside a chunk that was whole; its payload is there while it is visited.
    struct Message {
        var channel: UInt16
        var sequence: UInt32
        var time: UInt64
        var payload: UnsafeRawBufferPointer
    }

    let window: LogWindow
    var report = LogReport()
    var offset = 0
    /// Topics by channel; Hone's own until a chunk says otherwise, for a log whose first chunk is lost.
    private(set) var channels: [UInt16: String]
    /// Hone wrote it, which puts every message into a chunk: what looks like one elsewhere is damage.
    private var isOwn = false
    /// Bytes that were looked into to see whether they are what their record says.
    private(set) var examined = 0

    /// So many times the size of the log are looked into; with the checksum of all of it that makes four.
    ///
    /// A whole log is once, its damaged part up to three times: by the record that is wrong, when a chunk behind it is
    /// found, and when that is read. A log in which everything claims to be large would else be looked into without end.
    private static let mostTimes = 3

    init(_ window: LogWindow) {
        self.window = window
        channels = [:]
        for topic in LogTopic.allCases { channels[topic.rawValue] = topic.name }
    }

    /// Visits every message of every whole chunk in order; `visit` may add issues.
    ///
    /// - Throws: `cannotRead` when the disk does not give what is there.
    mutating func run(_ visit: (Message, inout MCAPScan) -> Void) throws(LogError) {
        guard try begins(with: MCAPFormat.magic, at: 0) else {
            let first = try window.look(at: 0..<min(window.count, MCAPFormat.magic.count))
            let isStart = MCAPFormat.magic.starts(with: first)
            note(isStart ? .cutShort(at: 0, lost: window.count) : .notALog)
            if isStart { return }
            // The rest may be a log all the same; a chunk found by its checksum is one.
            guard let chunk = try nextWholeChunk(from: 0) else { return }
            offset = chunk
            return try readRecords(visit)
        }
        offset = MCAPFormat.magic.count
        try readHeader()
        try readRecords(visit)
    }

    mutating func note(_ issue: LogIssue) { report.add(issue) }

    private mutating func readHeader() throws(LogError) {
        let header = try record(at: offset)
        guard let header, header.opcode == MCAPFormat.Opcode.header.rawValue,
            header.body.count <= window.lookLimit
        else { return try passHeader(header) }
        let body = try window.look(at: header.body)
        guard let profile = text(body, 0), let library = text(body, profile.next),
            library.next == body.count
        else { return try passHeader(header) }
        if profile.text != MCAPFormat.profile || !SessionLog.knownLibraries.contains(library.text) {
            note(.otherWriter(profile: profile.text, library: library.text))
        }
        isOwn = SessionLog.knownLibraries.contains(library.text)
        offset = header.end
    }

    private mutating func passHeader(_ header: Record?) throws(LogError) {
        note(.harmlessDamage(at: offset, what: .header))
        try passOver(header)
    }

    private mutating func readRecords(
        _ visit: (Message, inout MCAPScan) -> Void
    ) throws(LogError) {
        while offset < window.count {
            // While it is at hand.
            try window.checksum(upTo: offset)
            guard let record = try record(at: offset) else {
                if try !passDamage(.frame, isTail: true) { return }
                continue
            }
            switch MCAPFormat.Opcode(rawValue: record.opcode) {
            case .chunk:
                if let damage = try readChunk(record, visit) {
                    if try !passDamage(damage, isTail: false) { return }
                }
            case .schema, .channel, .message:
                let isRead = isOwn ? false : try readLoose(record, visit)
                if !isRead {
                    note(.unknownRecord(opcode: record.opcode, at: offset))
                    try passOver(record)
                }
            case .messageIndex:
                note(.harmlessDamage(at: offset, what: .messageIndex))
                try passOver(record)
            case .dataEnd where record.body.count == 4:
                return try readEnd(record)
            default:
                note(.unknownRecord(opcode: record.opcode, at: offset))
                try passOver(record)
            }
        }
        note(.notClosed)
    }

    /// Goes on behind a record, or at a chunk inside it: then its length is what is damaged.
    private mutating func passOver(_ record: Record?) throws(LogError) {
        let end = record?.end ?? window.count
        offset = try nextWholeChunk(from: offset + 1, below: end) ?? end
    }

    /// Goes on at the next chunk that its own checksum proves, or returns false when there is none.
    private mutating func passDamage(
        _ what: LogIssue.Damage, isTail: Bool
    ) throws(LogError) -> Bool {
        let from = offset
        if let next = try nextWholeChunk(from: from + 1) {
            note(.damaged(at: from, byteCount: next - from, what: what))
            offset = next
            return true
        }
        if isTail {
            note(.cutShort(at: from, lost: window.count - from))
        } else {
            note(.damaged(at: from, byteCount: window.count - from, what: what))
        }
        return false
    }
}

// MARK: - Chunks

extension MCAPScan {
    private struct ChunkFrame {
        var start: UInt64
        var end: UInt64
        var isProved: Bool
        var records: UnsafeRawBufferPointer
    }

    /// A chunk's records if its own fields agree and its checksum is right; they are there until the next look.
    ///
    /// - Parameter mayLackChecksum: 0 in the place of a checksum says that its writer made none, as the format has it;
    ///   what is only looked for must be proved.
    private mutating func chunk(
        _ record: Record, mayLackChecksum: Bool
    ) throws(LogError) -> Result<ChunkFrame, ChunkFault> {
        let fields = record.body.prefix(MCAPFormat.chunkHeaderBytes)
        let start: UInt64
        let end: UInt64
        let expected: UInt32
        var reader = ByteReader(try window.look(at: fields))
        do throws(ByteError) {
            start = try reader.readUInt64()
            end = try reader.readUInt64()
            let size = try reader.readUInt64()
            expected = try reader.readUInt32()
            guard try reader.readUInt32() == 0 else {
                return .failure(ChunkFault(damage: .compressedChunk))
            }
            let stored = try reader.readUInt64()
            guard size == stored, stored == UInt64(record.body.count - fields.count) else {
                return .failure(ChunkFault(damage: .chunk))
            }
        } catch { return .failure(ChunkFault(damage: .chunk)) }
        let inside = fields.upperBound..<record.end
        guard inside.count <= window.lookLimit else {
            return .failure(ChunkFault(damage: .oversizedChunk))
        }
        guard examine(inside.count) else { return .failure(ChunkFault(damage: .unexamined)) }
        let records = try window.look(at: inside)
        let isProved = CRC32.checksum(records) == expected
        guard isProved || (mayLackChecksum && expected == 0) else {
            return .failure(ChunkFault(damage: .chunk))
        }
        return .success(ChunkFrame(start: start, end: end, isProved: isProved, records: records))
    }

    /// Notes that so many bytes more are looked into; false where that would be too many.
    private mutating func examine(_ byteCount: Int) -> Bool {
        guard byteCount <= Self.mostTimes * window.count - examined else { return false }
        examined += byteCount
        return true
    }

    /// Visits a chunk's messages and passes its indexes, or says what is wrong with it and visits nothing.
    private mutating func readChunk(
        _ record: Record, _ visit: (Message, inout MCAPScan) -> Void
    ) throws(LogError) -> LogIssue.Damage? {
        let frame: ChunkFrame
        switch try chunk(record, mayLackChecksum: true) {
        case .success(let whole): frame = whole
        case .failure(let fault): return fault.damage
        }
        guard let messages = messages(in: frame.records) else { return .chunkRecord }
        var index = MCAPChunk(channels: Set(messages.map(\.channel)).sorted())
        for message in messages {
            guard let base = frame.records.baseAddress, let payload = message.payload.baseAddress
            else { return .chunkRecord }
            let header = MCAPFormat.recordHeaderBytes + MCAPFormat.messageHeaderBytes
            index.note(
                channel: message.channel, time: message.time,
                offset: UInt64(payload - base - header))
        }
        guard index.start == frame.start, index.end == frame.end else { return .chunk }
        report.chunks += 1
        if !frame.isProved { report.chunksWithoutChecksum += 1 }
        for message in messages { visit(message, &self) }
        offset = record.end
        try window.checksum(upTo: offset)
        try passIndexes(of: index)
        return nil
    }

    /// Demands the very bytes that the chunk's messages imply.
    private mutating func passIndexes(of chunk: MCAPChunk) throws(LogError) {
        var expected: [UInt8] = []
        for channel in chunk.index.indices { chunk.writeIndex(of: channel, into: &expected) }
        if try begins(with: expected, at: offset) { offset += expected.count }
        // Otherwise the caller's loop meets what is there instead, and reports it.
    }

    /// A chunk's messages, with its channels taken note of; nil if anything in it is out of form.
    private mutating func messages(in records: UnsafeRawBufferPointer) -> [Message]? {
        var found: [Message] = []
        var at = 0
        while at < records.count {
            guard let record = Frame(records, at: at) else { return nil }
            switch MCAPFormat.Opcode(rawValue: record.opcode) {
            case .message:
                guard let message = message(record.body), channels[message.channel] != nil else {
                    return nil
                }
                found.append(message)
            case .channel:
                guard readChannel(record.body) else { return nil }
            default: break
            }
            at = record.end
        }
        return found
    }

    private mutating func readChannel(_ body: UnsafeRawBufferPointer) -> Bool {
        guard let id = number(body, 0), let topic = text(body, 4) else { return false }
        channels[id] = topic.text
        return true
    }

    /// Reads a record that stands in no chunk, as in logs of writers that make none; false where it is none.
    ///
    /// Only what is in form to its last byte: a damaged chunk must not pass for it.
    private mutating func readLoose(
        _ record: Record, _ visit: (Message, inout MCAPScan) -> Void
    ) throws(LogError) -> Bool {
        guard record.body.count <= window.lookLimit, examine(record.body.count) else {
            return false
        }
        let body = try window.look(at: record.body)
        switch MCAPFormat.Opcode(rawValue: record.opcode) {
        case .channel:
            guard let topic = text(body, 4), !topic.text.isEmpty,
                let encoding = text(body, topic.next), let facts = text(body, encoding.next),
                facts.next == body.count, readChannel(body)
            else { return false }
        case .schema:
            guard let name = text(body, 2), let encoding = text(body, name.next),
                let content = text(body, encoding.next), content.next == body.count
            else { return false }
        default:
            guard let message = message(body), channels[message.channel] != nil else {
                return false
            }
            visit(message, &self)
        }
        offset = record.end
        try window.checksum(upTo: offset)
        return true
    }

    private func message(_ body: UnsafeRawBufferPointer) -> Message? {
        var reader = ByteReader(body)
        do throws(ByteError) {
            let channel = try reader.readUInt16()
            let sequence = try reader.readUInt32()
            let time = try reader.readUInt64()
            try reader.skip(8)
            let payload = try reader.readBytes(reader.remaining)
            guard channel > 0 else { return nil }
            return Message(channel: channel, sequence: sequence, time: time, payload: payload)
        } catch { return nil }
    }

    /// Where the next chunk with a right checksum begins, at or after `from`.
    private mutating func nextWholeChunk(from: Int, below end: Int = .max) throws(LogError) -> Int?
    {
        let end = min(end, window.count)
        var at = from
        while at < end {
            let some = try window.look(from: at, below: end)
            var hit = 0
            while hit < some.count, some[hit] != MCAPFormat.Opcode.chunk.rawValue { hit += 1 }
            at += hit
            guard hit < some.count else { continue }
            if let record = try record(at: at),
                case .success = try chunk(record, mayLackChecksum: false)
            {
                return at
            }
            at += 1
        }
        return nil
    }
}

/// A chunk's fault as an error, for `Result`.
private struct ChunkFault: Error {
    var damage: LogIssue.Damage
}
