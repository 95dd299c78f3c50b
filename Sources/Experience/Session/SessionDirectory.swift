import Foundation
import Platform

/// Where one session keeps everything; see the README's table.
public struct SessionDirectory: Sendable {
    /// The directory itself.
    public let url: URL

    /// `log/`: what happened.
    public var log: URL { url.appendingPathComponent("log") }
    /// `weights/`: every version that acted.
    public var weights: URL { url.appendingPathComponent("weights") }
    /// `checkpoints/`: full states of the learner.
    public var checkpoints: URL { url.appendingPathComponent("checkpoints") }
    /// `session.json`: what ran.
    public var session: URL { url.appendingPathComponent("session.json") }
    /// `metrics.jsonl`: one object per line.
    public var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
    /// `report.html`.
    public var reportHTML: URL { url.appendingPathComponent("report.html") }
    /// `report.json`.
    public var reportJSON: URL { url.appendingPathComponent("report.json") }
    /// `.lock`: empty; whoever runs the session holds its lock.
    public var lock: URL { url.appendingPathComponent(".lock") }

    /// A directory that is there already.
    public init(existing url: URL) { self.url = url }

    /// The directory of a session that there is; makes nothing.
    ///
    /// - Throws: `SessionDirectoryError.noSession` if there is none.
    public init(holding url: URL) throws(SessionDirectoryError) {
        self.url = url
        guard Files.exists(session.path) else { throw .noSession(url.path) }
    }

    /// Makes the directory and its parts, for this user alone.
    ///
    /// - Throws: what `demandFree` throws; `unwritable` where it cannot be made.
    public init(creating url: URL) throws(SessionDirectoryError) {
        self.url = url
        try demandFree()
        try makeParts()
    }

    /// Takes over the directory of a session that began earlier.
    ///
    /// - Throws: `SessionDirectoryError.noSession` if there is none; `unwritable` where a link is in the place of a part.
    public init(resuming url: URL) throws(SessionDirectoryError) {
        try self.init(holding: url)
        try makeParts()
    }

    /// Room that a session wants before each episode: five minutes of its log at the most it may write
    /// (25 MB a robot minute), and two checkpoints.
    public static let reserveBytes: UInt64 = 256 << 20

    /// Whether a session may go on.
    ///
    /// - Throws: `SessionDirectoryError.diskLow` where a session at `path` has too little room; `PlatformError`
    ///   where that cannot be told.
    public static func checkRoom(at path: String) throws {
        let free = try Files.freeBytes(near: path)
        if free < reserveBytes { throw SessionDirectoryError.diskLow(path, bytes: free) }
    }

    /// Refuses a place that is not free: what somebody keeps is never added to, replaced or removed.
    ///
    /// Free is a place where nothing is, an empty directory, and one with no more in it than a start that was cut off
    /// before its `session.json` has made. A link that a person names is followed.
    ///
    /// - Throws: `SessionDirectoryError.exists` where a session is, `within` inside one, `occupied` for all else.
    public func demandFree() throws(SessionDirectoryError) {
        if Files.exists(session.path) { throw .exists(url.path) }
        try Self.demandOutside(url)
        guard Files.exists(url.path) else {
            guard SharedMemory.target(of: url.path) == nil else {
                throw .occupied(url.path, "is a link that leads nowhere")
            }
            return
        }
        guard Files.isDirectory(url.path) else { throw .occupied(url.path, "is a file") }
        let found: [String]
        do throws(PlatformError) { found = try foreignNames() } catch {
            throw .unwritable(url.path, "\(error)")
        }
        guard !found.isEmpty else { return }
        let more = found.count > 3 ? " and \(found.count - 3) more" : ""
        let names = found.prefix(3).map(\.printable).joined(separator: ", ")
        throw .occupied(url.path, "is not empty (\(names)\(more))")
    }

    /// Refuses a place inside a session, whose parts are that session's alone.
    public static func demandOutside(_ url: URL) throws(SessionDirectoryError) {
        var above = url.standardizedFileURL
        while above.path != "/" {
            above.deleteLastPathComponent()
            let other = SessionDirectory(existing: above)
            if Files.exists(other.session.path), Files.isDirectory(other.log.path) {
                throw .within(url.path, session: above.path)
            }
        }
    }

    /// What is in the directory beside an empty lock and empty parts.
    private func foreignNames() throws(PlatformError) -> [String] {
        let own = Set([log, weights, checkpoints].map(\.lastPathComponent))
        var names: [String] = []
        for entry in try Files.list(url.path) {
            let isOwn: Bool
            if entry.isDirectory, own.contains(entry.name) {
                isOwn = try Files.list("\(url.path)/\(entry.name)").isEmpty
            } else {
                isOwn = entry.name == lock.lastPathComponent && entry.byteCount == 0
            }
            if !isOwn { names.append(entry.name) }
        }
        return names
    }

    private func makeParts() throws(SessionDirectoryError) {
        do throws(PlatformError) {
            if !Files.isDirectory(url.path) {
                try Files.makeDirectories(url.deletingLastPathComponent().path)
                try Files.makeOwnDirectory(url.path)
            }
            for part in [log, weights, checkpoints] { try Files.makeOwnDirectory(part.path) }
        } catch {
            throw .unwritable(url.path, "\(error)")
        }
    }

    /// The first free directory named after `name` and a running number under `parent`.
    public static func next(named name: String, under parent: URL) -> URL {
        let path = Files.firstFree { number in
            parent.appendingPathComponent(name + "-" + number.padded(to: 3)).path
        }
        return URL(fileURLWithPath: path)
    }
}
