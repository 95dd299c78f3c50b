import Foundation
import Platform
import Testing

@Suite("Local sockets")
struct LocalSocketTests {
    private func folder(_ name: String) throws -> String {
        let path = "/tmp/hone-local-\(getpid())-\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("Whole messages go both ways, however long the path is, and only the owner may connect")
    func conversation() throws {
        let top = try folder("talk")
        defer { try? FileManager.default.removeItem(atPath: top) }
        let deep = top + "/" + String(repeating: "d", count: 120)
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let path = deep + "/control"
        do {
            let listener = try LocalListener(at: path)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            #expect(try listener.accept(timeout: .zero) == nil)
            let client = try LocalSocket.connect(path)
            try client.send([1, 2, 3])
            try client.send(Array(repeating: 9, count: LocalSocket.longestMessage))
            let server = try #require(try listener.accept(timeout: .seconds(1)))
            #expect(server.user == geteuid())
            #expect(try server.receive(timeout: .seconds(1)) == [1, 2, 3])
            #expect(try server.receive(timeout: .seconds(1))?.count == LocalSocket.longestMessage)
            #expect(try server.receive(timeout: .zero) == nil)
            try server.send([4])
            #expect(try client.receive(timeout: .seconds(1)) == [4])
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A socket that a dead program left is replaced, one in use is not")
    func leftover() throws {
        let top = try folder("left")
        defer { try? FileManager.default.removeItem(atPath: top) }
        let path = top + "/control"
        do {
            // As a killed program leaves it: bound, and nobody behind it.
            let listener = try LocalListener(at: top + "/other")
            #expect(link(top + "/other", path) == 0)
            withExtendedLifetime(listener) {}
        }
        #expect(FileManager.default.fileExists(atPath: path))
        let listener = try LocalListener(at: path)
        #expect(throws: PlatformError.self) { try LocalListener(at: path) }
        _ = try LocalSocket.connect(path)
        withExtendedLifetime(listener) {}
    }

    @Test("The end of the other side is the end of the conversation")
    func end() throws {
        let top = try folder("end")
        defer { try? FileManager.default.removeItem(atPath: top) }
        let listener = try LocalListener(at: top + "/control")
        do {
            let client = try LocalSocket.connect(top + "/control")
            try client.send([7])
        }
        let server = try #require(try listener.accept(timeout: .seconds(1)))
        #expect(try server.receive(timeout: .seconds(1)) == [7])
        #expect(try server.receive(timeout: .seconds(1)) == nil)
        #expect(throws: PlatformError.self) { try server.send([8]) }
    }
}
