import Platform

/// Writes `metrics.jsonl`: one JSON object a line, keys sorted, appended as the session goes.
///
/// Every line is one write, so that a crash costs at most the last line. Wall times go under
/// `wall_seconds`, as in the report. For one thread at a time, and never the tick's: it does I/O.
public final class MetricsWriter {
    private let path: String
    private let file: FileDescriptor

    /// Opens the file for appending and makes it if there is none.
    public init(path: String) throws(ReportError) {
        self.path = path
        do throws(PlatformError) {
            file = try FileDescriptor(opening: path, .append)
        } catch { throw .cannotWrite(path: path, reason: "\(error)") }
    }

    /// Writes to a file that is open.
    init(path: String, to file: consuming FileDescriptor) {
        self.path = path
        self.file = file
    }

    /// Appends one line with its `event` and the other members.
    public func append(
        _ event: String, _ members: [String: JSONValue] = [:]
    ) throws(ReportError) {
        let line = Self.line(event, members) + "\n"
        try writing { () throws(PlatformError) in try file.write(Array(line.utf8)) }
    }

    /// Returns once every line is on the disk.
    ///
    /// - Returns: the bytes the file has.
    public func synchronise() throws(ReportError) -> UInt64 {
        try writing { () throws(PlatformError) in
            try file.sync()
            return UInt64(try file.byteCount())
        }
    }

    /// Takes off what a session that goes on will write once more; a shorter file stays as it is.
    public func cut(to byteCount: UInt64) throws(ReportError) {
        try writing { () throws(PlatformError) in
            if UInt64(try file.byteCount()) > byteCount { try file.truncate(to: Int(byteCount)) }
        }
    }

    private func writing<Result>(
        _ body: () throws(PlatformError) -> Result
    ) throws(ReportError) -> Result {
        do throws(PlatformError) { return try body() } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    /// One line without its newline.
    public static func line(_ event: String, _ members: [String: JSONValue]) -> String {
        JSONValue.object(members.merging(["event": .string(event)]) { _, event in event }).line
    }
}
