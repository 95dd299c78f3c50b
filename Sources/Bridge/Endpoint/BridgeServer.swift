public import Embodiment
internal import Platform

/// The bridge's end: waits for requests of any peer, answers, sends samples.
///
/// One thread at a time; handing it over needs a fence, as starting or joining a thread is.
/// Receiving commands and sending samples do not allocate on this side of libzmq. Decides nothing:
/// whom to obey is `CommandGate`'s rule, what to do the owner's.
public final class BridgeServer: @unchecked Sendable {
    // @unchecked Sendable: used by one thread at a time, as promised above.

    /// What `hello` is answered with; decides the sizes of samples and commands, and by its version
    /// whether requests are numbered.
    public let description: BridgeDescription
    /// Where peers connect, with the real port when `*` was asked for.
    public let address: String
    /// What was counted so far.
    public private(set) var statistics = BridgeStatistics()
    private let socket: ZeroMQSocket
    private let clock = SystemClock()
    private let incoming: UnsafeMutableRawBufferPointer
    private let outgoing: UnsafeMutableRawBufferPointer
    private let samples: SampleCodec
    private let commands: CommandCodec
    private var command: Command
    /// Unreadable frames one `poll` passes over before it returns to its caller.
    private static let patience = 64
    /// Scalars of a refusal's message, each of which JSON writes as 12 bytes at most.
    private static let longestRefusal = 500

    /// Binds `ipc://PATH` or a `tcp://` address, without keys a loopback one; a stale socket file is
    /// replaced.
    ///
    /// - Parameter keys: encrypts, and admits only those on their list.
    public init(
        address: String, description: BridgeDescription, keys: BridgeKeys? = nil
    ) throws(BridgeError) {
        if let reason = description.impossibility {
            throw .badDescription(address: address, reason: reason)
        }
        let socket = try ZeroMQSocket(
            .router, address: address, protection: keys.map(Protection.bridge) ?? .open)
        self.socket = socket
        self.address = try socket.boundAddress()
        self.description = description
        samples = SampleCodec(axes: description.axes.count, features: description.features.count)
        commands = CommandCodec(axes: description.axes.count)
        command = Command(axes: description.axes.count)
        incoming = .allocate(byteCount: Wire.maximumFrameByteCount, alignment: 64)
        outgoing = .allocate(byteCount: samples.byteCount, alignment: 64)
    }

    deinit {
        incoming.deallocate()
        outgoing.deallocate()
    }

    /// Waits up to `timeout` for the next request; nil when there was none.
    ///
    /// What cannot be read is counted, answered with an `error` message, and passed over; so is a
    /// `hello` of another protocol version.
    ///
    /// - Parameter timeout: zero only looks; otherwise whole milliseconds, rounded up. Of a message of many parts
    ///   64 are passed over at a time: nil is returned then, too.
    public func poll(timeout: Duration) throws(BridgeError) -> BridgeRequest? {
        let deadline = timeout > .zero ? clock.now + timeout : .zero
        var left = timeout
        for _ in 0..<Self.patience {
            // What an earlier turn left of a message of too many parts.
            try skipParts()
            if socket.isAmidMessage { return nil }
            guard let name = try socket.receive(into: incoming, timeout: left) else { return nil }
            if let request = try readRequest(from: name) { return request }
            left = timeout > .zero ? max(.zero, deadline - clock.now) : .zero
        }
        return nil
    }

    /// Connections refused so far because their key is not on the list.
    public var refusedConnections: UInt64 { socket.refusedConnections }

    /// Answers a request, with its number.
    ///
    /// - Returns: false when the answer was dropped: the peer does not read, or is gone.
    @discardableResult
    public func reply(_ message: BridgeMessage, to asker: Asker) throws(BridgeError) -> Bool {
        let bytes = try SlowPath.encode(Numbered(message, id: asker.id))
        return try bytes.withUnsafeBufferPointer { buffer throws(BridgeError) in
            try send(UnsafeRawBufferPointer(buffer), to: asker.peer)
        }
    }

    /// Answers `hello` in the newest version that both sides speak; `poll` lets no other pass.
    @discardableResult
    public func describe(to asker: Asker, answering hello: Hello) throws(BridgeError) -> Bool {
        var answer = description
        answer.version = hello.agreed(with: description.version) ?? description.version
        return try reply(.describe(answer), to: asker)
    }

    /// Answers `start`: the session commands.
    ///
    /// - Parameter token: `CommandGate`'s, for agents of version 2; those of version 1 know of none.
    @discardableResult
    public func start(
        epoch: UInt32, token: CommandToken?, for asker: Asker
    ) throws(BridgeError) -> Bool {
        try reply(.started(epoch: epoch, token: asker.id == nil ? nil : token), to: asker)
    }

    /// Answers a request with a refusal, whose message is cut where it is longer than a person reads.
    @discardableResult
    public func refuse(
        _ refusal: Refusal, _ message: String, to asker: Asker
    ) throws(BridgeError) -> Bool {
        // It may quote what a stranger sent: a message of any length must not become a longer answer.
        let short = message.shortened(to: Self.longestRefusal)
        return try reply(.error(refusal, message: short), to: asker)
    }

    /// Answers a frame, which has no number, with a refusal.
    @discardableResult
    public func refuse(
        _ refusal: Refusal, _ message: String, to peer: PeerID
    ) throws(BridgeError) -> Bool {
        try refuse(refusal, message, to: Asker(peer))
    }

    /// Sends a sample of the described sizes.
    ///
    /// - Returns: false when it was dropped: the peer does not read, or is gone.
    @discardableResult
    public func send(_ sample: SensorSample, to peer: PeerID) throws(BridgeError) -> Bool {
        let count = samples.encode(sample, into: outgoing)
        return try send(UnsafeRawBufferPointer(rebasing: outgoing[..<count]), to: peer)
    }

    /// Sends bytes as they are, for tests of the other side and for fault injection.
    @discardableResult
    public func send(_ bytes: UnsafeRawBufferPointer, to peer: PeerID) throws(BridgeError) -> Bool {
        try transmit(bytes, to: peer) == .sent
    }

    /// Sends a peer an empty message, which means nothing; whether it is still connected.
    ///
    /// For the moment when another session wants to start: a commander that died without `release`
    /// is given up with `CommandGate.forget`.
    public func probe(_ peer: PeerID) throws(BridgeError) -> Bool {
        try transmit(UnsafeRawBufferPointer(start: nil, count: 0), to: peer) != .unreachable
    }

    private func transmit(
        _ bytes: UnsafeRawBufferPointer, to peer: PeerID
    ) throws(BridgeError) -> ZeroMQSocket.Sending {
        let named = try peer.withBytes { name throws(BridgeError) in
            try socket.send(name, more: true)
        }
        return named == .sent ? try socket.send(bytes) : named
    }

    // MARK: Parts

    /// Reads the rest of a message whose first part, the peer's name, has been received.
    private func readRequest(from name: ZeroMQSocket.Part) throws(BridgeError) -> BridgeRequest? {
        let peer =
            name.byteCount <= incoming.count
            ? PeerID(UnsafeRawBufferPointer(rebasing: incoming[..<name.byteCount])) : nil
        var (part, partCount) = (name, 0)
        if name.hasMore, let next = try socket.receive(into: incoming, timeout: .zero) {
            (part, partCount) = (next, 1)
            partCount += try skipParts()
        }
        guard let peer else {
            reject("a peer's name has more than \(PeerID.longest) bytes")
            return nil
        }
        guard partCount == 1, part.byteCount <= incoming.count else {
            let more = socket.isAmidMessage ? "more than " : ""
            reject("a message has \(more)\(partCount) parts where 1 is expected")
            try refuse(.malformed, statistics.lastUnreadable ?? "", to: peer)
            return nil
        }
        let frame = UnsafeRawBufferPointer(rebasing: incoming[..<part.byteCount])
        return frame.first == Wire.slowPathMark
            ? try readMessage(frame, from: peer) : try readCommand(frame, from: peer)
    }

    /// Passes over parts that nobody reads, at most as many as one turn may.
    @discardableResult
    private func skipParts() throws(BridgeError) -> Int {
        guard socket.isAmidMessage else { return 0 }
        let skipped = try socket.skipParts(with: incoming)
        statistics.surplusParts += UInt64(skipped)
        return skipped
    }

    private func readCommand(
        _ frame: UnsafeRawBufferPointer, from peer: PeerID
    ) throws(BridgeError) -> BridgeRequest? {
        do throws(WireError) {
            try commands.decode(frame, into: &command)
        } catch {
            statistics.refuse(error)
            try refuse(.malformed, "\(error)", to: peer)
            return nil
        }
        statistics.accepted += 1
        return .command(command, from: peer)
    }

    private func readMessage(
        _ frame: UnsafeRawBufferPointer, from peer: PeerID
    ) throws(BridgeError) -> BridgeRequest? {
        // A bridge of version 1 does not know that requests have numbers.
        let isNumbering = description.version >= 2
        switch SlowPath.decode(frame, as: Numbered<AgentMessage>.self) {
        case .success(let request):
            let asker = Asker(peer, id: isNumbering ? request.id : nil)
            if case .hello(let hello) = request.message,
                hello.agreed(with: description.version) == nil
            {
                try refuse(
                    .version,
                    "this bridge speaks \(Wire.protocolName) versions 1 to \(description.version)",
                    to: asker)
                return nil
            }
            return .message(request.message, from: asker)
        case .failure(let error):
            reject("\(error)")
            var asker = Asker(peer)
            if isNumbering, case .success(let id) = SlowPath.decode(frame, as: MessageID.self) {
                asker = Asker(peer, id: id.value)
            }
            try refuse(.malformed, "\(error)", to: asker)
            return nil
        }
    }

    private func reject(_ reason: String) {
        statistics.rejected += 1
        statistics.lastUnreadable = reason
    }
}
