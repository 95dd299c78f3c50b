import Embodiment
import Platform

/// Reads a session log back: whole, cut short anywhere, or damaged.
///
/// It never fails on what is inside a file and never gives out what was not written; what is missing or damaged is in the
/// report. Of a file it holds a chunk or a block of 1 MiB, whichever is larger: 64 MiB at most. Each call reads what was
/// there when the reader was made, and throws `cannotRead` when the disk does not give it. Any thread; allocates.
public struct SessionLogReader {
    private enum Part {
        case memory([UInt8])
        case file(path: String, byteCount: Int)
    }

    /// What is read, in order: a log, or all parts of a session's.
    private let parts: [Part]

    /// Reads a file, which is no link.
    ///
    /// - Throws: `cannotRead`, or `compressed` for a log that another program has compressed.
    public init(path: String) throws(LogError) { parts = [try Self.part(path)] }

    /// Reads all parts of a session's log as one.
    ///
    /// - Parameters:
    ///   - directory: the folder that holds them, a session's `log/`.
    ///   - end: where to stop; a log that ends before it is `cannotRead`. nil for everything.
    public init(session directory: String, upTo end: LogPosition? = nil) throws(LogError) {
        let found = try SessionLog.parts(in: directory)
        // For its error: a session has a first part.
        if found.isEmpty, end == nil {
            _ = try Self.part(SessionLog.path(in: directory, part: 1))
        }
        // Of a position at the very beginning of a part nothing of that part.
        let last = end.map { $0.byteCount > 0 ? $0.part : $0.part - 1 } ?? Int.max
        var parts: [Part] = []
        for log in found where log.part <= last && log.byteCount > 0 {
            parts.append(try Self.part(log.path))
        }
        if let end, end.byteCount > 0 {
            let path = SessionLog.path(in: directory, part: end.part)
            let available = found.first { $0.path == path }?.byteCount ?? 0
            guard UInt64(available) >= end.byteCount else {
                throw .cannotRead(
                    .endOfFile(
                        path: path, expected: Int(clamping: end.byteCount), found: available))
            }
            parts[parts.count - 1] = .file(path: path, byteCount: Int(end.byteCount))
        }
        self.parts = parts
    }

    private static func part(_ path: String) throws(LogError) -> Part {
        let byteCount: Int
        do throws(PlatformError) {
            byteCount = try FileDescriptor(opening: path, .record).byteCount()
            // For what it says of a file that is kept elsewhere.
            if byteCount < 1024 { _ = try Files.read(path, limit: 1024, .record) }
        } catch { throw .cannotRead(error) }
        // Frames alone are looked at: a little of each record.
        let window = try LogWindow(path: path, count: byteCount, blockBytes: 4096)
        if let compression = try MCAPForm.compression(of: window) {
            throw .compressed(path: path, with: compression)
        }
        return .file(path: path, byteCount: byteCount)
    }

    /// Takes a file's content.
    public init(_ bytes: [UInt8]) { parts = [.memory(bytes)] }

    /// Visits every readable record in the order of the file.
    @discardableResult
    public func records(
        _ visit: (LogRecord, MonotonicTime) -> Void
    ) throws(LogError) -> LogReport {
        try scan { record, time, _ in visit(record, time) }
    }

    /// Visits every whole episode in the order they ended, aborted ones too.
    ///
    /// Episodes are put together by the recorder's own rule; what is not whole is an issue. One that
    /// was not ended, because its process was killed, is handed out as aborted.
    @discardableResult
    public func episodes(_ visit: (Episode) -> Void) throws(LogError) -> LogReport {
        var timeline = EpisodeTimeline()
        return try timedEpisodes(&timeline, isLast: true) { episode, _ in visit(episode) }
    }

    /// The same with the robot time that each took, for one of several parts: an episode may begin in one and end in
    /// the next.
    ///
    /// - Parameters:
    ///   - timeline: what the parts before have left.
    ///   - isLast: no further part comes.
    func timedEpisodes(
        _ timeline: inout EpisodeTimeline, isLast: Bool,
        _ visit: (Episode, EpisodeSeconds) -> Void
    ) throws(LogError) -> LogReport {
        var report = try scan { record, time, scan in
            let (step, seconds) = timeline.accept(record, at: time)
            switch step {
            case .nothing: break
            case .complete(let episode): visit(episode, seconds)
            case .cutOff(let episode):
                scan.note(.cutOffEpisode(number: episode.number, steps: episode.transitions.count))
                visit(episode, seconds)
            case .incomplete(let number): scan.note(.incompleteEpisode(number: number))
            }
        }
        if isLast, let (episode, seconds) = timeline.unfinished {
            report.add(
                .cutOffEpisode(number: episode.number, steps: episode.transitions.count))
            visit(episode, seconds)
        }
        return report
    }

    /// Every whole episode.
    public func episodes() throws(LogError) -> (episodes: [Episode], report: LogReport) {
        var found: [Episode] = []
        let report = try episodes { found.append($0) }
        return (found, report)
    }

    /// Writes every message of the log's whole chunks to a new, closed log.
    ///
    /// What cannot be decoded is copied all the same, if it is on a topic of Hone's. The sink is closed.
    public func recover(to sink: any LogSink) throws(LogError) -> LogReport {
        let writer = MCAPWriter(log: sink)
        var failure: LogError?
        let report = try scanMessages { topic, message, _ in
            guard failure == nil else { return }
            do throws(LogError) {
                try writer.append(
                    channel: topic.rawValue, time: message.time, payload: [UInt8](message.payload))
                if writer.pendingByteCount >= 1 << 20 { try writer.commit() }
            } catch { failure = error }
        }
        if let failure { throw failure }
        try writer.close()
        return report
    }

    private func scan(
        _ visit: (LogRecord, MonotonicTime, inout MCAPScan) -> Void
    ) throws(LogError) -> LogReport {
        try scanMessages { topic, message, scan in
            guard let record = LogEncoding.decode(topic, message.payload) else {
                return scan.note(
                    .unreadableMessage(topic: topic.name, sequence: message.sequence))
            }
            scan.report.records += 1
            scan.report.messages[topic.name, default: 0] += 1
            visit(record, MonotonicTime(nanoseconds: message.time), &scan)
        }
    }

    /// Visits every message on Hone's topics as it stands in the log.
    @discardableResult
    func messages(
        _ visit: (LogTopic, UInt64, UnsafeRawBufferPointer) -> Void
    ) throws(LogError) -> LogReport {
        try scanMessages { topic, message, _ in visit(topic, message.time, message.payload) }
    }

    /// Visits messages on Hone's topics, noting where some are missing.
    private func scanMessages(
        _ visit: (LogTopic, MCAPScan.Message, inout MCAPScan) -> Void
    ) throws(LogError) -> LogReport {
        var whole = LogReport()
        for (index, part) in parts.enumerated() {
            var report: LogReport
            switch part {
            case .memory(let bytes):
                report = try bytes.withUnsafeBufferPointer { buffer throws(LogError) in
                    try Self.scanMessages(of: LogWindow(UnsafeRawBufferPointer(buffer)), visit)
                }
            case .file(let path, let byteCount):
                report = try Self.scanMessages(of: LogWindow(path: path, count: byteCount), visit)
            }
            if index < parts.count - 1 { report.goesOn() }
            whole.records += report.records
            whole.messages.merge(report.messages, uniquingKeysWith: +)
            whole.chunks += report.chunks
            whole.chunksWithoutChecksum += report.chunksWithoutChecksum
            whole.isClosed = report.isClosed
            whole.issues += report.issues
        }
        return whole
    }

    private static func scanMessages(
        of window: LogWindow, _ visit: (LogTopic, MCAPScan.Message, inout MCAPScan) -> Void
    ) throws(LogError) -> LogReport {
        var scan = MCAPScan(window)
        var following: [LogTopic: UInt32] = [:]
        try scan.run { message, scan in
            let name = scan.channels[message.channel]
            guard let topic = LogTopic.allCases.first(where: { $0.name == name }) else { return }
            let expected = following[topic] ?? 0
            if message.sequence != expected {
                scan.note(.gap(topic: topic.name, expected: expected, found: message.sequence))
            }
            following[topic] = message.sequence &+ 1
            visit(topic, message, &scan)
        }
        return scan.report
    }
}

extension ReplayStore {
    /// Admits every whole episode of a log that may be trained on.
    ///
    /// - Returns: how many episodes were admitted, and the log's report.
    @discardableResult
    public func admit(
        contentsOf log: SessionLogReader
    ) throws(LogError) -> (admitted: Int, report: LogReport) {
        let before = episodes
        let report = try log.episodes { admit($0) }
        return (episodes - before, report)
    }
}
