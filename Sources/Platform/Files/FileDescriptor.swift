internal import CPlatform
internal import Glibc

/// An open file: closed when it goes out of scope, never copied.
///
/// One thread at a time. Every call retries after a signal and completes partial reads and writes.
public struct FileDescriptor: ~Copyable, Sendable {
    /// Lets this process open as many files at once as its hard limit allows.
    public static func raiseLimit() throws(PlatformError) {
        let error = hone_raise_file_limit()
        if error != 0 {
            throw .system(
                attempted: "raise the limit of", subject: "open files", code: error)
        }
    }

    /// How a file is opened.
    ///
    /// What this program writes, and what it reads as its own record, is a plain file: a link in the path's last place or a
    /// socket is `PlatformError.foreign`; so is, to be written, a pipe, a device or a file that has a second name.
    public enum Mode: Sendable {
        /// To read a file or a folder that a person named, links followed; must exist. Waits for nobody who might
        /// write into a pipe.
        case read
        /// To read a file that this program has written; must exist.
        case record
        /// To write from the start; made or emptied.
        case write
        /// To write at the end; made if missing.
        case append
        /// To read and write; made if missing, content kept.
        case update
        /// To read and write; must not exist yet.
        case create
        /// To read and write what is there already, such as a device.
        case device
    }

    /// The kernel's number, for calls this type lacks.
    public private(set) var raw: Int32
    /// The path it was opened with, for messages.
    public let path: String

    /// Opens a file, not inherited by child processes.
    ///
    /// - Parameter permissions: of a file that is made, before the umask: its owner's alone, unless said otherwise.
    /// - Throws: `PlatformError.notAFile` for what is to be read and would never end or never begin: a pipe, a device;
    ///   `foreign` for what `Mode` says.
    public init(
        opening path: String, _ mode: Mode, permissions: UInt32 = 0o600
    ) throws(PlatformError) {
        // Opening a pipe waits for whoever is at its other end; of files and folders O_NONBLOCK says nothing.
        let flags: Int32 =
            switch mode {
            case .read: O_RDONLY | O_NONBLOCK
            case .record: O_RDONLY | O_NONBLOCK | O_NOFOLLOW
            case .write: O_WRONLY | O_CREAT | O_NONBLOCK | O_NOFOLLOW
            case .append: O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOFOLLOW
            case .update: O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .device: O_RDWR
            }
        let opened = Int32(retrying { open(path, flags | O_CLOEXEC, mode_t(permissions)) })
        if opened < 0 {
            // A link, and a pipe without a reader or a socket.
            let isForeign = flags & O_NOFOLLOW != 0 && (errno == ELOOP || errno == ENXIO)
            throw isForeign
                ? .foreign(path: path) : .system(attempted: "open", subject: path, code: errno)
        }
        do throws(PlatformError) { try Self.check(opened, path, mode) } catch {
            Glibc.close(opened)
            throw error
        }
        raw = opened
        self.path = path
    }

    /// Looks at what was opened; only then what is to be written anew is emptied.
    private static func check(
        _ descriptor: Int32, _ path: String, _ mode: Mode
    ) throws(PlatformError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        let kind = status.st_mode & S_IFMT
        let isPlain = kind == S_IFREG
        switch mode {
        case .read, .record:
            if let what = other(kind) { throw .notAFile(path: path, what: what) }
            guard isPlain || mode == .read else { throw .foreign(path: path) }
        case .write, .append, .update:
            guard isPlain, status.st_nlink <= 1 else { throw .foreign(path: path) }
            if mode == .write, status.st_size > 0, ftruncate(descriptor, 0) != 0 {
                throw .system(attempted: "empty", subject: path, code: errno)
            }
        case .create, .device: break
        }
    }

    /// What is no file and no folder; nil for those.
    private static func other(_ kind: mode_t) -> String? {
        switch kind {
        case S_IFREG, S_IFDIR: nil
        case S_IFIFO: "a pipe"
        case S_IFCHR, S_IFBLK: "a device"
        default: "something else than a file"
        }
    }

    /// Opens a plain file of this user's to read; waits for nobody, and follows no link in the path's last place.
    public init(openingOwn path: String) throws(PlatformError) {
        let opened = retrying { open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
        if opened < 0 {
            if errno == ELOOP { throw .foreign(path: path) }
            throw .system(attempted: "open", subject: path, code: errno)
        }
        var status = stat()
        let isOwn =
            fstat(Int32(opened), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_uid == geteuid()
        if !isOwn {
            Glibc.close(Int32(opened))
            throw .foreign(path: path)
        }
        raw = Int32(opened)
        self.path = path
    }

    deinit { if raw >= 0 { Glibc.close(raw) } }

    /// The kernel's number, which is its taker's to close.
    consuming func release() -> Int32 {
        let descriptor = raw
        raw = -1
        return descriptor
    }

    /// Closes the file and reports what the kernel could not write.
    public consuming func close() throws(PlatformError) {
        let descriptor = raw
        raw = -1
        // Not retried: Linux has closed it even when a signal came.
        if Glibc.close(descriptor) != 0 && errno != EINTR {
            throw .system(attempted: "close", subject: path, code: errno)
        }
    }

    /// Writes all the bytes at the file's position (its end, in `append`).
    public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(PlatformError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = retrying { Glibc.write(raw, rest.baseAddress, rest.count) }
            if count < 0 { throw .system(attempted: "write to", subject: path, code: errno) }
            done += count
        }
    }

    /// Writes all the bytes at the file's position.
    public borrowing func write(_ bytes: [UInt8]) throws(PlatformError) {
        try bytes.withUnsafeBufferPointer { buffer throws(PlatformError) in
            try write(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads at the file's position until `buffer` is full or the file ends.
    ///
    /// - Returns: how many bytes were read; fewer than asked only at the end.
    public borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(PlatformError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = retrying { Glibc.read(raw, rest.baseAddress, rest.count) }
            if count < 0 { throw .system(attempted: "read", subject: path, code: errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads exactly `buffer.count` bytes from `offset`, leaving the position alone.
    public borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(PlatformError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = retrying { pread(raw, rest.baseAddress, rest.count, off_t(offset + done)) }
            if count < 0 { throw .system(attempted: "read", subject: path, code: errno) }
            if count == 0 { throw .endOfFile(path: path, expected: buffer.count, found: done) }
            done += count
        }
    }

    /// Moves the position to `offset` from the start.
    public borrowing func seek(to offset: Int) throws(PlatformError) {
        if lseek(raw, off_t(offset), SEEK_SET) < 0 {
            throw .system(attempted: "seek in", subject: path, code: errno)
        }
    }

    /// The file's size in bytes.
    public borrowing func byteCount() throws(PlatformError) -> Int {
        var status = stat()
        if fstat(raw, &status) != 0 {
            throw .system(attempted: "look at", subject: path, code: errno)
        }
        return Int(status.st_size)
    }

    /// The file's permission bits, as `chmod` takes them, and the number of the user whose it is.
    public borrowing func permissions() throws(PlatformError) -> (mode: UInt32, owner: UInt32) {
        var status = stat()
        if fstat(raw, &status) != 0 {
            throw .system(attempted: "look at", subject: path, code: errno)
        }
        return (UInt32(status.st_mode) & 0o7777, status.st_uid)
    }

    /// Cuts the file (or fills it with zeros) to `byteCount`.
    public borrowing func truncate(to byteCount: Int) throws(PlatformError) {
        if retrying({ Int(ftruncate(raw, off_t(byteCount))) }) != 0 {
            throw .system(attempted: "truncate", subject: path, code: errno)
        }
    }

    /// Returns when content and metadata are on the disk.
    public borrowing func sync() throws(PlatformError) {
        if retrying({ Int(fsync(raw)) }) != 0 {
            throw .system(attempted: "sync", subject: path, code: errno)
        }
    }

    /// Returns when the content, and the size it needs, are on the disk.
    public borrowing func syncData() throws(PlatformError) {
        if retrying({ Int(fdatasync(raw)) }) != 0 {
            throw .system(attempted: "sync", subject: path, code: errno)
        }
    }

    /// Takes an exclusive advisory lock, or returns false when another process has it.
    ///
    /// Released when the file is closed.
    public borrowing func tryLock() throws(PlatformError) -> Bool {
        if retrying({ Int(flock(raw, LOCK_EX | LOCK_NB)) }) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw .system(attempted: "lock", subject: path, code: errno)
    }

    /// Tries the lock of a file of this program's, and gives it back at once: true where another process has it.
    ///
    /// False for a file that cannot be opened. Who asks for the lock in that moment is refused.
    public static func probeLock(of path: String) -> Bool {
        do throws(PlatformError) {
            let file = try FileDescriptor(opening: path, .record)
            return try !file.tryLock()
        } catch { return false }
    }
}

/// Calls again as long as a signal interrupted: the one place that decides what EINTR means.
func retrying<Result: BinaryInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
