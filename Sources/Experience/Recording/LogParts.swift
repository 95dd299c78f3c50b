import Platform

/// A session's log in the making: the part that is written, and the next when that has grown large or its disk fails.
///
/// What was appended is kept until it is on the disk. So a write or sync that fails costs nothing: the file is cut to
/// what was durable and never synced again (Linux would report a false success), and the next part begins with what it
/// did not take (`Experience/Durability.md` 3). One thread at a time.
final class LogParts {
    /// Number of the part that is written, or was last.
    private(set) var part: Int
    /// Bytes of that part that are on the disk.
    private(set) var byteCount: UInt64 = 0
    /// What was appended and is not on the disk yet.
    private var pending: [RingMessage] = []
    /// Bytes that the same will take, about.
    private(set) var pendingByteCount = 0

    private let path: String
    private let folder: String?
    private let partBytes: UInt64
    private let open: (String) throws(LogError) -> any LogSink
    /// Nil between two parts, and after an error.
    private var writer: MCAPWriter?
    private var failures: [LogError] = []

    /// Bytes of a message beside its payload.
    private static let messageByteCount = 31

    /// - Parameters:
    ///   - sink: of the first part.
    ///   - folder: where further parts go; nil when there are none.
    ///   - partBytes: after which a part is closed.
    ///   - open: makes the file of a further part, which must not exist.
    init(
        sink: any LogSink, part: Int, in folder: String?, partBytes: UInt64,
        open: @escaping (String) throws(LogError) -> any LogSink
    ) {
        path = sink.path
        self.part = part
        self.folder = folder
        self.partBytes = partBytes
        self.open = open
        writer = MCAPWriter(log: sink)
    }

    /// Whether anything waits for a commit.
    var isPending: Bool { !pending.isEmpty }

    /// Adds a message to the next commit.
    func append(_ message: RingMessage) {
        pending.append(message)
        pendingByteCount += Self.messageByteCount + message.payload.count
    }

    /// Returns once everything appended is on the disk, in a further part if this one's file fails.
    ///
    /// After it threw it may be called again, when the disk has been mended; without a folder it goes on throwing.
    func commit() throws(LogError) {
        if isPending { try insist { () throws(LogError) in try self.write() } }
        guard folder != nil, byteCount >= partBytes else { return }
        do throws(LogError) { try finish() } catch { abandon(error) }
    }

    /// Commits, writes the log's index and gives the file back.
    func close() throws(LogError) {
        if isPending || writer != nil {
            try insist { () throws(LogError) in
                try self.write()
                try self.finish()
            }
        }
    }

    /// The first of the errors after which the log has gone on in another part.
    func takeFailures() -> [LogError] {
        defer { failures.removeAll() }
        return failures
    }

    // MARK: - Attempts

    /// Does something with this part, and if that fails with the next.
    private func insist(_ body: () throws(LogError) -> Void) throws(LogError) {
        do throws(LogError) { return try body() } catch {
            abandon(error)
            guard folder != nil else { throw error }
        }
        do throws(LogError) { try body() } catch {
            abandon(error)
            throw error
        }
    }

    private func abandon(_ error: LogError) {
        // A disk that stays away fails at every attempt: one failure says it.
        if failures.isEmpty { failures.append(error) }
        writer = nil
    }

    private func write() throws(LogError) {
        let writer: MCAPWriter
        if let begun = self.writer { writer = begun } else { writer = try begin() }
        for message in pending {
            try writer.append(
                channel: message.topic.rawValue, time: message.time, payload: message.payload)
        }
        try writer.commit()
        byteCount = writer.byteCount
        pending.removeAll(keepingCapacity: true)
        pendingByteCount = 0
    }

    private func finish() throws(LogError) {
        guard let writer else { return }
        try writer.close()
        byteCount = writer.byteCount
        self.writer = nil
    }

    /// Begins the next part: of the one before, what was durable counts.
    private func begin() throws(LogError) -> MCAPWriter {
        guard let folder else { throw failures.first ?? .closed(path: path) }
        try SessionLog.cut(
            in: folder, behind: LogPosition(part: part, byteCount: byteCount), before: part + 1)
        part += 1
        byteCount = 0
        let writer = MCAPWriter(log: try open(SessionLog.path(in: folder, part: part)))
        self.writer = writer
        return writer
    }
}
