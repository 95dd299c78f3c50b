import Glibc
import Platform
import Testing

@Suite("The place of a local socket")
struct LocalPlaceTests {
    /// A socket of a kind at a path, listening or, without, as a killed program leaves it.
    private func bound(_ path: String, kind: __socket_type, listens: Bool) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(kind.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(descriptor >= 0 && bound == 0)
        if listens { try #require(listen(descriptor, 1) == 0) }
        return descriptor
    }

    @Test("What is no socket stays as it is, to the byte", arguments: ["file", "folder", "link"])
    func precious(kind: String) throws {
        try withDirectory { directory in
            let (path, target) = ("\(directory)/keep.yaml", "\(directory)/target")
            let content = Array("precious\n".utf8)
            switch kind {
            case "file": try Files.replace(path, with: content)
            case "folder": try Files.makeDirectories(path)
            default:
                try Files.replace(target, with: content)
                #expect(symlink(target, path) == 0)
            }
            #expect(throws: PlatformError.self) { try LocalPlace.clear(path) }
            #expect(throws: PlatformError.self) { try LocalPlace.check(path) }
            let error = #expect(throws: PlatformError.self) { try LocalListener(at: path) }
            #expect(
                error?.description.contains("stays as it is") == true,
                "\(String(describing: error))")
            if kind == "folder" {
                #expect(Files.isDirectory(path))
            } else {
                #expect(try Files.read(path, limit: 100) == content)
                #expect(throws: PlatformError.self) { try LocalPlace.checkConnectable(path) }
            }
        }
    }

    @Test(
        "A socket at which a program listens stays its own, whatever kind it is",
        arguments: [SOCK_STREAM, SOCK_SEQPACKET])
    func inUse(kind: __socket_type) throws {
        try withDirectory { directory in
            let path = "\(directory)/robot"
            let other = try bound(path, kind: kind, listens: true)
            defer { close(other) }
            // With a full queue, too.
            for _ in 0..<4 {
                #expect(throws: PlatformError.listened(path: path)) { try LocalPlace.clear(path) }
            }
            #expect(throws: PlatformError.listened(path: path)) { try LocalListener(at: path) }
            #expect(Files.exists(path))
            try LocalPlace.checkConnectable(path)
        }
    }

    @Test("What a dead program left is taken away, and nothing where nothing is")
    func dead() throws {
        try withDirectory { directory in
            let path = "\(directory)/robot"
            try LocalPlace.clear(path)
            close(try bound(path, kind: SOCK_STREAM, listens: true))
            try LocalPlace.check(path)
            #expect(Files.exists(path))
            try LocalPlace.clear(path)
            #expect(!Files.exists(path))
        }
    }

    @Test("A listener that ends leaves what somebody else has put in its place")
    func replaced() throws {
        try withDirectory { directory in
            let path = "\(directory)/control"
            do {
                let listener = try LocalListener(at: path)
                try Files.remove(path)
                try Files.replace(path, with: [1])
                withExtendedLifetime(listener) {}
            }
            #expect(try Files.read(path, limit: 10) == [1])
        }
    }
}
