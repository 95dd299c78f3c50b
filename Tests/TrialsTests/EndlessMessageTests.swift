import Embodiment
import Glibc
import Platform
import Testing

@testable import Bridge
@testable import TestSupport

/// A peer whose message has no last part: libzmq shows none of it to anybody, and keeps all.
@Suite("A message without an end", .byTheWallClock)
struct EndlessMessageTests {
    /// The least of ZMTP 3 that it takes, on a local socket.
    private struct Peer: ~Copyable {
        private let socket: Int32

        init(path: String) throws {
            socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { place in
                place.copyBytes(from: path.utf8.prefix(place.count - 1))
            }
            let code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(code == 0)
            let none = [UInt8](repeating: 0, count: 20)
            let mechanism = Array("NULL".utf8) + none.dropFirst(4)
            let signature: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0]
            try #require(send(signature + mechanism + [UInt8](repeating: 0, count: 32)))
            let kind = Array("Socket-Type".utf8)
            let ready = [5] + Array("READY".utf8) + [UInt8(kind.count)] + kind + [0, 0, 0, 6]
            let body = ready + Array("DEALER".utf8)
            try #require(send([4, UInt8(body.count)] + body))
        }

        deinit { close(socket) }

        /// False when the connection has been broken off.
        func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(
                        socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    @Test("It ends with its connection; who commands the robot goes on")
    func endless() throws {
        let robot = try BridgeProgram(.simulator)
        let agent = try HoldingAgent(address: robot.address)
        let peer = try Peer(path: String(robot.address.dropFirst("ipc://".count)))
        // More follows, a long one, of 64 KiB.
        let part = [3, 0, 0, 0, 0, 0, 1, 0, 0] + [UInt8](repeating: 0x78, count: 65536)
        var mebibytes = 0.0
        while mebibytes < 400, peer.send(part) { mebibytes += 1.0 / 16 }
        #expect(mebibytes < 300, "\(mebibytes) MiB were taken of a message without an end")
        #expect(robot.isRunning, "\(robot.said)")
        try agent.start()
        #expect(try agent.hold().isEnabled)
    }
}
