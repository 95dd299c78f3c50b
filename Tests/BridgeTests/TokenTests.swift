import Embodiment
import Platform
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
}
