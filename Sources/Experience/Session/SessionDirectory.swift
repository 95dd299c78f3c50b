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
    var lock: URL { url.appendingPathComponent(".lock") }

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
    /// - Throws: `SessionDirectoryError.exists` if a session is there already: nothing is ever overwritten.
    public init(creating url: URL) throws(SessionDirectoryError) {
        self.url = url
        if FileManager.default.fileExists(atPath: session.path) {
            throw .exists(url.path)
        }
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
