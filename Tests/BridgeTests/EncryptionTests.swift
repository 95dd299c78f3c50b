import Embodiment
import Foundation
import Platform
import Synchronization
import Testing

@testable import Bridge

/// The two sides of an encrypted connection, who know each other.
struct KnownPair {
    let bridge: BridgeKeys
    let agent: AgentKeys

    init() throws {
        let (own, other) = (try KeyPair.generate(), try KeyPair.generate())
        var allowed = AllowList()
        allowed.allow(other.publicKey)
        bridge = BridgeKeys(own: own, allowed: allowed)
        agent = AgentKeys(own: other, bridge: own.publicKey)
    }

    /// An agent that knows the bridge and is not known to it.
    func stranger() throws -> AgentKeys {
        AgentKeys(own: try KeyPair.generate(), bridge: agent.bridge)
    }
}

@Suite("Encrypted connections", .serialized)
struct EncryptionTests {
    /// Where an agent on this machine finds a bridge that listens on all of its addresses.
    static func reachable(_ address: String) -> String {
        address.replacingOccurrences(of: "0.0.0.0", with: "127.0.0.1")
    }

    @Test(
        "who knows each other goes through a session, on any address",
        arguments: [makeAddress("encrypted"), "tcp://127.0.0.1:*", "tcp://0.0.0.0:*"])
    func session(address: String) throws {
        let keys = try KnownPair()
        let bridge = try SimpleBridge(address: address, keys: keys.bridge)
        defer { bridge.end() }
        let client = try BridgeClient(
            address: Self.reachable(bridge.address), keys: keys.agent)
        #expect(try client.hello(timeout: patience) == makeDescription())
        try client.proveGuarded(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        _ = try EndpointTests.reset(client)
        try EndpointTests.exchange(client, frames: 200)
        try client.release(session: 7, epoch: 1, timeout: patience)
        bridge.end()
        #expect(bridge.server.refusedConnections >= 1, "the proof's own key")
    }

    @Test("an unknown key, no key, and another bridge's key are refused, each in words")
    func strangers() throws {
        let keys = try KnownPair()
        let bridge = try SimpleBridge(address: makeAddress("strangers"), keys: keys.bridge)
        defer { bridge.end() }
        let stranger = try keys.stranger()
        #expect(
            throws: BridgeError.keyRefused(address: bridge.address, key: stranger.own.publicKey)
        ) { try BridgeClient(address: bridge.address, keys: stranger).hello(timeout: patience) }
        #expect(throws: BridgeError.brokenOff(address: bridge.address, key: nil)) {
            try BridgeClient(address: bridge.address).hello(timeout: .seconds(2))
        }
        let other = try KeyPair.generate().publicKey
        #expect(throws: BridgeError.brokenOff(address: bridge.address, key: other)) {
            try BridgeClient(
                address: bridge.address, keys: AgentKeys(own: keys.agent.own, bridge: other)
            ).hello(timeout: .seconds(2))
        }
        // Whoever is on the list is served all the while.
        try BridgeClient(address: bridge.address, keys: keys.agent).hello(timeout: patience)
        bridge.end()
        #expect(bridge.server.refusedConnections >= 1)
    }

    @Test("a bridge without encryption is not taken for one with it")
    func plainBridge() throws {
        let bridge = try SimpleBridge(address: makeAddress("plain"))
        defer { bridge.end() }
        let keys = try KnownPair().agent
        #expect(throws: BridgeError.brokenOff(address: bridge.address, key: keys.bridge)) {
            try BridgeClient(address: bridge.address, keys: keys).hello(timeout: .seconds(2))
        }
    }

    @Test("a bridge that admits anybody is found out, one with a list is not accused")
    func openBridge() throws {
        let keys = try KnownPair()
        let open = try SimpleBridge(
            address: makeAddress("open"),
            keys: BridgeKeys(own: keys.bridge.own, admits: { _ in true }))
        defer { open.end() }
        let client = try BridgeClient(address: open.address, keys: keys.agent)
        try client.hello(timeout: patience)
        #expect(throws: BridgeError.admitsAnybody(address: open.address)) {
            try client.proveGuarded(timeout: patience)
        }
        let shut = try SimpleBridge(address: makeAddress("shut"), keys: keys.bridge)
        defer { shut.end() }
        try DoorTest.tryUnknownKey(at: shut.address, of: keys.agent.bridge, timeout: patience)
        try DoorTest.tryWithoutKey(at: shut.address, timeout: patience)
        // Without encryption there is nothing to prove, and nobody to be found.
        let plain = try SimpleBridge(address: makeAddress("unguarded"))
        defer { plain.end() }
        #expect(throws: BridgeError.admitsAnybody(address: plain.address)) {
            try DoorTest.tryWithoutKey(at: plain.address, timeout: patience)
        }
        let nobody = makeAddress("nobody-there")
        let error = #expect(throws: BridgeError.self) {
            try DoorTest.tryUnknownKey(
                at: nobody, of: keys.agent.bridge, timeout: .milliseconds(100))
        }
        #expect("\(error!)".contains("could not try the list of keys at \(nobody)"))
    }

    /// Full count: HONE_KEY_TRIALS=100000.
    @Test("of random keys none is ever admitted")
    func randomKeys() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["HONE_KEY_TRIALS"].flatMap { Int($0) } ?? 100
        let keys = try KnownPair()
        let bridge = try SimpleBridge(address: makeAddress("random-keys"), keys: keys.bridge)
        defer { bridge.end() }
        for _ in 0..<count {
            try DoorTest.tryUnknownKey(
                at: bridge.address, of: keys.agent.bridge, timeout: patience)
        }
        try BridgeClient(address: bridge.address, keys: keys.agent).hello(timeout: patience)
        bridge.end()
        #expect(bridge.server.refusedConnections >= UInt64(count))
    }

    @Test("a flood of samples does not hold up whoever takes the newest")
    func flood() throws {
        let server = try BridgeServer(
            address: makeAddress("flood"), description: makeDescription(isLockstep: false))
        let client = try BridgeClient(address: server.address)
        let flags = SimpleBridge.Flag()
        let bridge = try HoneThread.start(name: "flood") {
            guard case .message(.hello(let hello), let asker)? = try? server.poll(timeout: patience)
            else {
                return
            }
            _ = try? server.describe(to: asker, answering: hello)
            var sample = SensorSample(axes: 2, features: 1)
            while !flags.value.load(ordering: .relaxed) {
                sample.sequence += 1
                _ = try? server.send(sample, to: asker.peer)
            }
        }
        try client.hello(timeout: patience)
        var sample = SensorSample(axes: 2, features: 1)
        for _ in 0..<50 {
            let before = client.statistics.accepted
            #expect(try client.receive(into: &sample, timeout: patience) == .sample)
            #expect(client.statistics.accepted - before <= UInt64(BridgeClient.patience))
        }
        flags.value.store(true, ordering: .relaxed)
        bridge.join()
    }
}
