import Embodiment
import Platform
import Synchronization
import Testing

@testable import Bridge

/// What an agent does with the token that it is told.
@Suite("Tokens", .serialized)
struct TokenTests {
    /// A bridge that writes down what each start quoted, and tells each another token.
    private final class Notary {
        let server: BridgeServer
        private let thread: HoneThread
        private let book: Guarded<[(quoted: CommandToken?, told: CommandToken?)]>

        init(
            _ address: String, boot: UInt64 = 1, version: Int = 2, tells: Bool = true, starts: Int
        ) throws {
            var description = makeDescription(version: version)
            description.bootID = boot
            let server = try BridgeServer(address: address, description: description)
            let book = Guarded<[(quoted: CommandToken?, told: CommandToken?)]>([])
            (self.server, self.book) = (server, book)
            thread = try HoneThread.start(name: "notary") {
                var left = starts
                while left > 0, let request = try? server.poll(timeout: patience) {
                    guard case .message(let message, let asker) = request else { continue }
                    if case .hello(let hello) = message {
                        _ = try? server.describe(to: asker, answering: hello)
                    }
                    guard case .start(_, let epoch, _, _, _, let quoted) = message else { continue }
                    left -= 1
                    let told = tells && asker.id != nil ? CommandToken.random() : nil
                    book.withLock { $0.append((quoted, told)) }
                    _ = try? server.start(epoch: epoch, token: told, for: asker)
                }
            }
        }

        /// All starts, once there have been as many as were wanted.
        func finish() -> [(quoted: CommandToken?, told: CommandToken?)] {
            thread.join()
            return book.withLock { $0 }
        }
    }

    @Test("are quoted by the session that was told them, and by no other")
    func quoted() throws {
        let notary = try Notary(makeAddress("notary"), starts: 4)
        let client = try BridgeClient(address: notary.server.address)
        try client.hello(timeout: patience)
        for (session, epoch) in [(7, 1), (7, 2), (8, 1), (7, 3)] as [(UInt64, UInt32)] {
            try client.start(session: session, epoch: epoch, timeout: patience)
        }
        let starts = notary.finish()
        #expect(starts[0].quoted == nil && starts[0].told != nil)
        #expect(starts[1].quoted == starts[0].told)
        #expect(starts[2].quoted == nil && starts[3].quoted == nil, "sessions of their own")
    }

    @Test("are quoted to the bridge that told them, not to the next at its address")
    func rebooted() throws {
        let address = makeAddress("rebooted")
        let client = try BridgeClient(address: address)
        for (boot, epoch) in [(1, 1), (2, 2)] as [(UInt64, UInt32)] {
            let notary = try Notary(address, boot: boot, starts: 1)
            let deadline = SystemClock().now + patience
            while (try? client.hello(timeout: .seconds(1)))?.bootID != boot {
                try #require(SystemClock().now < deadline)
            }
            try client.start(session: 7, epoch: epoch, timeout: patience)
            let starts = notary.finish()
            #expect(starts.count == 1 && starts[0].quoted == nil && starts[0].told != nil)
        }
    }

    @Test("are missing where a bridge tells none, of either version", arguments: [1, 2])
    func older(version: Int) throws {
        let notary = try Notary(
            makeAddress("untold-\(version)"), version: version, tells: false, starts: 2)
        let client = try BridgeClient(address: notary.server.address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        try client.start(session: 7, epoch: 2, timeout: patience)
        #expect(notary.finish().allSatisfy { $0.quoted == nil })
    }

    /// A wire that can be cut at the agent's side, so that the bridge does not notice.
    private final class Cable: @unchecked Sendable {
        // @unchecked Sendable: the sockets are the thread's until it is joined.
        private var front: ZeroMQSocket?
        private let back: ZeroMQSocket
        private var thread: HoneThread?
        private let isCut = Atomic<Bool>(false)

        init(at address: String, to bridge: String) throws {
            front = try ZeroMQSocket(.router, address: address)
            back = try ZeroMQSocket(.dealer, address: bridge)
            thread = try HoneThread.start(name: "wire") { self.carry() }
        }

        private func carry() {
            let buffer = UnsafeMutableRawBufferPointer.allocate(
                byteCount: Self.byteCount, alignment: 8)
            defer { buffer.deallocate() }
            var name: [UInt8] = []
            guard let front else { return }
            while !isCut.load(ordering: .relaxed) {
                var isIdle = true
                while let parts = try? front.receiveParts(with: buffer) {
                    name = parts[0]
                    _ = try? back.send(parts: Array(parts.dropFirst()))
                    isIdle = false
                }
                while let parts = try? back.receiveParts(with: buffer) {
                    _ = try? front.send(parts: [name] + parts)
                    isIdle = false
                }
                if isIdle { SystemClock().sleep(for: .milliseconds(1)) }
            }
        }

        private static let byteCount = 65_536

        /// The agent's connection is gone; the bridge's stays.
        func cut() {
            isCut.store(true, ordering: .relaxed)
            thread?.join()
            thread = nil
            front = nil
        }

        deinit { cut() }
    }

    @Test("let an agent start again whose connection broke before the bridge noticed")
    func broken() throws {
        let bridge = try SimpleBridge(address: makeAddress("behind-wire"))
        defer { bridge.end() }
        let address = makeAddress("wire")
        var cables = [try Cable(at: address, to: bridge.address)]
        let client = try BridgeClient(address: address)
        try client.hello(timeout: patience)
        try client.start(session: 7, epoch: 1, timeout: patience)
        #expect(client.right?.session == 7)
        func breakAndGreet() throws {
            cables.last?.cut()
            cables.append(try Cable(at: address, to: bridge.address))
            let deadline = SystemClock().now + patience
            while (try? client.hello(timeout: .milliseconds(500))) == nil {
                try #require(SystemClock().now < deadline)
            }
        }
        try breakAndGreet()
        try client.start(session: 7, epoch: 2, timeout: patience)
        _ = try client.reset(
            ResetRequest(
                session: 7, epoch: 2, episode: 1, seed: 5, purpose: .training, wantsOperator: false),
            timeout: patience)
        // The same without the token: the bridge takes it for a rival of the connection that it knows.
        try breakAndGreet()
        client.right = nil
        let error = #expect(throws: BridgeError.self) {
            try client.start(session: 7, epoch: 3, timeout: patience)
        }
        #expect("\(try #require(error))".contains("(busy)"))
    }
}
