import Platform

/// Writes an MCAP file front to back: a chunk a commit, and index and footer when it is closed.
///
/// A file cut anywhere keeps every chunk that was whole. The first chunk carries the schemas and channels, so that they
/// are under its checksum too. One thread at a time; after it threw, it only throws.
final class MCAPWriter {
    private struct ChunkEntry {
        var start: UInt64
        var end: UInt64
        var offset: UInt64
        var length: UInt64
        var indexLength: UInt64
        var size: UInt64
        var indexes: [(channel: UInt16, offset: UInt64)]
    }

    private let sink: any LogSink
    private let schemas: [MCAPSchema]
    private let channels: [MCAPChannel]
    private var chunk: MCAPChunk
    private var output: [UInt8] = []
    private var entries: [ChunkEntry] = []
    private var counts: [UInt64]
    private var firstTime: UInt64 = 0
    private var lastTime: UInt64 = 0
    private var hasMessages = false
    /// Bytes appended to the sink.
    private(set) var byteCount: UInt64 = 0
    private var dataChecksum = CRC32()
    private var isUsable = true

    /// Begins a file; nothing reaches the sink before the first commit.
    init(sink: any LogSink, library: String, schemas: [MCAPSchema], channels: [MCAPChannel]) {
        self.sink = sink
        self.schemas = schemas
        self.channels = channels
        chunk = MCAPChunk(channels: channels.map(\.id))
        counts = Array(repeating: 0, count: channels.count)
        output.append(contentsOf: MCAPFormat.magic)
        output.appendRecord(.header) { body in
            body.append(text: MCAPFormat.profile)
            body.append(text: library)
        }
        for schema in schemas { chunk.append(schema) }
        for channel in channels { chunk.append(channel) }
    }

    /// Begins a log of Hone's own topics.
    convenience init(log sink: any LogSink) {
        self.init(
            sink: sink, library: SessionLog.library, schemas: LogTopic.allCases.map(\.schema),
            channels: LogTopic.allCases.map(\.channel))
    }

    /// Bytes waiting for a commit.
    var pendingByteCount: Int { chunk.records.count }
    /// Messages waiting for a commit.
    var pendingMessageCount: Int { chunk.messageCount }

    /// Adds a message to the chunk in the making.
    func append(channel: UInt16, time: UInt64, payload: [UInt8]) throws(LogError) {
        guard isUsable else { throw .closed(path: sink.path) }
        let sequence = counts[Int(channel) - 1]
        counts[Int(channel) - 1] = sequence + 1
        chunk.append(
            channel: channel, sequence: UInt32(truncatingIfNeeded: sequence), time: time,
            payload: payload)
    }

    /// Writes the chunk in the making and returns once it is on the disk; nothing to do without messages.
    func commit() throws(LogError) {
        guard isUsable else { throw .closed(path: sink.path) }
        guard chunk.messageCount > 0 else { return }
        stageChunk()
        try put()
        do throws(LogError) { try sink.makeDurable() } catch {
            isUsable = false
            throw error
        }
    }

    /// Commits what is pending, writes index and footer, and closes the sink.
    func close() throws(LogError) {
        guard isUsable else { throw .closed(path: sink.path) }
        if !chunk.isEmpty { stageChunk() }
        try put()
        output.appendRecord(.dataEnd) { $0.append(number: dataChecksum.value) }
        stageSummary()
        try put()
        isUsable = false
        try sink.makeDurable()
        try sink.close()
    }

    /// Hands the staged bytes to the sink.
    private func put() throws(LogError) {
        var failure: LogError?
        output.withUnsafeBytes { bytes in
            dataChecksum.update(bytes)
            do throws(LogError) { try sink.append(bytes) } catch { failure = error }
        }
        if let failure {
            isUsable = false
            throw failure
        }
        byteCount += UInt64(output.count)
        output.removeAll(keepingCapacity: true)
    }

    private func stageChunk() {
        let offset = byteCount + UInt64(output.count)
        chunk.write(into: &output)
        let indexesAt = byteCount + UInt64(output.count)
        var indexes: [(channel: UInt16, offset: UInt64)] = []
        for channel in channels.indices where !chunk.index[channel].isEmpty {
            indexes.append((UInt16(channel + 1), byteCount + UInt64(output.count)))
            chunk.writeIndex(of: channel, into: &output)
        }
        if chunk.messageCount > 0 {
            firstTime = hasMessages ? min(firstTime, chunk.start) : chunk.start
            lastTime = max(lastTime, chunk.end)
            hasMessages = true
        }
        entries.append(
            ChunkEntry(
                start: chunk.start, end: chunk.end, offset: offset, length: indexesAt - offset,
                indexLength: byteCount + UInt64(output.count) - indexesAt,
                size: UInt64(chunk.records.count), indexes: indexes))
        chunk.removeAll()
    }

    /// Stages summary, summary offsets and footer behind the staged end of the data section.
    private func stageSummary() {
        let start = byteCount + UInt64(output.count)
        let startAt = output.count
        var groups: [(opcode: MCAPFormat.Opcode, start: UInt64, length: UInt64)] = []
        func group(_ opcode: MCAPFormat.Opcode, _ write: (inout [UInt8]) -> Void) {
            let groupStart = byteCount + UInt64(output.count)
            write(&output)
            groups.append((opcode, groupStart, byteCount + UInt64(output.count) - groupStart))
        }
        group(.schema) { bytes in for schema in schemas { bytes.appendRecord(schema) } }
        group(.channel) { bytes in for channel in channels { bytes.appendRecord(channel) } }
        group(.statistics) { appendStatistics(to: &$0) }
        group(.chunkIndex) { bytes in for entry in entries { append(entry, to: &bytes) } }
        let offsetStart = byteCount + UInt64(output.count)
        for group in groups where group.length > 0 {
            output.appendRecord(.summaryOffset) { body in
                body.append(group.opcode.rawValue)
                body.append(number: group.start)
                body.append(number: group.length)
            }
        }
        output.append(MCAPFormat.Opcode.footer.rawValue)
        output.append(number: UInt64(MCAPFormat.footerBytes))
        output.append(number: start)
        output.append(number: offsetStart)
        let summary = output.withUnsafeBytes {
            CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[startAt...]))
        }
        output.append(number: summary)
        output.append(contentsOf: MCAPFormat.magic)
    }

    private func appendStatistics(to bytes: inout [UInt8]) {
        bytes.appendRecord(.statistics) { body in
            body.append(number: counts.reduce(0, +))
            body.append(number: UInt16(schemas.count))
            body.append(number: UInt32(channels.count))
            body.append(number: UInt32(0))
            body.append(number: UInt32(0))
            body.append(number: UInt32(entries.count))
            body.append(number: firstTime)
            body.append(number: lastTime)
            let used = counts.indices.filter { counts[$0] > 0 }
            body.append(number: UInt32(10 * used.count))
            for channel in used {
                body.append(number: UInt16(channel + 1))
                body.append(number: counts[channel])
            }
        }
    }

    private func append(_ entry: ChunkEntry, to bytes: inout [UInt8]) {
        bytes.appendRecord(.chunkIndex) { body in
            body.append(number: entry.start)
            body.append(number: entry.end)
            body.append(number: entry.offset)
            body.append(number: entry.length)
            body.append(number: UInt32(10 * entry.indexes.count))
            for index in entry.indexes {
                body.append(number: index.channel)
                body.append(number: index.offset)
            }
            body.append(number: entry.indexLength)
            body.append(text: "")
            body.append(number: entry.size)
            body.append(number: entry.size)
        }
    }
}
