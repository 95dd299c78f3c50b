/// Something wrong inside a session log; reading goes on after it.
public enum LogIssue: Sendable, Equatable {
    /// The file does not begin as a log does.
    case notALog
    /// It was not closed: the session ended without it, or is still running. Nothing is damaged by that alone.
    case notClosed
    /// The file ends inside something that begins at this byte.
    case cutShort(at: Int, lost: Int)
    /// Bytes that are not what was written; nothing of them is used.
    case damaged(at: Int, byteCount: Int, what: Damage)
    /// Bytes that nothing depends on, such as an index, are not what was written.
    case harmlessDamage(at: Int, what: Damage)
    /// Another writer or version made it.
    case otherWriter(profile: String, library: String)
    /// Records of a kind that Hone does not write, the first at this byte; they are passed over.
    case unknownRecord(opcode: UInt8, at: Int, count: Int = 1)
    /// Messages of a topic are missing between those before and after.
    case gap(topic: String, expected: UInt32, found: UInt32)
    /// Messages that do not decode, the first with this sequence; they are passed over.
    case unreadableMessage(topic: String, sequence: UInt32, count: Int = 1)
    /// An episode without an end: its process was killed. Its steps are handed out as an aborted one.
    case cutOffEpisode(number: UInt32, steps: Int)
    /// An episode with a missing or misplaced part; it is not handed out.
    case incompleteEpisode(number: UInt32)

    /// The part of the file that is not what was written.
    public enum Damage: String, Sendable, Equatable {
        /// The record of file-wide facts.
        case header
        /// The frame around a record: its kind or length.
        case frame
        /// A chunk's own fields or its checksum.
        case chunk
        /// A record inside a chunk whose checksum is right.
        case chunkRecord
        /// A compressed chunk; Hone writes none.
        case compressedChunk
        /// A chunk that is larger than any of Hone's, which a reader would have to hold in memory.
        case oversizedChunk
        /// A chunk that was not looked into, for a log that has had several times its size looked into already.
        case unexamined
        /// The index behind a chunk.
        case messageIndex
        /// The checksum of everything before the summary.
        case dataChecksum
        /// The summary at the end.
        case summary
    }
}

extension LogIssue {
    /// Whether something that was recorded is not there any more.
    public var losesRecords: Bool {
        switch self {
        case .notALog, .cutShort, .damaged, .gap, .unreadableMessage, .incompleteEpisode: true
        case .notClosed, .harmlessDamage, .otherWriter, .unknownRecord, .cutOffEpisode: false
        }
    }

    /// One issue that says both; nil where the other is not another of the same kind that follows it.
    ///
    /// A file of zeros is a million records that nobody has written: one line says so.
    func joined(by next: LogIssue) -> LogIssue? {
        switch (self, next) {
        case (.unknownRecord(let opcode, let at, let count), .unknownRecord(let other, _, let more))
        where opcode == other:
            .unknownRecord(opcode: opcode, at: at, count: count + more)
        case (
            .unreadableMessage(let topic, let first, let count),
            .unreadableMessage(let other, _, let more)
        ) where topic == other:
            .unreadableMessage(topic: topic, sequence: first, count: count + more)
        default: nil
        }
    }
}

extension LogIssue: CustomStringConvertible {
    /// What was found.
    public var description: String {
        switch self {
        case .notALog: "this is no session log: it does not begin with MCAP's first bytes"
        case .notClosed: "the log was not closed; everything committed is there"
        case .cutShort(at: 0, lost: 0): "the file is empty: nothing was ever written to it"
        case .cutShort(let at, let lost):
            "the log is cut short: its last \(lost) bytes, from byte \(at), are part of something"
        case .damaged(let at, let byteCount, let what):
            "\(byteCount) bytes from byte \(at) are damaged (\(what.rawValue)) and not used"
        case .harmlessDamage(let at, let what):
            "the \(what.rawValue) at byte \(at) is damaged; nothing depends on it"
        case .otherWriter(let profile, let library):
            "written by \(library) with profile \(profile), not by this version of Hone"
        case .unknownRecord(let opcode, let at, 1):
            "a record of unknown kind \(opcode) at byte \(at) was passed over"
        case .unknownRecord(let opcode, let at, let count):
            "\(count) records of unknown kind \(opcode) from byte \(at) on were passed over"
        case .gap(let topic, let expected, let found) where found < expected:
            "message \(found) of \(topic) comes after message \(expected - 1): another program wrote them"
        case .gap(let topic, let expected, let found):
            "messages \(expected) to \(found) of \(topic) are missing"
        case .unreadableMessage(let topic, let sequence, 1):
            "message \(sequence) of \(topic) cannot be decoded and was passed over"
        case .unreadableMessage(let topic, let sequence, let count):
            "\(count) messages of \(topic) from message \(sequence) on cannot be decoded and were passed over"
        case .cutOffEpisode(let number, let steps):
            "episode \(number) was not ended; its \(steps) steps count as an aborted one"
        case .incompleteEpisode(let number):
            "episode \(number) is incomplete and was left out"
        }
    }
}
