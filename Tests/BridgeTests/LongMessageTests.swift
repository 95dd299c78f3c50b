import Testing

@testable import Bridge

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Long messages")
struct LongMessageTests {
    @Test("a message as long as the wire takes, whatever it says, is refused and ends no bridge")
    func longMessages() throws {
        let server = try BridgeServer(
            address: makeAddress("long"), description: makeDescription(isLockstep: false))
        let peer = try ZeroMQSocket(.dealer, address: server.address)
        let room = Wire.maximumFrameByteCount - 200
        var buffer = [UInt8](repeating: 0, count: Wire.maximumFrameByteCount)
        // A control character of one byte is six in JSON; DEL is a byte, and printed as six.
        for character in ["a", "\u{7F}", "ä", "\\u0001", "\\n"] {
            let text = String(repeating: character, count: room / character.utf8.count)
            for message in [
                "{\"type\":\"\(text)\"}", "{\"\(text)\":1}", "{\"id\":7,\"type\":\"\(text)\"}",
                "{\"type\":\"reset\",\"session\":\"1\",\"epoch\":1,\"episode\":1,\"seed\":\"1\","
                    + "\"wants_operator\":true,\"purpose\":\"\(text)\"}",
            ] {
                let bytes = Array(message.utf8)
                // Full until it is connected.
                var isSent = false
                for _ in 0..<2000 where !isSent {
                    isSent = try bytes.withUnsafeBytes { try peer.send($0) } == .sent
                    if !isSent { usleep(10_000) }
                }
                #expect(isSent)
                let rejected = server.statistics.rejected
                for _ in 0..<100 where server.statistics.rejected == rejected {
                    _ = try server.poll(timeout: .milliseconds(50))
                }
                #expect(server.statistics.rejected == rejected + 1)
                let part = try #require(
                    try buffer.withUnsafeMutableBytes {
                        try peer.receive(into: $0, timeout: patience)
                    })
                #expect(part.byteCount < 10_000)
            }
        }
    }
}
