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

@Suite("LocalPeers")
struct LocalPeersTests {
    private let folder: String
    private let peers: LocalPeers

    init() throws {
        folder = "/tmp/hone-peers-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(folder)
        peers = LocalPeers(try LocalListener(at: folder + "/control"))
    }

    private func connect() throws -> LocalSocket { try LocalSocket.connect(folder + "/control") }

    private func clean() { try? FileManager.default.removeItem(atPath: folder) }

    @Test("In a turn each is heard, of who says much eight messages, and answers go to who asked")
    func turns() throws {
        defer { clean() }
        let (much, little, silent) = (try connect(), try connect(), try connect())
        for number in 0..<20 as Range<UInt8> { try much.send([1, number]) }
        try little.send([2])
        let first = try peers.receive(timeout: .seconds(1))
        #expect(first.count { $0.bytes[0] == 1 } == LocalPeers.messagesATurn)
        #expect(first.count { $0.bytes[0] == 2 } == 1)
        #expect(first.allSatisfy { $0.process == getpid() })
        let second = try peers.receive(timeout: .seconds(1))
        #expect(second.map(\.bytes) == (8..<16).map { [1, $0] })
        let speaker = try #require(second.first?.peer)
        #expect(try peers.receive(timeout: .zero, passingOver: [speaker]).isEmpty)
        #expect(try peers.receive(timeout: .seconds(1)).count == 4)
        let other = try #require(first.first { $0.bytes[0] == 2 }?.peer)
        peers.send([7], to: other)
        #expect(try little.receive(timeout: .seconds(1)) == [7])
        #expect(try much.receive(timeout: .zero) == nil && silent.receive(timeout: .zero) == nil)
    }

    @Test("Who does not read is let go, and sending never waits")
    func notReading() throws {
        defer { clean() }
        let peer = try connect()
        try peer.send([1])
        let number = try #require(try peers.receive(timeout: .seconds(1)).first?.peer)
        let clock = SystemClock()
        let began = clock.now
        for _ in 0..<10_000 { peers.send(Array(repeating: 0, count: 1000), to: number) }
        #expect(clock.now - began < .seconds(2))
        // What was sent is there, and then the end.
        while try peer.receive(timeout: .milliseconds(1)) != nil {}
        #expect(throws: PlatformError.self) { try peer.send([2]) }
    }

    @Test("Too many: of the program that has most the one that has been silent longest makes room")
    func bound() throws {
        defer { clean() }
        let speaker = try connect()
        var silent: [LocalSocket] = []
        for _ in 0..<LocalPeers.most - 1 {
            silent.append(try connect())
            _ = try peers.receive(timeout: .seconds(1))
        }
        try speaker.send([1])
        #expect(try peers.receive(timeout: .seconds(1)).count == 1)
        let newcomer = try connect()
        try newcomer.send([2])
        #expect(try peers.receive(timeout: .seconds(1)).map(\.bytes) == [[2]])
        #expect(throws: PlatformError.self) { try silent[0].send([3]) }
        try silent[1].send([4])
        try speaker.send([5])
        #expect(Set(try peers.receive(timeout: .seconds(1)).map(\.bytes)) == [[4], [5]])
    }
}
