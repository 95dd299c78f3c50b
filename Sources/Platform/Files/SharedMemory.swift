internal import Glibc

/// Memory that is a file's content at the same time: what is stored in it outlives the process, however that ends.
///
/// The file lies on the machine's memory disk, where storing never waits for a device, with a link to it at a durable
/// place; where there is no such disk or no room on it, at that place itself. Every page is there from the start, so that
/// a thread that must not wait finds it. Locked while this object lives: others see whether its process still runs.
public final class SharedMemory: @unchecked Sendable {
    // @unchecked Sendable: the address and the file never change; what the memory holds is its users' affair.

    /// Where Linux keeps its memory disk.
    public static let memoryDisk = "/dev/shm"
    private static let prefix = "hone-"

    /// The memory: zeros at first.
    public let bytes: UnsafeMutableRawBufferPointer
    /// Where it is found again, once it is published.
    public let name: String
    /// The file.
    public let path: String
    /// Why it is not on the memory disk but beside its name, where storing may wait for a device; nil where it is.
    public let refusal: PlatformError?
    private let file: FileDescriptor

    /// Makes a file of `byteCount` zeros and maps it; nobody finds it before `publish`.
    ///
    /// - Parameters:
    ///   - name: the path at which it will be found, in a folder that outlives the machine's next start.
    ///   - disk: a memory disk.
    public init(
        for name: String, byteCount: Int, on disk: String = memoryDisk
    ) throws(PlatformError) {
        precondition(byteCount > 0, "memory has a byte")
        let made = try Self.make(for: name, byteCount: byteCount, on: disk)
        self.name = name
        path = made.path
        refusal = made.refusal
        bytes = made.bytes
        file = made.file
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }

    /// Puts the memory at its name, in one step: whoever finds it finds all that was stored before.
    public func publish() throws(PlatformError) {
        if path.hasPrefix(name) {
            try Files.move(path, to: name)
        } else if symlink(path, name) != 0 {
            throw .system(attempted: "link \(path) as", subject: name, code: errno)
        }
    }

    /// Takes file and name away; the memory itself stays as long as this object.
    public func remove() throws(PlatformError) { try Self.remove(name, file: path) }

    /// Takes what `publish` put at `name` away: the file first, so that an interruption leaves a link to nothing.
    ///
    /// Of a link to anything else the link only.
    public static func remove(_ name: String) throws(PlatformError) {
        try remove(name, file: file(of: name) ?? name)
    }

    /// The file that holds the memory of a name: itself, or on the memory disk what it is a link to, there or not.
    ///
    /// Nil where it is something else: whoever can write at the name could lead readers anywhere.
    public static func file(of name: String, on disk: String = memoryDisk) -> String? {
        guard let target = target(of: name) else { return name }
        let place = disk + "/"
        guard target.hasPrefix(place), isOurs(target.dropFirst(place.count)) else { return nil }
        return target
    }

    /// Whether a file of the memory disk has a name as `make` gives: `hone-PROCESS-TIME-NUMBER`.
    private static func isOurs(_ name: Substring) -> Bool {
        let words = name.split(separator: "-", omittingEmptySubsequences: false)
        return name.hasPrefix(prefix) && words.count == 4
            && words.dropFirst().allSatisfy { word in
                !word.isEmpty && word.utf8.allSatisfy { (48...57).contains($0) }
            }
    }

    private static func remove(_ name: String, file: String) throws(PlatformError) {
        if file != name { try Files.remove(file) }
        try Files.remove(name)
    }

    /// The file that a name is a link to; nil when it is none.
    public static func target(of name: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let count = readlink(name, base, buffer.count - 1)
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Files of processes that are gone, made longer ago than `age` seconds.
    public static func leftovers(
        olderThan age: Int, on disk: String = memoryDisk
    ) -> [String] {
        let entries = (try? Files.list(disk)) ?? []
        return entries.compactMap { entry in
            let words = entry.name.split(separator: "-")
            guard isOurs(entry.name[...]), let process = Int32(words[1]),
                let made = Int(words[2]), time(nil) - made > age,
                kill(process, 0) != 0, errno == ESRCH
            else { return nil }
            return "\(disk)/\(entry.name)"
        }
    }

    /// Why a memory disk would not take so many bytes; nil where it would.
    ///
    /// Takes them for a moment.
    public static func refusal(byteCount: Int, on disk: String = memoryDisk) -> PlatformError? {
        do throws(PlatformError) {
            let made = try makeInMemory(byteCount: byteCount, on: disk)
            munmap(made.bytes.baseAddress, made.bytes.count)
            unlink(made.path)
            return nil
        } catch { return error }
    }

    private struct Made: ~Copyable {
        var refusal: PlatformError?
        var file: FileDescriptor
        var path: String
        var bytes: UnsafeMutableRawBufferPointer
    }

    private static func make(
        for name: String, byteCount: Int, on disk: String
    ) throws(PlatformError) -> Made {
        let refusal: PlatformError
        do throws(PlatformError) {
            return try makeInMemory(byteCount: byteCount, on: disk)
        } catch { refusal = error }
        var made = try map(Files.aside(name), byteCount: byteCount)
        made.refusal = refusal
        return made
    }

    private static func makeInMemory(
        byteCount: Int, on disk: String
    ) throws(PlatformError) -> Made {
        guard Files.isDirectory(disk) else {
            throw .system(attempted: "use the memory disk", subject: disk, code: ENOTDIR)
        }
        // The time tells files of processes apart that had the same number.
        for number in 0..<100 {
            let path = "\(disk)/\(prefix)\(getpid())-\(time(nil))-\(number)"
            if !Files.exists(path) { return try map(path, byteCount: byteCount) }
        }
        throw .system(attempted: "make another file in", subject: disk, code: EEXIST)
    }

    private static func map(_ path: String, byteCount: Int) throws(PlatformError) -> Made {
        let file = try FileDescriptor(opening: path, .create, permissions: 0o600)
        do throws(PlatformError) {
            _ = try file.tryLock()
            // All of it now: a memory disk that is full later would kill whoever stores.
            let error = posix_fallocate(file.raw, 0, off_t(byteCount))
            if error != 0 {
                throw .system(attempted: "make room for", subject: path, code: error)
            }
            let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0)
            guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else {
                throw .system(attempted: "map", subject: path, code: errno)
            }
            let bytes = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
            for page in stride(from: 0, to: byteCount, by: Int(getpagesize())) {
                bytes.storeBytes(of: 0, toByteOffset: page, as: UInt8.self)
            }
            return Made(refusal: nil, file: file, path: path, bytes: bytes)
        } catch {
            unlink(path)
            throw error
        }
    }
}
