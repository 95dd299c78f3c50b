import Glibc
import Platform
import Testing

@Suite("SharedMemory")
struct SharedMemoryTests {
    private let folder: String

    init() throws {
        folder = "/tmp/hone-shared-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(folder)
    }

    private func clean() {
        for entry in (try? Files.list(folder)) ?? [] { unlink("\(folder)/\(entry.name)") }
        rmdir(folder)
    }

    @Test("What is stored is in the file at once, found by its name, and locked while it is used")
    func stored() throws {
        defer { clean() }
        let name = folder + "/session.ring"
        for disk in [SharedMemory.memoryDisk, folder + "/no-such-disk"] {
            var memory: SharedMemory? = try SharedMemory(for: name, byteCount: 10_000, on: disk)
            let path = try #require(memory?.path)
            #expect(!Files.exists(name), "nobody finds it before it is published")
            memory?.bytes.storeBytes(of: 0x1234_5678, toByteOffset: 9_000, as: UInt32.self)
            try memory?.publish()
            let isLinked = disk == SharedMemory.memoryDisk && Files.isDirectory(disk)
            #expect((SharedMemory.target(of: name) == path) == isLinked)
            let bytes = try Files.read(name, limit: 1 << 20)
            #expect(bytes.count == 10_000)
            #expect(
                bytes.withUnsafeBytes { $0.load(fromByteOffset: 9_000, as: UInt32.self) }
                    == 0x1234_5678)
            let other = try FileDescriptor(opening: name, .read)
            let isFree = try other.tryLock()
            memory = nil
            // A process that another test starts right now has a copy until it runs its own program.
            var isFreed = try other.tryLock()
            for _ in 0..<100 where !isFreed {
                SystemClock().sleep(for: .milliseconds(10))
                isFreed = try other.tryLock()
            }
            #expect(!isFree && isFreed, "locked as long as it is used")
            try SharedMemory.remove(name)
            #expect(!Files.exists(name) && !Files.exists(path))
        }
        #expect(try Files.list(folder).isEmpty)
    }

    @Test("Whoever is put beside the name, on a disk, is told so and why")
    func beside() throws {
        defer { clean() }
        let none = folder + "/no-such-disk"
        let aside = try SharedMemory(for: folder + "/session.ring", byteCount: 5000, on: none)
        let refusal = try #require(aside.refusal)
        #expect("\(refusal)".contains(none), "\(refusal)")
        #expect(aside.path.hasPrefix(folder + "/session.ring"))
        #expect(SharedMemory.refusal(byteCount: 5000, on: none) == refusal)
        try aside.remove()
        let files = try Files.list(folder).map(\.name)
        #expect(files.isEmpty, "\(files)")
        guard SharedMemory.refusal(byteCount: 5000) == nil else { return }
        let inMemory = try SharedMemory(for: folder + "/session.ring", byteCount: 5000)
        #expect(inMemory.refusal == nil)
        try inMemory.remove()
        // More than any memory disk has.
        let full = try #require(SharedMemory.refusal(byteCount: 1 << 50))
        #expect("\(full)".contains("make room for"), "\(full)")
        let ours = try Files.list(SharedMemory.memoryDisk).map(\.name)
        #expect(!ours.contains { $0.hasPrefix("hone-\(getpid())-") })
    }

    @Test("A name without its file is removed, and so is one that is there no longer")
    func dangling() throws {
        defer { clean() }
        let name = folder + "/session.ring"
        #expect(symlink("\(folder)/nothing", name) == 0)
        #expect(!Files.exists(name))
        try SharedMemory.remove(name)
        #expect(try Files.list(folder).isEmpty)
        try SharedMemory.remove(name)
    }

    @Test("Only old files of processes that are gone are left over")
    func leftovers() throws {
        defer { clean() }
        // Above the highest number that Linux gives a process.
        let gone = (1 << 22) + 1
        let now = time(nil)
        for name in [
            "hone-\(gone)-\(now - 100)-0", "hone-\(gone)-\(now)-1",
            "hone-\(getpid())-\(now - 100)-0",
            "hone-\(gone)-old-0", "hone-\(gone)-\(now - 100)-", "other-\(gone)-\(now - 100)-0",
        ] { try Files.replace("\(folder)/\(name)", with: []) }
        let found = SharedMemory.leftovers(olderThan: 50, on: folder)
        #expect(found == ["\(folder)/hone-\(gone)-\(now - 100)-0"])
    }

    @Test("A folder that is not there is an error that names it")
    func nowhere() throws {
        defer { clean() }
        #expect(throws: PlatformError.self) {
            try SharedMemory(for: folder + "/none/x", byteCount: 1, on: folder + "/no-disk")
        }
        let memory = try SharedMemory(for: folder + "/none/x", byteCount: 1)
        let path = memory.path
        #expect(throws: PlatformError.self) { try memory.publish() }
        try Files.remove(path)
    }
}
