import Foundation

/// Writes `metrics.jsonl`: one JSON object a line, keys sorted, appended as the session goes.
///
/// Every line is one write, so that a crash costs at most the last line. Wall times go under
/// `wall_seconds`, as in the report. For one thread at a time, and never the tick's: it does I/O.
public final class MetricsWriter {
    private let path: String
    private let handle: FileHandle

    /// Opens the file for appending and makes it if there is none.
    public init(path: String) throws(ReportError) {
        self.path = path
        let url = URL(fileURLWithPath: path)
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try Data().write(to: url, options: .withoutOverwriting)
            }
            handle = try FileHandle(forWritingTo: url)
            try handle.seekToEnd()
        } catch {
            throw ReportError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    deinit { try? handle.close() }

    /// Appends one line with its `event` and the other members.
    public func append(
        _ event: String, _ members: [String: JSONValue] = [:]
    ) throws(ReportError) {
        let line = Self.line(event, members) + "\n"
        do {
            try handle.write(contentsOf: Data(line.utf8))
        } catch {
            throw ReportError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    /// Returns once every line is on the disk.
    ///
    /// - Returns: the bytes the file has.
    public func synchronise() throws(ReportError) -> UInt64 {
        do {
            try handle.synchronize()
            return try handle.offset()
        } catch {
            throw ReportError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    /// Takes off what a session that goes on will write once more; a shorter file stays as it is.
    public func cut(to byteCount: UInt64) throws(ReportError) {
        do {
            if try handle.seekToEnd() > byteCount {
                try handle.truncate(atOffset: byteCount)
                try handle.seekToEnd()
            }
        } catch {
            throw ReportError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    /// One line without its newline.
    public static func line(_ event: String, _ members: [String: JSONValue]) -> String {
        JSONValue.object(members.merging(["event": .string(event)]) { _, event in event }).line
    }
}
