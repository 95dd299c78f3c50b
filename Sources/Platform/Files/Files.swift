internal import Glibc

/// Whole files and directories; any thread, blocking, not for the tick.
public enum Files {
    /// Reads a whole file of at most `limit` bytes.
    ///
    /// Never allocates more than `limit`, whatever the file claims to be.
    /// - Parameter mode: `record` for what this program has written, which no link may lead away from.
    public static func read(
        _ path: String, limit: Int, _ mode: FileDescriptor.Mode = .read
    ) throws(PlatformError) -> [UInt8] {
        try read(FileDescriptor(opening: path, mode), limit: limit)
    }

    /// Reads a whole file, with the permission bits and the owner of the very file that was read.
    public static func readWithMode(
        _ path: String, limit: Int
    ) throws(PlatformError) -> (bytes: [UInt8], mode: UInt32, owner: UInt32) {
        let file = try FileDescriptor(opening: path, .read)
        let (mode, owner) = try file.permissions()
        return (try read(file, limit: limit), mode, owner)
    }

    /// Reads all that is left of a file that is open, at most `limit` bytes.
    public static func read(
        _ file: borrowing FileDescriptor, limit: Int
    ) throws(PlatformError) -> [UInt8] {
        let path = file.path
        let expected = try file.byteCount()
        if expected > limit {
            throw .fileTooLarge(path: path, byteCount: expected, limit: limit)
        }
        // One byte more than expected, to notice a file that grows (or claims size 0, as in /proc).
        var room = min(limit, max(expected, 4096)) + 1
        var bytes: [UInt8] = []
        while true {
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: room))
            let count = try bytes.withUnsafeMutableBufferPointer { all throws(PlatformError) in
                let fresh = UnsafeMutableBufferPointer(rebasing: all[start...])
                return try file.read(into: UnsafeMutableRawBufferPointer(fresh))
            }
            bytes.removeLast(room - count)
            if count < room {
                if isGitLFSPointer(bytes) { throw .gitLFSPointer(path: path) }
                return bytes
            }
            if bytes.count > limit {
                throw .fileTooLarge(path: path, byteCount: bytes.count, limit: limit)
            }
            room = min(room * 2, limit + 1 - bytes.count)
        }
    }

    /// Whether content is what Git LFS leaves in the place of a file that was not fetched: a few lines of text.
    private static func isGitLFSPointer(_ bytes: [UInt8]) -> Bool {
        bytes.count < 1024 && bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
    }

    /// Replaces a file's content in one step that survives a crash at any point.
    ///
    /// Writes aside, syncs, renames over `path`, syncs the directory: a reader sees all of the old
    /// or all of the new. One writer per path at a time. A link at `path` is replaced itself.
    ///
    /// - Parameter isDurable: false leaves out both syncs: a killed process loses nothing, lost power may lose it,
    ///   until `synchronise`.
    public static func replace(
        _ path: String, with bytes: [UInt8], permissions: UInt32 = 0o600, isDurable: Bool = true
    ) throws(PlatformError) {
        try replace(path, permissions: permissions, isDurable: isDurable) {
            file throws(PlatformError) in try file.write(bytes)
        }
    }

    /// The same with the first bytes of another file, or of the same one: 1 MiB of them is in memory at a time.
    ///
    /// - Throws: `endOfFile` when `source` has fewer than `count`.
    public static func replace(
        _ path: String, withFirst count: Int, of source: String
    ) throws(PlatformError) {
        let from = try FileDescriptor(opening: source, .record)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        try replace(path, permissions: 0o600, isDurable: true) { file throws(PlatformError) in
            var done = 0
            while done < count {
                let some = UnsafeMutableRawBufferPointer(
                    rebasing: block[..<min(block.count, count - done)])
                try from.read(into: some, at: done)
                try file.write(UnsafeRawBufferPointer(some))
                done += some.count
            }
        }
    }

    private static func replace(
        _ path: String, permissions: UInt32, isDurable: Bool,
        _ write: (borrowing FileDescriptor) throws(PlatformError) -> Void
    ) throws(PlatformError) {
        let aside = aside(path)
        // A process that was killed had this one's number, or somebody has laid something in the way.
        var status = stat()
        if lstat(aside, &status) == 0 { try remove(aside) }
        do {
            let file = try FileDescriptor(opening: aside, .create, permissions: permissions)
            try write(file)
            if isDurable { try file.sync() }
            try file.close()
            try move(aside, to: path, isDurable: isDurable)
        } catch {
            unlink(aside)
            throw error
        }
    }

    /// Returns when a file and its name are on the disk.
    public static func synchronise(_ path: String) throws(PlatformError) {
        try FileDescriptor(opening: path, .read).sync()
        try syncDirectory(directory(of: path))
    }

    private static let asideMark = ".new-"

    /// Where this process writes what is to become `path`.
    static func aside(_ path: String) -> String { "\(path)\(asideMark)\(getpid())" }

    /// Whether a name is one that `replace` writes aside under: a killed process leaves it behind.
    public static func isAside(_ name: String) -> Bool {
        guard let mark = name.lastIndex(of: ".") else { return false }
        let tail = name[mark...]
        return tail.hasPrefix(asideMark) && Int32(tail.dropFirst(asideMark.count)) != nil
    }

    /// Renames a file, replacing `target`, and syncs the target's directory, unless that is not asked for.
    public static func move(
        _ path: String, to target: String, isDurable: Bool = true
    ) throws(PlatformError) {
        if rename(path, target) != 0 {
            throw .system(attempted: "rename \(path) to", subject: target, code: errno)
        }
        if isDurable { try syncDirectory(directory(of: target)) }
    }

    /// Returns when a directory's names are on the disk.
    public static func syncDirectory(_ path: String) throws(PlatformError) {
        try FileDescriptor(opening: path, .read).sync()
    }

    /// Makes a directory and those above it; existing ones are fine.
    public static func makeDirectories(
        _ path: String, permissions: UInt32 = 0o755
    ) throws(PlatformError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(made, mode_t(permissions)) != 0 && errno != EEXIST {
                throw .system(attempted: "make the directory", subject: made, code: errno)
            }
        }
        guard isDirectory(path) else {
            throw .system(attempted: "make the directory", subject: path, code: ENOTDIR)
        }
    }

    /// Makes one directory of this program's own, in one that exists; there may be one already.
    ///
    /// - Throws: `PlatformError.foreign` where a link or a file is in its place.
    public static func makeOwnDirectory(
        _ path: String, permissions: UInt32 = 0o700
    ) throws(PlatformError) {
        if mkdir(path, mode_t(permissions)) == 0 { return }
        guard errno == EEXIST else {
            throw .system(attempted: "make the directory", subject: path, code: errno)
        }
        try demandDirectory(path)
    }

    /// Refuses what is in the place of a directory of this program's own; nothing at all is fine.
    public static func demandDirectory(_ path: String) throws(PlatformError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT != S_IFDIR { throw .foreign(path: path) }
    }

    /// What is in a directory, sorted by name, without `.` and `..`.
    public static func list(_ path: String) throws(PlatformError) -> [DirectoryEntry] {
        guard let stream = opendir(path) else {
            throw .system(attempted: "list", subject: path, code: errno)
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                // The kernel ends every name with a zero byte inside d_name.
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." {
                var status = stat()
                // A name that vanished meanwhile is listed as an empty file.
                let isThere = lstat("\(path)/\(name)", &status) == 0
                entries.append(
                    DirectoryEntry(
                        name: name, isDirectory: isThere && status.st_mode & S_IFMT == S_IFDIR,
                        byteCount: isThere ? Int(status.st_size) : 0))
            }
            errno = 0
        }
        if errno != 0 { throw .system(attempted: "list", subject: path, code: errno) }
        return entries.sorted { $0.name < $1.name }
    }

    /// Whether something is at `path`.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Where a path leads that a person named: what a link in its last place leads to, else the path itself.
    ///
    /// - Throws: `PlatformError.system` where a link leads nowhere or in a ring.
    public static func resolved(_ path: String) throws(PlatformError) -> String {
        guard SharedMemory.target(of: path) != nil else { return path }
        guard let found = realpath(path, nil) else {
            throw .system(attempted: "follow the link", subject: path, code: errno)
        }
        defer { free(found) }
        return String(cString: found)
    }

    /// Whether two paths lead to one thing, a link in the last place being one itself.
    public static func isSame(_ path: String, _ other: String) -> Bool {
        var (one, two) = (stat(), stat())
        return lstat(path, &one) == 0 && lstat(other, &two) == 0 && one.st_dev == two.st_dev
            && one.st_ino == two.st_ino
    }

    /// The first of numbered paths, from 1, that nothing is at; somebody else may take it meanwhile.
    public static func firstFree(_ path: (Int) -> String) -> String {
        var number = 1
        while exists(path(number)) { number += 1 }
        return path(number)
    }

    /// Whether a directory is at `path`.
    public static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Removes a file; one that is missing is fine.
    public static func remove(_ path: String) throws(PlatformError) {
        if unlink(path) != 0 && errno != ENOENT {
            throw .system(attempted: "remove", subject: path, code: errno)
        }
    }

    /// The directory a path lies in.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
