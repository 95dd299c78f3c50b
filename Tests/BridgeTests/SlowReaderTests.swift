import Platform
import Testing

@testable import Bridge

/// libzmq ends the whole process when a heartbeat is due on a connection that it stopped reading and
/// whose peer has gone (zeromq/libzmq issues 3937, 4364 and 4767, open in 4.3.5): no heartbeats, then.
@Suite("A socket that is not read")
struct SlowReaderTests {
    @Test("outlives a peer that filled its queue and died", arguments: ["ipc", "tcp"])
    func outlives(transport: String) throws {
        let router = try ZeroMQSocket(
            .router, address: transport == "ipc" ? makeAddress("slow") : "tcp://127.0.0.1:*")
        var dealer: ZeroMQSocket? = try ZeroMQSocket(.dealer, address: try router.boundAddress())
        #expect(try dealer?.waitUntilWritable(timeout: patience) == true)
        var sent = 0
        while try dealer?.send(parts: [[0x48]]) == .sent { sent += 1 }
        // Until the reader's queue is full too, and nothing is taken from the connection any more.
        let clock = SystemClock()
        let deadline = clock.now + patience
        var rounds = 0
        // On a busy machine the connection takes its time to fill the reader's queue.
        while rounds < 50 || (sent <= 8 && clock.now < deadline) {
            clock.sleep(for: .milliseconds(2))
            while try dealer?.send(parts: [[0x48]]) == .sent { sent += 1 }
            rounds += 1
        }
        dealer = nil
        // Heartbeats were due every half second.
        SystemClock().sleep(for: .milliseconds(1300))
        var received = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
        defer { buffer.deallocate() }
        while try router.receiveParts(with: buffer) != nil { received += 1 }
        #expect(sent > 8 && received >= 8)
    }
}
