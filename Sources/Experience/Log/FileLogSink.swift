import Platform

/// A log file, append-only.
public final class FileLogSink: LogSink {
    /// The file's path.
    public let path: String
    private var file: FileDescriptor?

    /// Creates the file, which must not exist, and makes its directory entry durable.
    public init(creating path: String) throws(LogError) {
        self.path = path
        do throws(PlatformError) {
            file = try FileDescriptor(opening: path, .create)
            let slash = path.lastIndex(of: "/")
            try Files.syncDirectory(slash.map { String(path[...$0]) } ?? ".")
        } catch { throw .cannotCreate(error) }
    }

    /// Takes over an open file; it is closed with the sink.
    public init(_ file: consuming FileDescriptor) {
        path = file.path
        self.file = consume file
    }

    /// Writes all bytes, however many calls that takes.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(LogError) {
        try using { file throws(PlatformError) in try file.write(bytes) }
    }

    /// Calls fdatasync; never again after it failed, because Linux would then report a false success.
    public func makeDurable() throws(LogError) {
        try using { file throws(PlatformError) in try file.syncData() }
    }

    /// Closes the descriptor.
    public func close() throws(LogError) {
        guard let open = file.take() else { throw .closed(path: path) }
        do throws(PlatformError) { try open.close() } catch { throw .cannotWrite(error) }
    }

    /// The one way to the descriptor: the first error closes it.
    private func using(
        _ body: (borrowing FileDescriptor) throws(PlatformError) -> Void
    ) throws(LogError) {
        guard let open = file.take() else { throw .closed(path: path) }
        do throws(PlatformError) { try body(open) } catch { throw .cannotWrite(error) }
        file = consume open
    }
}
