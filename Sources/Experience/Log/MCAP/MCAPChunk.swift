import Platform

/// One chunk in the making: its records, and where each channel's messages lie in them.
///
/// Shared by writer and reader: the reader indexes what it found in a chunk again and demands the same bytes.
struct MCAPChunk {
    /// Records, uncompressed.
    private(set) var records: [UInt8] = []
    /// Earliest message, or 0 without messages.
    private(set) var start: UInt64 = 0
    /// Latest message, or 0 without messages.
    private(set) var end: UInt64 = 0
    /// Messages in it.
    private(set) var messageCount = 0
    /// Per channel, in the order of `channels`: time and offset of each message.
    private(set) var index: [[(time: UInt64, offset: UInt64)]]
    /// Ids of the channels, ascending.
    private let channels: [UInt16]

    /// - Parameter channels: ids of those that messages may be on, ascending.
    init(channels: [UInt16]) {
        self.channels = channels
        index = Array(repeating: [], count: channels.count)
    }

    var isEmpty: Bool { records.isEmpty }

    mutating func removeAll() {
        records.removeAll(keepingCapacity: true)
        for channel in index.indices { index[channel].removeAll(keepingCapacity: true) }
        start = 0
        end = 0
        messageCount = 0
    }

    mutating func append(_ schema: MCAPSchema) { records.appendRecord(schema) }
    mutating func append(_ channel: MCAPChannel) { records.appendRecord(channel) }

    mutating func append(channel: UInt16, sequence: UInt32, time: UInt64, payload: [UInt8]) {
        note(channel: channel, time: time, offset: UInt64(records.count))
        records.append(MCAPFormat.Opcode.message.rawValue)
        records.append(number: UInt64(MCAPFormat.messageHeaderBytes + payload.count))
        records.append(number: channel)
        records.append(number: sequence)
        records.append(number: time)
        records.append(number: time)
        records.append(contentsOf: payload)
    }

    /// Indexes a message that starts at `offset`.
    mutating func note(channel: UInt16, time: UInt64, offset: UInt64) {
        index[place(of: channel)].append((time, offset))
        start = messageCount == 0 ? time : min(start, time)
        end = messageCount == 0 ? time : max(end, time)
        messageCount += 1
    }

    /// Where a channel stands among `channels`, of which it is one.
    private func place(of channel: UInt16) -> Int {
        var (low, high) = (0, channels.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if channels[middle] < channel { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Appends the chunk record.
    func write(into bytes: inout [UInt8]) {
        bytes.append(MCAPFormat.Opcode.chunk.rawValue)
        bytes.append(number: UInt64(MCAPFormat.chunkHeaderBytes + records.count))
        bytes.append(number: start)
        bytes.append(number: end)
        bytes.append(number: UInt64(records.count))
        bytes.append(number: CRC32.checksum(records))
        bytes.append(text: "")
        bytes.append(number: UInt64(records.count))
        bytes.append(contentsOf: records)
    }

    /// Appends the message index of one channel, by its place among `channels`, if it has messages.
    func writeIndex(of channel: Int, into bytes: inout [UInt8]) {
        let entries = index[channel]
        if entries.isEmpty { return }
        bytes.appendRecord(.messageIndex) { body in
            body.append(number: channels[channel])
            body.append(number: UInt32(16 * entries.count))
            for entry in entries {
                body.append(number: entry.time)
                body.append(number: entry.offset)
            }
        }
    }
}
