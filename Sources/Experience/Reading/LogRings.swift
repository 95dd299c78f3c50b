import Platform

/// The rings that killed recorders left beside their logs, and the way of what is in them into the log.
public enum LogRings {
    /// What became of one ring.
    public enum Finding: Sendable, Equatable {
        /// Records that were in it and not in the log are now in a further part.
        case appended(name: String, records: Int, to: String)
        /// The log had everything.
        case nothingMissing(name: String)
        /// The machine was restarted since: what was in memory only is gone.
        case gone(name: String)
        /// The process that fills it still runs; it was left alone.
        case inUse(name: String)
        /// Something in it is not what this version wrote; its bytes were kept, what could be read was taken.
        case setAside(name: String, to: String)
        /// It is no file of this user's recorders; it was left alone.
        case foreign(name: String)
    }

    /// Bytes that rings may have; some megabytes are usual.
    private static let byteLimit = 1 << 30

    /// Appends what stands in the rings of a session's logs and not in the logs as a further part, and takes the rings away.
    ///
    /// Before anything else reads the logs. May be interrupted at any point and done again: no record is written twice.
    /// - Parameter directory: the folder that holds the logs.
    /// - Returns: what became of each ring; empty where no process was killed.
    @discardableResult
    public static func recover(in directory: String) throws(LogError) -> [Finding] {
        var findings: [Finding] = []
        for (part, name) in try found(in: directory) {
            findings += try recover(name, of: part, in: directory)
        }
        return findings
    }

    private static func found(
        in directory: String
    ) throws(LogError) -> [(part: Int, name: String)] {
        do throws(PlatformError) {
            return try Files.list(directory).compactMap { entry in
                guard entry.name.hasSuffix(SessionLog.ringEnding), !entry.isDirectory else {
                    return nil
                }
                let log =
                    String(entry.name.dropLast(SessionLog.ringEnding.count)) + SessionLog.ending
                guard let part = SessionLog.part(of: log, in: SessionLog.stem) else { return nil }
                return (part, "\(directory)/\(entry.name)")
            }.sorted { $0.part < $1.part }
        } catch { throw .cannotRead(error) }
    }

    private static func recover(
        _ name: String, of part: Int, in directory: String
    ) throws(LogError) -> [Finding] {
        guard let path = SharedMemory.file(of: name) else { return [.foreign(name: name)] }
        guard Files.exists(path) else {
            try remove(name)
            return [.gone(name: name)]
        }
        let file: FileDescriptor
        do throws(PlatformError) { file = try FileDescriptor(openingOwn: path) } catch {
            if case .foreign = error { return [.foreign(name: name)] }
            throw .cannotRead(error)
        }
        // Locked as long as it is open, unless its process runs.
        let isLocked: Bool
        do throws(PlatformError) { isLocked = try file.tryLock() } catch {
            throw .cannotRead(error)
        }
        guard isLocked else { return [.inUse(name: name)] }
        let bytes: [UInt8]
        do throws(PlatformError) { bytes = try Files.read(file, limit: byteLimit) } catch {
            throw .cannotRead(error)
        }
        let contents = RecorderRing.Contents(bytes)
        guard path == name || isOwn(contents, at: path, of: name) else {
            return [.foreign(name: name)]
        }
        return try recover(contents, bytes, at: name, of: part, in: directory)
    }

    /// Whether a file on the memory disk is the one of this name's recorder: rings, and no other log's that still has them.
    private static func isOwn(
        _ contents: RecorderRing.Contents?, at path: String, of name: String
    ) -> Bool {
        guard let contents else { return false }
        return Files.isSame(contents.name, name) || SharedMemory.target(of: contents.name) != path
    }

    private static func recover(
        _ contents: RecorderRing.Contents?, _ bytes: [UInt8], at name: String, of part: Int,
        in directory: String
    ) throws(LogError) -> [Finding] {
        var findings: [Finding] = []
        let missing = try missing(contents?.messages ?? [], from: directory, since: part)
        if !missing.isEmpty {
            let path = try append(missing, in: directory)
            findings.append(.appended(name: name, records: missing.count, to: path))
        }
        if contents?.damaged != 0 {
            let kept = Files.firstFree { "\(name).bad-\($0)" }
            do throws(PlatformError) { try Files.replace(kept, with: bytes) } catch {
                throw .cannotWrite(error)
            }
            findings.append(.setAside(name: name, to: kept))
        }
        try remove(name)
        return findings.isEmpty ? [.nothingMissing(name: name)] : findings
    }

    /// Rings that `recover` would take: their processes are gone.
    public static func waiting(in directory: String) throws(LogError) -> [String] {
        try found(in: directory).map(\.name).filter { name in
            guard let path = SharedMemory.file(of: name),
                let file = try? FileDescriptor(openingOwn: path)
            else { return false }
            return (try? file.tryLock()) == true
        }
    }

    /// Those of a ring's messages that no log from its own part on holds, in the ring's order.
    private static func missing(
        _ messages: [RingMessage], from directory: String, since part: Int
    ) throws(LogError) -> [RingMessage] {
        guard let earliest = messages.map(\.time).min() else { return [] }
        let wanted = Set(messages)
        var written: [RingMessage: Int] = [:]
        for log in try SessionLog.parts(in: directory) where log.part >= part && log.byteCount > 0 {
            try SessionLogReader(path: log.path).messages { topic, time, payload in
                guard time >= earliest else { return }
                let message = RingMessage(topic: topic, time: time, payload: [UInt8](payload))
                if wanted.contains(message) { written[message, default: 0] += 1 }
            }
        }
        return messages.filter { message in
            guard let count = written[message], count > 0 else { return true }
            written[message] = count - 1
            return false
        }
    }

    private static func append(
        _ messages: [RingMessage], in directory: String
    ) throws(LogError) -> String {
        let last = try SessionLog.parts(in: directory).last?.part ?? 0
        let path = SessionLog.path(in: directory, part: last + 1)
        let writer = MCAPWriter(log: try FileLogSink(creating: path))
        for message in messages {
            try writer.append(
                channel: message.topic.rawValue, time: message.time, payload: message.payload)
            if writer.pendingByteCount >= 1 << 20 { try writer.commit() }
        }
        try writer.close()
        return path
    }

    private static func remove(_ name: String) throws(LogError) {
        do throws(PlatformError) { try SharedMemory.remove(name) } catch {
            throw .cannotWrite(error)
        }
    }
}

extension LogRings.Finding: CustomStringConvertible {
    /// What was found and done.
    public var description: String {
        switch self {
        case .appended(let name, let records, let path):
            "\(name): \(records) records that the killed process had not yet written are now in \(path)"
        case .nothingMissing(let name):
            "\(name): the log has everything that the killed process recorded"
        case .gone(let name):
            "\(name) was lost with the machine's memory: the log may lack the last moments before that"
        case .foreign(let name):
            "\(name) is no file of this user's recorders, or a link to something else: it was left alone"
        case .inUse(let name): "\(name) belongs to a session that is running; it was not touched"
        case .setAside(let name, let path):
            "\(name) is damaged or of another version of hone; what could be read was recovered, its "
                + "bytes are in \(path)"
        }
    }
}
