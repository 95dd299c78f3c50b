import Embodiment
import Platform
import Testing

@testable import Bridge

/// Messages of many parts: refused, counted, and never more of them in one turn than may be.
@Suite("Messages of many parts", .serialized)
struct PartsTests {
    private let filler = [UInt8](repeating: 0x78, count: 100)

    @Test("a bridge passes over 64 parts a turn, and answers others between")
    func bridge() throws {
        let server = try BridgeServer(
            address: makeAddress("parts"), description: makeDescription())
        let talker = try ZeroMQSocket(.dealer, address: server.address)
        #expect(try talker.waitUntilWritable(timeout: patience))
        let count = 10_000
        #expect(try talker.send(parts: Array(repeating: filler, count: count)) == .sent)
        #expect(try talker.send(parts: [Array("{\"type\":\"stop\"}".utf8)]) == .sent)
        var (turns, before) = (0, UInt64(0))
        var stop: BridgeRequest?
        let deadline = SystemClock().now + patience
        while stop == nil, SystemClock().now < deadline {
            stop = try server.poll(timeout: .milliseconds(20))
            let surplus = server.statistics.surplusParts
            // One turn may end a message's parts and begin with another's.
            #expect(surplus - before <= 128, "\(surplus - before) parts in one turn")
            before = surplus
            turns += 1
        }
        guard case .message(.stop, _)? = stop else {
            Issue.record("\(String(describing: stop))")
            return
        }
        #expect(turns >= count / 128, "\(turns) turns")
        #expect(server.statistics.surplusParts == UInt64(count - 1))
        #expect(server.statistics.rejected == 1)
        #expect(server.statistics.lastUnreadable?.contains("more than 65 parts") == true)
    }

    /// A bridge's bare socket, on the thread that greets and then on the test's.
    private struct Bare: @unchecked Sendable {
        // Safe: used by the thread until it is joined, and by the test after that.
        let socket: ZeroMQSocket

        /// Answers one `hello`; returns the agent's name.
        func greet() throws -> [UInt8] {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
            defer { buffer.deallocate() }
            while true {
                guard let parts = try socket.receiveParts(with: buffer), parts.count == 2 else {
                    SystemClock().sleep(for: .milliseconds(1))
                    continue
                }
                let answer = BridgeMessage.describe(makeDescription(isLockstep: false))
                _ = try socket.send(
                    parts: [parts[0], try SlowPath.encode(Numbered(answer, id: 1))])
                return parts[0]
            }
        }
    }

    @Test("an agent passes over 64 parts a turn, and then takes what came after them")
    func agent() throws {
        let address = makeAddress("agent-parts")
        let bridge = Bare(socket: try ZeroMQSocket(.router, address: address))
        let client = try BridgeClient(address: address)
        let name = Guarded([UInt8]())
        let greeter = try HoneThread.start(name: "greeter") {
            guard let found = try? bridge.greet() else { return }
            name.withLock { $0 = found }
        }
        try client.hello(timeout: patience)
        greeter.join()
        let agent = name.withLock { $0 }
        let count = 10_000
        let parts = [agent] + Array(repeating: filler, count: count)
        #expect(try bridge.socket.send(parts: parts) == .sent)
        var sample = Golden.sample
        sample.sequence = 9
        let frame = SampleCodec(axes: 2, features: 1).bytes(sample)
        #expect(try bridge.socket.send(parts: [agent, frame]) == .sent)
        var found = SensorSample(axes: 2, features: 1)
        var (looks, before) = (0, UInt64(0))
        let deadline = SystemClock().now + patience
        while found.sequence != 9, SystemClock().now < deadline {
            looks += 1
            _ = try client.receive(into: &found, timeout: .milliseconds(20))
            let surplus = client.statistics.surplusParts
            #expect(surplus - before <= 128, "\(surplus - before) parts in one turn")
            before = surplus
        }
        #expect(looks >= count / 128, "\(looks) looks")
        #expect(client.statistics.surplusParts == UInt64(count - 1))
        #expect(client.statistics.rejected == 1)
    }
}
