import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#endif

/// A directory of its own for one test, removed afterwards.
func withDirectory(_ body: (String) throws -> Void) throws {
    var template = Array(("/tmp/hone-platform-" + String(repeating: "X", count: 6)).utf8CString)
    _ = try #require(mkdtemp(&template))
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer {
        for entry in (try? Files.list(path)) ?? [] { try? Files.remove("\(path)/\(entry.name)") }
        rmdir(path)
    }
    try body(path)
}

@Suite("Files")
struct FilesTests {
    @Test("replace a file as a whole and leave nothing aside")
    func replace() throws {
        try withDirectory { directory in
            let path = "\(directory)/weights"
            for size in [0, 1, 4095, 4096, 4097, 100_000] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                try Files.replace(path, with: bytes)
                #expect(try Files.read(path, limit: size) == bytes)
                if size > 0 {
                    #expect(
                        throws: PlatformError.fileTooLarge(
                            path: path, byteCount: size, limit: size - 1)
                    ) { try Files.read(path, limit: size - 1) }
                }
            }
            let entries = try Files.list(directory)
            #expect(
                entries == [DirectoryEntry(name: "weights", isDirectory: false, byteCount: 100_000)]
            )
        }
    }

    @Test("replace a file with the beginning of another, or of itself")
    func replaceWithBeginning() throws {
        try withDirectory { directory in
            let (path, copy) = ("\(directory)/log", "\(directory)/copy")
            let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            try Files.replace(path, with: bytes)
            for count in [0, 1, 1 << 20, (1 << 20) + 1, bytes.count] {
                try Files.replace(copy, withFirst: count, of: path)
                #expect(try Files.read(copy, limit: bytes.count) == Array(bytes[..<count]))
            }
            #expect(throws: PlatformError.self) {
                try Files.replace(copy, withFirst: bytes.count + 1, of: path)
            }
            #expect(try Files.read(copy, limit: bytes.count) == bytes)
            try Files.replace(path, withFirst: 17, of: path)
            #expect(try Files.read(path, limit: 17) == Array(bytes[..<17]))
            #expect(try Files.list(directory).map(\.name) == ["copy", "log"])
        }
    }

    @Test("find the first number that nothing is at")
    func firstFree() throws {
        try withDirectory { directory in
            for number in [1, 2, 4] { try Files.replace("\(directory)/cut-\(number)", with: []) }
            #expect(Files.firstFree { "\(directory)/cut-\($0)" } == "\(directory)/cut-3")
            #expect(Files.firstFree { "\(directory)/copy-\($0)" } == "\(directory)/copy-1")
        }
    }

    @Test("know what a killed process left aside, and nothing else")
    func aside() {
        #expect(Files.isAside("000012.safetensors.new-4711"))
        for name in ["000012.safetensors", "a.new-", "a.new-1b", "new-12", "a.new-12.mcap"] {
            #expect(!Files.isAside(name), "\(name)")
        }
    }

    @Test("read files that hide their size, within the limit")
    func procFile() throws {
        #expect(try Files.read("/proc/self/stat", limit: 10_000).count > 20)
        #expect(throws: PlatformError.self) { try Files.read("/proc/self/stat", limit: 10) }
    }

    @Test("refuse what would never end or never begin: a pipe, a device", .timeLimit(.minutes(5)))
    func noFiles() throws {
        try withDirectory { directory in
            let pipe = directory + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(throws: PlatformError.notAFile(path: pipe, what: "a pipe")) {
                try Files.read(pipe, limit: 8)
            }
        }
        for device in ["/dev/zero", "/dev/null"] {
            #expect(throws: PlatformError.notAFile(path: device, what: "a device")) {
                try Files.read(device, limit: 8)
            }
        }
        #expect(
            "\(PlatformError.notAFile(path: "/dev/zero", what: "a device"))".contains("name a file")
        )
    }

    @Test("name what was attempted when something is missing")
    func missing() {
        let error = #expect(throws: PlatformError.self) {
            try Files.read("/nonexistent/file", limit: 10)
        }
        #expect(
            error
                == .system(attempted: "open", subject: "/nonexistent/file", code: ENOENT))
        #expect("\(error!)".contains("could not open /nonexistent/file: No such file"))
        #expect(throws: PlatformError.self) { try Files.makeDirectories("/dev/null/x") }
        #expect(throws: PlatformError.self) { try Files.list("/nonexistent") }
    }

    @Test("a descriptor appends, reads in place, truncates and locks")
    func descriptor() throws {
        try withDirectory { directory in
            let path = "\(directory)/log"
            for part in 0..<3 {
                let file = try FileDescriptor(opening: path, .append)
                try file.write([UInt8](repeating: UInt8(part), count: 1000))
                try file.syncData()
                try file.close()
            }
            let file = try FileDescriptor(opening: path, .update)
            #expect(try file.byteCount() == 3000)
            var two = [UInt8](repeating: 9, count: 2)
            try two.withUnsafeMutableBytes { try file.read(into: $0, at: 999) }
            #expect(two == [0, 1])
            #expect(throws: PlatformError.endOfFile(path: path, expected: 2, found: 1)) {
                try two.withUnsafeMutableBytes { try file.read(into: $0, at: 2999) }
            }
            try file.truncate(to: 10)
            #expect(try file.byteCount() == 10)
            #expect(try file.tryLock())
            let other = try FileDescriptor(opening: path, .read)
            #expect(try !other.tryLock())
            #expect(throws: PlatformError.self) { _ = try FileDescriptor(opening: path, .create) }
        }
    }
}
