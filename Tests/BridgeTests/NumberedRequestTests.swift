import Embodiment
import Platform
import Synchronization
import Testing

@testable import Bridge

/// A bridge's end that answers as a test says, one request at a time.
private final class ScriptedBridge {
    let server: BridgeServer
    private let thread: HoneThread

    /// - Parameters:
    ///   - count: requests until it is over.
    ///   - answer: called with each of them and its place.
    init(
        _ name: String, isLockstep: Bool = false, version: Int = 2, requests count: Int,
        answer: @escaping @Sendable (BridgeServer, AgentMessage, Asker, Int) throws -> Void
    ) throws {
        let server = try BridgeServer(
            address: makeAddress(name),
            description: makeDescription(isLockstep: isLockstep, version: version))
        self.server = server
        thread = try HoneThread.start(name: "scripted") {
            var place = 0
            while place < count, let request = try? server.poll(timeout: patience) {
                guard case .message(let message, let asker) = request else { continue }
                if case .hello(let hello) = message {
                    _ = try? server.describe(to: asker, answering: hello)
                    continue
                }
                try? answer(server, message, asker, place)
                place += 1
            }
        }
    }

    deinit { thread.join() }
}

@Suite("Numbered requests", .serialized)
struct NumberedRequestTests {
    private func reset(_ client: BridgeClient, _ episode: UInt32, looks: Int = .max) throws
        -> Duration
    {
        var seen = 0
        return try client.reset(
            ResetRequest(
                session: 7, epoch: 1, episode: episode, seed: 5, purpose: .training,
                wantsOperator: false), timeout: patience
        ) { _ in
            seen += 1
            return seen < looks
        }
    }

    @Test(
        "an answer to a reset that was given up is not taken for the next one's, even of one name")
    func givenUp() throws {
        let bridge = try ScriptedBridge("numbered", requests: 4) { server, _, asker, place in
            let former = Asker(asker.peer, id: asker.id.map { $0 - 1 })
            switch place {
            case 1:
                // The late answers have the same episode and the same type as those that are awaited.
                try server.reply(.ready(episode: 1, durationSeconds: 8), to: former)
                try server.reply(.ready(episode: 1, durationSeconds: 0.75), to: asker)
            case 3:
                try server.refuse(.fault, "the one before", to: former)
                try server.refuse(.state, "this one", to: asker)
            default: break
            }
        }
        let client = try BridgeClient(address: bridge.server.address)
        #expect(try client.hello(timeout: patience).version == 2)
        for place in 0..<2 {
            #expect(throws: BridgeError.cancelled(attempted: "reset the scene")) {
                _ = try reset(client, 1, looks: 20)
            }
            if place == 0 { #expect(try reset(client, 1) == .milliseconds(750)) }
        }
        let clock = SystemClock()
        let began = clock.now
        let refused = BridgeError.refused(
            attempted: "reset the scene", code: .state, message: "this one")
        #expect(throws: refused) { _ = try reset(client, 1) }
        #expect(clock.now - began < patience / 2, "there is nothing to be in doubt about")
        #expect(client.statistics.unexpected == 2)
    }

    @Test("a late answer that comes among the samples is passed over, an error too")
    func late() throws {
        let isGivenUp = SimpleBridge.Flag()
        let bridge = try ScriptedBridge("late-answer", requests: 1) { server, _, asker, _ in
            while !isGivenUp.value.load(ordering: .relaxed) {
                SystemClock().sleep(for: .milliseconds(1))
            }
            try server.refuse(.fault, "too late", to: asker)
            try server.send(SensorSample(axes: 2, features: 1), to: asker.peer)
        }
        let client = try BridgeClient(address: bridge.server.address)
        try client.hello(timeout: patience)
        #expect(throws: BridgeError.cancelled(attempted: "reset the scene")) {
            _ = try reset(client, 1, looks: 1)
        }
        isGivenUp.value.store(true, ordering: .relaxed)
        var sample = SensorSample(axes: 2, features: 1)
        #expect(try client.receive(into: &sample, timeout: patience) == .sample)
        #expect(client.statistics.unexpected == 1)
    }

    @Test(
        "an error about a command is not the answer to a request, and is not lost",
        arguments: [true, false])
    func ofCommand(isLockstep: Bool) throws {
        let bridge = try ScriptedBridge("of-command", isLockstep: isLockstep, requests: 2) {
            server, message, asker, _ in
            if case .start(_, let epoch, _, _, _, _) = message {
                try server.refuse(.session, "a command of the epoch before", to: asker.peer)
                try server.reply(.started(epoch: epoch), to: asker)
            } else {
                try server.refuse(.state, "beyond a limit", to: asker.peer)
                try server.reply(.stopped, to: asker)
            }
        }
        let client = try BridgeClient(address: bridge.server.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        var sample = SensorSample(axes: 2, features: 1)
        #expect(
            try client.receive(into: &sample, timeout: .milliseconds(5)) == .nothing,
            "it was about an epoch that is over")
        try client.stop(.test, reason: "test", timeout: patience)
        let refused = BridgeError.refused(
            attempted: "continue to command", code: .state, message: "beyond a limit")
        #expect(throws: refused) {
            _ = try client.receive(into: &sample, timeout: .milliseconds(5))
        }
    }

    @Test("a stop needs no greeting, in either version", arguments: [1, 2])
    func stop(version: Int) throws {
        let bridge = try ScriptedBridge("stop-\(version)", version: version, requests: 2) {
            server, message, asker, _ in
            guard case .stop(.person, "pressed") = message else { return }
            try server.reply(.stopped, to: asker)
        }
        let client = try BridgeClient(address: bridge.server.address)
        try client.stop(.person, reason: "pressed", timeout: patience)
        try client.hello(timeout: patience)
        try client.stop(.person, reason: "pressed", timeout: patience)
        #expect(client.statistics.unexpected == 0)
    }

    @Test("an older bridge that took the place of a newer one is heard")
    func older() throws {
        let address = makeAddress("older")
        var newer: SimpleBridge? = try SimpleBridge(address: address)
        let client = try BridgeClient(address: address)
        #expect(try client.hello(timeout: patience).version == 2)
        newer?.end()
        newer = nil
        let older = try SimpleBridge(
            address: address, description: makeDescription(version: 1))
        defer { older.end() }
        var version: Int?
        let clock = SystemClock()
        let deadline = clock.now + patience
        while version == nil, clock.now < deadline {
            try? client.stop(.test, reason: "whoever is there", timeout: .milliseconds(200))
            version = (try? client.hello(timeout: .milliseconds(200)))?.version
        }
        #expect(version == 1)
        try client.start(session: 7, epoch: 1, timeout: patience)
        #expect(try EndpointTests.reset(client) == .milliseconds(1500))
        try EndpointTests.exchange(client, frames: 50)
        try client.release(session: 7, epoch: 1, timeout: patience)
    }

    @Test("a whole session with a bridge of version 1 and one of version 2", arguments: [1, 2])
    func session(version: Int) throws {
        let bridge = try SimpleBridge(
            address: makeAddress("session-\(version)"),
            description: makeDescription(version: version))
        defer { bridge.end() }
        let client = try BridgeClient(address: bridge.address)
        let found = try client.hello(timeout: patience)
        #expect(found == makeDescription(version: version))
        #expect(found.robotID == "test-arm/t-1")
        try client.start(session: 7, epoch: 1, timeout: patience)
        #expect(try EndpointTests.reset(client) == .milliseconds(1500))
        try EndpointTests.exchange(client, frames: 50)
        try client.stop(.test, reason: "the test is over", timeout: patience)
        try client.release(session: 7, epoch: 1, timeout: patience)
        #expect(client.statistics.unexpected == 0 && client.statistics.rejected == 0)
    }

    @Test("a bridge of version 2 answers an agent of version 1 as one of version 1 would")
    func olderAgent() throws {
        let bridge = try SimpleBridge(address: makeAddress("older-agent"))
        defer { bridge.end() }
        let agent = try BridgeProbe(address: bridge.address)
        func ask(_ text: String) throws -> BridgeProbe.Event? {
            try agent.send(parts: [Array(text.utf8)])
            return try agent.next(within: patience)?.event
        }
        let described = try ask(
            #"{"type":"hello","protocol":"hone-bridge","version":1,"agent":"hone 0.1"}"#)
        #expect(described == .message(.describe(makeDescription(version: 1)), id: nil))
        let started = try ask(
            #"{"type":"start","session":"0000000000000007","epoch":1}"#)
        #expect(started == .message(.started(epoch: 1), id: nil))
        #expect(
            try ask(#"{"type":"stop","reason":"operator pressed stop"}"#)
                == .message(.stopped, id: nil))
        guard case .message(.error(.malformed, _), nil)? = try ask(#"{"type":"dance"}"#) else {
            Issue.record("nonsense is not refused")
            return
        }
        // A message that cannot be read otherwise may still have its number.
        guard case .message(.error(.malformed, _), 9)? = try ask(#"{"type":"dance","id":9}"#)
        else {
            Issue.record("the number is lost")
            return
        }
    }
}
