import Embodiment
import Platform
import Testing

@testable import Bridge

#if canImport(Glibc)
    import Glibc
#endif

/// Long enough for a busy machine; nothing waits for it when all is well.
let patience = Duration.seconds(20)

@Suite("BridgeClient and BridgeServer", .serialized)
struct EndpointTests {
    static func reset(_ client: BridgeClient, _ episode: UInt32 = 1) throws -> Duration {
        try client.reset(
            ResetRequest(
                session: 7, epoch: 1, episode: episode, seed: 5, purpose: .training,
                wantsOperator: false), timeout: patience)
    }

    static func exchange(_ client: BridgeClient, frames: UInt64) throws {
        var sample = SensorSample(axes: 2, features: 1)
        #expect(try client.receive(into: &sample, timeout: patience) == .sample)
        #expect(sample.session == 7 && sample.epoch == 1 && sample.isEnabled)
        var command = Command(axes: 2)
        (command.session, command.epoch, command.validityMicroseconds) = (7, 1, 50_000)
        for sequence in 1...frames {
            command.sequence = sequence
            command.basedOnSample = sample.sequence
            command.position = AxisVector([Double(sequence) / 7, -Double(sequence)])
            let before = sample.sequence
            try client.send(command)
            #expect(try client.receive(into: &sample, timeout: patience) == .sample)
            #expect(sample.acknowledgedCommand == sequence && sample.sequence == before + 1)
            #expect(sample.position == command.position)
        }
    }

    @Test(
        "greet, start, reset, exchange hundreds of frames in lockstep, stop and release",
        arguments: [makeAddress("lockstep"), "tcp://127.0.0.1:*"])
    func lockstep(address: String) throws {
        let bridge = try SimpleBridge(address: address)
        defer { bridge.end() }
        let client = try BridgeClient(address: bridge.address)
        let description = try client.hello(timeout: patience)
        #expect(description == makeDescription())
        #expect(description.differences(from: makeRobot()).isEmpty)
        try client.start(session: 7, epoch: 1, timeout: patience)
        #expect(try Self.reset(client) == .milliseconds(1500))
        try Self.exchange(client, frames: 600)
        try client.stop(.test, reason: "the test is over", timeout: patience)
        try client.release(session: 7, epoch: 1, timeout: patience)
        #expect(client.statistics.accepted == 601)
        #expect(client.statistics.rejected == 0 && client.statistics.superseded == 0)
    }

    @Test("a second commander is refused until the first releases or dies")
    func secondCommander() throws {
        let bridge = try SimpleBridge(address: makeAddress("second"))
        defer { bridge.end() }
        var first: BridgeClient? = try BridgeClient(address: bridge.address)
        let second = try BridgeClient(address: bridge.address)
        try first?.hello(timeout: patience)
        try second.hello(timeout: patience)
        try first?.start(session: 7, epoch: 1, timeout: patience)
        let refused = #expect(throws: BridgeError.self) {
            try second.start(session: 8, epoch: 9, timeout: patience)
        }
        #expect(
            refused
                == .refused(
                    attempted: "take command of the robot", code: .busy, message: "start"))
        #expect(throws: BridgeError.self) { _ = try Self.reset(second) }
        // Commands of the second are refused too, and in lockstep that is an error at once.
        var command = Command(axes: 2)
        (command.session, command.epoch, command.sequence) = (7, 1, 1)
        try second.send(command)
        var sample = SensorSample(axes: 2, features: 1)
        #expect(throws: BridgeError.self) { try second.receive(into: &sample, timeout: patience) }
        first = nil
        // The bridge learns of the closed connection as soon as its I/O thread sees it.
        var isTaken = false
        let deadline = SystemClock().now + patience
        while !isTaken && SystemClock().now < deadline {
            isTaken = (try? second.start(session: 8, epoch: 1, timeout: patience)) != nil
        }
        #expect(isTaken)
        try second.release(session: 8, epoch: 1, timeout: patience)
        let third = try BridgeClient(address: bridge.address)
        try third.hello(timeout: patience)
        try third.start(session: 9, epoch: 1, timeout: patience)
    }

    @Test("a bridge that is not there, or dies, is a clear error in time")
    func timeouts() throws {
        let address = makeAddress("nobody")
        let lonely = try BridgeClient(address: address)
        let error = #expect(throws: BridgeError.self) {
            try lonely.hello(timeout: .milliseconds(30))
        }
        #expect("\(error!)".contains("could not greet the bridge at \(address): no answer within"))
        #expect(throws: BridgeError.notGreeted(attempted: "send a command")) {
            try lonely.send(Command(axes: 2))
        }
        #expect(throws: BridgeError.self) {
            try lonely.stop(.test, reason: "nobody hears", timeout: .milliseconds(5))
        }

        let bridge = try SimpleBridge(address: makeAddress("dies"), answersLast: 10)
        let client = try BridgeClient(address: bridge.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        _ = try Self.reset(client)
        try Self.exchange(client, frames: 10)
        var command = Command(axes: 2)
        (command.session, command.epoch, command.sequence) = (7, 1, 11)
        command.validityMicroseconds = 1000
        try client.send(command)
        var sample = SensorSample(axes: 2, features: 1)
        #expect(try client.receive(into: &sample, timeout: .milliseconds(30)) == .nothing)
        bridge.end()
        #expect(throws: BridgeError.self) {
            try client.stop(.test, reason: "silence", timeout: .milliseconds(50))
        }
    }

    @Test(
        "in real time a late command's refusal is not taken for the answer to a request",
        arguments: [1, 2])
    func lateCommandDuringRequest(version: Int) throws {
        let server = try BridgeServer(
            address: makeAddress("late-\(version)"),
            description: makeDescription(isLockstep: false, version: version))
        let bridge = try HoneThread.start(name: "late-bridge") {
            var answered = 0
            while answered < 2, let request = try? server.poll(timeout: patience) {
                guard case .message(let message, let peer) = request else { continue }
                if case .hello(let hello) = message {
                    _ = try? server.describe(to: peer, answering: hello)
                }
                if case .start(_, let epoch, _, _, _, _) = message {
                    for refusal in [Refusal.expired, .sequence] {
                        _ = try? server.refuse(refusal, "a command", to: peer.peer)
                    }
                    _ = try? server.reply(.started(epoch: epoch), to: peer)
                }
                answered += 1
            }
        }
        defer { bridge.join() }
        let client = try BridgeClient(address: server.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        #expect(client.statistics.refusedCommands == 2)
    }

    @Test("a reset that a bridge of version 1 was asked in vain leaves no answer for the next")
    func givenUp() throws {
        let server = try BridgeServer(
            address: makeAddress("given-up"),
            description: makeDescription(isLockstep: false, version: 1))
        let bridge = try HoneThread.start(name: "slow-bridge") {
            var resets = 0
            while resets < 4, let request = try? server.poll(timeout: patience) {
                guard case .message(let message, let peer) = request else { continue }
                if case .hello(let hello) = message {
                    _ = try? server.describe(to: peer, answering: hello)
                }
                guard case .reset(let reset) = message else { continue }
                resets += 1
                if resets == 2 {
                    _ = try? server.refuse(.fault, "the one before", to: peer)
                    _ = try? server.reply(
                        .ready(episode: reset.episode - 1, durationSeconds: 8), to: peer)
                    _ = try? server.reply(
                        .ready(episode: reset.episode, durationSeconds: 0.75), to: peer)
                }
                if resets == 4 { _ = try? server.refuse(.state, "this one", to: peer) }
            }
        }
        defer { bridge.join() }
        let client = try BridgeClient(address: server.address)
        try client.hello(timeout: patience)
        func giveUp(_ episode: UInt32) {
            var looks = 0
            #expect(throws: BridgeError.cancelled(attempted: "reset the scene")) {
                _ = try client.reset(
                    ResetRequest(
                        session: 7, epoch: 1, episode: episode, seed: 5, purpose: .training,
                        wantsOperator: false), timeout: patience
                ) { _ in
                    looks += 1
                    return looks < 20
                }
            }
        }
        giveUp(1)
        #expect(try Self.reset(client, 2) == .milliseconds(750))
        #expect(client.statistics.unexpected == 1)
        giveUp(3)
        // It may be the answer to the one before; nothing else comes.
        let refused = BridgeError.refused(
            attempted: "reset the scene", code: .state, message: "this one")
        #expect(throws: refused) {
            _ = try client.reset(
                ResetRequest(
                    session: 7, epoch: 1, episode: 4, seed: 5, purpose: .training,
                    wantsOperator: false), timeout: .milliseconds(500))
        }
    }

    @Test("a queue that is full says so, and never swallows a stop")
    func fullQueue() throws {
        let server = try BridgeServer(
            address: makeAddress("full"), description: makeDescription(isLockstep: false))
        let address = server.address
        let client = try BridgeClient(address: address)
        let greeter = try HoneThread.start(name: "greeter") {
            guard
                case .message(.hello(let hello), let asker)? = try? server.poll(
                    timeout: patience)
            else { return }
            _ = try? server.describe(to: asker, answering: hello)
        }
        try client.hello(timeout: patience)
        greeter.join()
        // Nobody reads: reasons of 60 kB fill the kernel's buffers, then the queues, for good.
        let stop = try SlowPath.encode(
            AgentMessage.stop(.test, reason: String(repeating: "x", count: 60_000)))
        var (sent, stillFull) = (0, 0)
        var error: BridgeError?
        while stillFull < 5 && sent < 100_000 {
            do throws(BridgeError) {
                if try !client.sendBytes(stop) {
                    throw .queueFull(attempted: "stop the robot", address: address)
                }
                (sent, stillFull) = (sent + 1, 0)
            } catch let full {
                (error, stillFull) = (full, stillFull + 1)
                SystemClock().sleep(for: .milliseconds(10))
            }
        }
        #expect(error == .queueFull(attempted: "stop the robot", address: address))
        #expect(throws: BridgeError.queueFull(attempted: "send a command", address: address)) {
            try client.send(Command(axes: 2))
        }
        #expect(throws: BridgeError.queueFull(attempted: "stop the robot", address: address)) {
            try client.stop(.test, reason: "now", timeout: .milliseconds(20))
        }
        // What was accepted arrives, all of it.
        var arrived = 0
        while arrived < sent, case .message(.stop, _)? = try server.poll(timeout: patience) {
            arrived += 1
        }
        #expect(arrived == sent)
    }

    @Test("garbage is dropped and counted at the agent, and the samples come through")
    func garbageAtAgent() throws {
        var damaged = SampleCodec(axes: 2, features: 1).bytes(Golden.sample)
        damaged[100] ^= 1
        let bridge = try SimpleBridge(
            address: makeAddress("garbage"),
            before: [[], [0], Array("garbage".utf8), Array("{not json".utf8), damaged])
        defer { bridge.end() }
        let client = try BridgeClient(address: bridge.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        _ = try Self.reset(client)
        try Self.exchange(client, frames: 24)
        #expect(client.statistics.accepted == 25)
        #expect(client.statistics.rejected == 4 * 5)
        #expect(client.statistics.probes == 5)
        guard case .checksumMismatch? = client.statistics.lastWireError else {
            Issue.record("\(String(describing: client.statistics.lastWireError))")
            return
        }
    }

    @Test("a sample with a number that is not finite is reported, not passed on")
    func notFinite() throws {
        var sample = Golden.sample
        sample.velocity[1] = .nan
        let bytes = SampleCodec(axes: 2, features: 1).bytes(sample)
        let bridge = try SimpleBridge(address: makeAddress("nan"), before: [bytes])
        defer { bridge.end() }
        let client = try BridgeClient(address: bridge.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        _ = try Self.reset(client)
        #expect(
            try client.receive(into: &sample, timeout: patience)
                == .notFinite(.velocity, index: 1))
        #expect(client.statistics.notFinite == 1)
        #expect(try client.receive(into: &sample, timeout: patience) == .sample)
    }

    @Test("garbage is counted and answered at the bridge, and requests come through")
    func garbageAtBridge() throws {
        let server = try BridgeServer(
            address: makeAddress("garbage-bridge"), description: makeDescription())
        let dealer = try ZeroMQSocket(.dealer, address: server.address)
        func send(_ bytes: [UInt8], more: Bool = false) throws {
            #expect(try dealer.waitUntilWritable(timeout: patience))
            let sent = try bytes.withUnsafeBytes { try dealer.send($0, more: more) }
            #expect(sent == .sent)
        }
        try send([])
        try send([1, 2, 3])
        try send(Array("{\"type\":\"hello\"}".utf8))
        try send(Array("part one".utf8), more: true)
        try send(Array("part two".utf8))
        try send(
            Array(#"{"type":"hello","protocol":"hone-bridge","version":3,"agent":"x"}"#.utf8))
        var command = Golden.command
        command.position[0] = .infinity
        try send(CommandCodec(axes: 2).bytes(command))
        try send(CommandCodec(axes: 2).bytes(Golden.command))
        var request: BridgeRequest?
        let deadline = SystemClock().now + patience
        while request == nil && SystemClock().now < deadline {
            request = try server.poll(timeout: .seconds(1))
        }
        guard case .command(Golden.command, _)? = request else {
            Issue.record("\(String(describing: request))")
            return
        }
        #expect(server.statistics.rejected == 5)
        #expect(server.statistics.notFinite == 1)
        #expect(server.statistics.accepted == 1)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var codes: [String] = []
        for _ in 0..<6 {
            let part = try #require(
                try buffer.withUnsafeMutableBytes {
                    try dealer.receive(into: $0, timeout: patience)
                })
            let text = String(decoding: buffer[..<part.byteCount], as: UTF8.self)
            codes.append(text.contains("\"code\":\"version\"") ? "version" : "malformed")
            #expect(text.hasPrefix("{\"code\":"))
        }
        #expect(
            codes == ["malformed", "malformed", "malformed", "malformed", "version", "malformed"])
    }

    @Test("in real time the newest sample wins, and the overtaken are counted and looked at")
    func newestWins() throws {
        let server = try BridgeServer(
            address: makeAddress("newest"), description: makeDescription(isLockstep: false))
        let client = try BridgeClient(address: server.address)
        let greeter = try HoneThread.start(name: "streamer") {
            guard
                case .message(.hello(let hello), let asker)? = try? server.poll(
                    timeout: patience)
            else { return }
            _ = try? server.describe(to: asker, answering: hello)
            var sample = SensorSample(axes: 2, features: 1)
            for sequence in UInt64(1)...5 {
                sample.sequence = sequence
                sample.buttons = sequence == 3 ? .stop : []
                _ = try? server.send(sample, to: asker.peer)
            }
            _ = try? server.refuse(.expired, "late", to: asker.peer)
        }
        try client.hello(timeout: patience)
        greeter.join()
        var sample = SensorSample(axes: 2, features: 1)
        var seen: [UInt64: OperatorButtons] = [:]
        client.onSighting = { sighting, sample in
            if case .sample = sighting { seen[sample.sequence] = sample.buttons }
        }
        let deadline = SystemClock().now + patience
        while sample.sequence < 5 && SystemClock().now < deadline {
            _ = try client.receive(into: &sample, timeout: .seconds(1))
        }
        while client.statistics.refusedCommands == 0 && SystemClock().now < deadline {
            var other = sample
            _ = try client.receive(into: &other, timeout: .milliseconds(10))
        }
        #expect(sample.sequence == 5)
        #expect(seen.keys.sorted() == [1, 2, 3, 4, 5])
        #expect(seen[3] == OperatorButtons.stop)
        #expect(client.statistics.accepted == 5)
        #expect(client.statistics.refusedCommands == 1)
        #expect(client.statistics.rejected == 0)
    }

    @Test("an address that is taken is an error with the address in it")
    func taken() throws {
        let server = try BridgeServer(
            address: "tcp://127.0.0.1:*", description: makeDescription())
        let error = #expect(throws: BridgeError.self) {
            _ = try BridgeServer(address: server.address, description: makeDescription())
        }
        #expect("\(error!)".contains("could not bind \(server.address): Address already in use"))
    }
}
