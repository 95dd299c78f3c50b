import Embodiment
import Platform
import Testing

@testable import Bridge

#if canImport(Glibc)
    import Glibc
#endif

/// Whom an address without keys admits.
@Suite("Addresses without keys")
struct OpennessTests {
    @Test("An abstract name is refused with one line, by both sides")
    func abstract() throws {
        for address in ["ipc://@", "ipc://@robot", "ipc://@/run/robot"] {
            for attempt in [
                { _ = try BridgeServer(address: address, description: makeDescription()) },
                { _ = try BridgeClient(address: address) },
                { _ = try BridgeProbe(address: address) },
            ] as [() throws -> Void] {
                let error = #expect(throws: BridgeError.self) { try attempt() }
                let words = "\(try #require(error))"
                #expect(words.contains("a name after @ has no permissions"), "\(words)")
                #expect(!words.contains("\n"))
            }
        }
    }

    @Test("Any account reaches loopback TCP; a local socket, whom the modes let")
    func modes() throws {
        let words = try #require(Address.openness(of: "tcp://127.0.0.1:5555"))
        #expect(words.hasPrefix("any account of this machine can command this robot: tcp://"))
        #expect(Address.openness(of: "ipc://*") == nil)
        let folder = "/tmp/hone-open-\(getpid())"
        #expect(mkdir(folder, 0o700) == 0)
        defer { rmdir(folder) }
        let address = "ipc://\(folder)/robot"
        #expect(Address.openness(of: address) == nil, "nothing is there yet")
        let server = try BridgeServer(address: address, description: makeDescription())
        defer { unlink("\(folder)/robot") }
        let cases: [(socket: mode_t, folder: mode_t, begins: String?)] = [
            (0o777, 0o700, nil), (0o755, 0o755, nil), (0o700, 0o777, nil),
            (0o775, 0o755, "accounts of its group can"),
            (0o777, 0o750, "accounts of its group can"),
            (0o777, 0o755, "any account of this machine can"),
        ]
        for (socket, mode, begins) in cases {
            #expect(chmod("\(folder)/robot", socket) == 0 && chmod(folder, mode) == 0)
            let found = Address.openness(of: server.address)
            #expect(
                begins.map { found?.hasPrefix($0) == true } ?? (found == nil),
                "\(socket) in \(mode): \(found ?? "nobody")")
        }
        #expect(chmod(folder, 0o700) == 0)
    }

    @Test("A key check whose thread has ended admits nobody")
    func unchecked() throws {
        let keys = try KnownPair()
        let socket = try ZeroMQSocket(
            .router, address: makeAddress("unchecked"), protection: .bridge(keys.bridge))
        let address = try socket.boundAddress()
        let bridge = keys.bridge.own.publicKey
        try DoorTest.tryUnknownKey(at: address, of: bridge, timeout: .milliseconds(500))
        #expect(throws: BridgeError.admitsAnybody(address: address), "who is on the list") {
            try DoorTest.tryOpening(address, .agent(keys.agent), timeout: patience)
        }
        try #require(socket.authenticator).leave()
        // The first still finds somebody to ask, who then goes.
        for _ in 0..<3 {
            try DoorTest.tryUnknownKey(at: address, of: bridge, timeout: .milliseconds(500))
        }
        try DoorTest.tryOpening(address, .agent(keys.agent), timeout: .milliseconds(500))
    }
}
