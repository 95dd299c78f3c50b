internal import CZeroMQ
internal import Glibc
internal import Platform

/// One ZeroMQ socket with a context of its own; closed with its owner.
///
/// Used by one thread at a time; handing it over needs a fence, as starting or joining a thread is.
/// Receiving does not allocate on the calling thread where nothing is encrypted; sending does once a
/// message above libzmq's 33 bytes, and never with `sendAgain`.
final class ZeroMQSocket {
    /// Which end this is.
    enum Role {
        /// The agent's, connects.
        case dealer
        /// The bridge's, binds.
        case router
    }

    /// What one part of a message was.
    struct Part {
        /// Its length; more than the buffer's when it was cut.
        var byteCount: Int
        /// Whether more parts of the same message follow.
        var hasMore: Bool
    }

    let address: String
    let context: UnsafeMutableRawPointer
    let socket: UnsafeMutableRawPointer
    let clock = SystemClock()
    /// Where libzmq tells what becomes of connections, while somebody wants to know.
    var monitor: UnsafeMutableRawPointer?
    let authenticator: Authenticator?
    private var timeoutMilliseconds: Int32 = -2
    private var pool: MessagePool?
    /// Parts of the message in hand are still to come: whoever receives next gets one of them.
    private(set) var isAmidMessage = false
    /// Parts that are passed over in one turn: libzmq bounds neither their number nor their sum.
    static let mostParts = 64

    /// Binds or connects.
    ///
    /// - Parameter isWatched: notes what becomes of connections from the first on, until `endWatching`.
    init(
        _ role: Role, address: String, protection: Protection = .open, isWatched: Bool = false
    ) throws(BridgeError) {
        if protection.isEncrypted, !KeyPair.isAvailable { throw .noEncryption }
        try Address.check(address, isLocal: !protection.mayLeaveMachine)
        try Address.checkPlace(address, binds: role == .router)
        self.address = address
        guard let context = zmq_ctx_new() else {
            throw Self.error(attempted: "make a context for", address)
        }
        Self.hurry(context)
        // This one, those that watch and authenticate, and libzmq's own.
        zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 16)
        var authenticator: Authenticator?
        var socket: UnsafeMutableRawPointer?
        do throws(BridgeError) {
            if case .bridge(let keys) = protection {
                authenticator = try Authenticator(
                    context: context, address: address, admits: keys.admits)
            }
            socket = zmq_socket(context, role == .dealer ? ZMQ_DEALER : ZMQ_ROUTER)
            if socket == nil { throw Self.error(attempted: "make a socket for", address) }
        } catch {
            Self.end(context, authenticator)
            throw error
        }
        guard let socket else { fail("a socket is neither there nor an error") }
        self.context = context
        self.socket = socket
        self.authenticator = authenticator
        try configure(role)
        try set(protection)
        if isWatched { try watchHandshakes() }
        let failed =
            role == .dealer ? zmq_connect(socket, address) : zmq_bind(socket, address)
        if failed != 0 {
            throw Self.error(attempted: role == .dealer ? "connect to" : "bind", address)
        }
    }

    deinit {
        // With LINGER 0 neither waits for unsent messages.
        endWatching()
        zmq_close(socket)
        Self.end(context, authenticator)
    }

    /// Ends a context whose sockets are closed; the authenticator's closes when it hears of it.
    private static func end(_ context: UnsafeMutableRawPointer, _ authenticator: Authenticator?) {
        zmq_ctx_shutdown(context)
        authenticator?.finish()
        while zmq_ctx_term(context) != 0 && zmq_errno() == EINTR {}
    }

    /// Connections whose key was not admitted, so far.
    var refusedConnections: UInt64 { authenticator?.refused ?? 0 }

    /// The library's own thread carries every sample and command, so it is as urgent as the tick.
    ///
    /// A program that keeps the cores busy must not hold it up. Below the threads that it serves.
    private static func hurry(_ context: UnsafeMutableRawPointer) {
        guard mayHurry else { return }
        zmq_ctx_set(context, ZMQ_THREAD_SCHED_POLICY, SCHED_FIFO)
        zmq_ctx_set(context, ZMQ_THREAD_PRIORITY, ioPriority)
    }

    private static let ioPriority: Int32 = 65

    /// Whether this process may have `SCHED_FIFO`: libzmq ends the process when it asks in vain.
    private static let mayHurry: Bool = {
        let probe = try? HoneThread.start(
            name: "probe", scheduling: .realtime(priority: Int(ioPriority))
        ) {}
        probe?.join()
        return probe?.isGranted ?? false
    }()

    /// Every option that matters, set here and nowhere else.
    private func configure(_ role: Role) throws(BridgeError) {
        try set(ZMQ_LINGER, 0)
        // Small queues: what is not taken soon is out of date. The agent's own stop still fits
        // behind a second of nobody reading at most rates, and a full queue is an error, not a wait.
        try set(ZMQ_SNDHWM, MessagePool.queued)
        // Of what comes while a thread rests for a millisecond, an agent keeps all: a bridge that sends too much
        // is not to look like one whose samples are late.
        try set(ZMQ_RCVHWM, role == .dealer ? 128 : 8)
        try set(ZMQ_IMMEDIATE, 1)
        // A connection that does not say who it is within this time is closed.
        try set(ZMQ_HANDSHAKE_IVL, 2000)
        // Connections that the kernel holds until libzmq looks at them.
        try set(ZMQ_BACKLOG, 100)
        try set(ZMQ_RECONNECT_IVL, 50)
        try set(ZMQ_RECONNECT_IVL_MAX, 1000)
        // Never heartbeats: one that falls due on a connection whose queue is full and whose peer has
        // gone ends the process (libzmq issues 3937, 4364, 4767). The system notices dead hosts.
        try set(ZMQ_HEARTBEAT_IVL, 0)
        try set(ZMQ_TCP_KEEPALIVE, 1)
        try set(ZMQ_TCP_KEEPALIVE_IDLE, 1)
        try set(ZMQ_TCP_KEEPALIVE_INTVL, 1)
        try set(ZMQ_TCP_KEEPALIVE_CNT, 3)
        try set(ZMQ_IPV6, 0)
        // A peer that is gone, or does not read, is an answer instead of a silent drop.
        if role == .router { try set(ZMQ_ROUTER_MANDATORY, 1) }
        var limit = Int64(Wire.maximumFrameByteCount)
        if zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, 8) != 0 {
            throw Self.error(attempted: "configure the socket of", address)
        }
    }

    private func set(_ option: Int32, _ value: Int32) throws(BridgeError) {
        var value = value
        if zmq_setsockopt(socket, option, &value, 4) != 0 {
            throw Self.error(attempted: "configure the socket of", address)
        }
    }

    /// Receives one part, waiting up to `timeout` (whole milliseconds, rounded up); nil is none.
    func receive(
        into buffer: UnsafeMutableRawBufferPointer, timeout: Duration
    ) throws(BridgeError) -> Part? {
        var left = timeout
        let deadline = timeout > .zero ? clock.now + timeout : .zero
        while true {
            let isWaiting = left > .zero
            if isWaiting { try setTimeout(left) }
            let count = zmq_recv(
                socket, buffer.baseAddress, buffer.count, isWaiting ? 0 : ZMQ_DONTWAIT)
            if count >= 0 {
                isAmidMessage = hasMore
                return Part(byteCount: Int(count), hasMore: isAmidMessage)
            }
            switch zmq_errno() {
            case EAGAIN: return nil
            case EINTR: left = isWaiting ? deadline - clock.now : .zero
            default: throw Self.error(attempted: "receive from", address)
            }
        }
    }

    /// Passes over what is left of a message of several parts, at most `mostParts` of them.
    ///
    /// `isAmidMessage` says whether there are more, for the next turn: a message without an end must not hold
    /// up who reads it. Does not allocate.
    /// - Returns: how many parts it passed over.
    func skipParts(with buffer: UnsafeMutableRawBufferPointer) throws(BridgeError) -> Int {
        var skipped = 0
        while isAmidMessage, skipped < Self.mostParts,
            try receive(into: buffer, timeout: .zero) != nil
        {
            skipped += 1
        }
        return skipped
    }

    /// What became of a part.
    enum Sending {
        case sent
        /// The queue is full, or nobody is connected yet.
        case full
        /// A ROUTER's peer is gone.
        case unreachable
    }

    /// Sends one part; never waits.
    func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) throws(BridgeError) -> Sending {
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        return try sending { zmq_send(socket, bytes.baseAddress, bytes.count, flags) }
    }

    /// Sends one part of the size of the last one sent so, without allocating; never waits.
    ///
    /// For a DEALER.
    func sendAgain(_ bytes: UnsafeRawBufferPointer) throws(BridgeError) -> Sending {
        let pool =
            if let pool, pool.byteCount == bytes.count { pool } else {
                MessagePool(byteCount: bytes.count)
            }
        self.pool = pool
        return try sending { pool.send(bytes, on: socket) }
    }

    /// Tries until libzmq says what has become of the message.
    private func sending(_ attempt: () -> Int32) throws(BridgeError) -> Sending {
        var isAsked = false
        while true {
            if attempt() >= 0 { return .sent }
            switch zmq_errno() {
            case EAGAIN:
                if isAsked { return .full }
                // libzmq looks at most once a millisecond for news from its I/O thread, so a queue
                // emptied since seems full: quick lockstep ran into that. Asking makes it look.
                _ = try events()
                isAsked = true
            case EHOSTUNREACH: return .unreachable
            case EINTR: continue
            default: throw Self.error(attempted: "send to", address)
            }
        }
    }

    /// What the socket is ready for; makes libzmq process what its I/O thread has done.
    private func events() throws(BridgeError) -> Int32 {
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        while zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) != 0 {
            if zmq_errno() != EINTR { throw Self.error(attempted: "look at", address) }
        }
        return events
    }

    /// Waits until something can be sent; false when `timeout` passed.
    func waitUntilWritable(timeout: Duration) throws(BridgeError) -> Bool {
        let deadline = clock.now + timeout
        while true {
            var item = zmq_pollitem_t(
                socket: socket, fd: 0, events: Int16(ZMQ_POLLOUT), revents: 0)
            let left = deadline - clock.now
            let count = zmq_poll(&item, 1, Int(Self.milliseconds(max(.zero, left))))
            if count > 0 { return true }
            if count == 0 { return false }
            if zmq_errno() != EINTR { throw Self.error(attempted: "wait for", address) }
        }
    }

    /// Waits until one of `sockets` has something to receive; false when `timeout` passed.
    static func wait(for sockets: [ZeroMQSocket], timeout: Duration) throws(BridgeError) -> Bool {
        var items = sockets.map {
            zmq_pollitem_t(socket: $0.socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        let count = zmq_poll(
            &items, Int32(items.count), Int(milliseconds(max(.zero, timeout))))
        if count < 0, zmq_errno() != EINTR {
            throw error(attempted: "wait for", sockets.first?.address ?? "no address")
        }
        return count > 0
    }

    /// Waits until there is something to receive, or something to read from a descriptor.
    ///
    /// Does not allocate.
    func waitUntilReadable(or descriptor: Int32, timeout: Duration) throws(BridgeError) {
        var items = InlineArray<2, zmq_pollitem_t>(
            repeating: zmq_pollitem_t(
                socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        items[1] = zmq_pollitem_t(
            socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
        let milliseconds = Int(Self.milliseconds(max(.zero, timeout)))
        let count = withUnsafeMutablePointer(to: &items) { items in
            UnsafeMutableRawPointer(items).withMemoryRebound(to: zmq_pollitem_t.self, capacity: 2) {
                zmq_poll($0, 2, milliseconds)
            }
        }
        if count < 0, zmq_errno() != EINTR {
            throw Self.error(attempted: "wait for", address)
        }
    }

    /// Receives all parts of the next message, at most `Wire.maximumFrameByteCount` bytes of each.
    func receiveParts(
        with buffer: UnsafeMutableRawBufferPointer
    ) throws(BridgeError) -> [[UInt8]]? {
        guard var part = try receive(into: buffer, timeout: .zero) else { return nil }
        var parts: [[UInt8]] = []
        while true {
            let count = min(part.byteCount, buffer.count)
            parts.append([UInt8](UnsafeRawBufferPointer(rebasing: buffer[..<count])))
            guard part.hasMore, let next = try receive(into: buffer, timeout: .zero) else { break }
            part = next
        }
        return parts
    }

    /// Sends a message of several parts; never waits.
    func send(parts: [[UInt8]]) throws(BridgeError) -> Sending {
        for (index, part) in parts.enumerated() {
            let outcome = try part.withUnsafeBufferPointer { bytes throws(BridgeError) in
                try send(UnsafeRawBufferPointer(bytes), more: index + 1 < parts.count)
            }
            // libzmq refuses a message at its first part or not at all.
            if outcome != .sent { return outcome }
        }
        return .sent
    }

    /// The address a socket bound to a wildcard port really has.
    func boundAddress() throws(BridgeError) -> String {
        var text = [CChar](repeating: 0, count: 256)
        var count = text.count
        if zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, &text, &count) != 0 {
            throw Self.error(attempted: "ask for the address of", address)
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private var hasMore: Bool {
        var more: Int32 = 0
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size)
        return more != 0
    }

    private func setTimeout(_ timeout: Duration) throws(BridgeError) {
        let milliseconds = Self.milliseconds(timeout)
        if milliseconds != timeoutMilliseconds {
            try set(ZMQ_RCVTIMEO, milliseconds)
            timeoutMilliseconds = milliseconds
        }
    }

    static func milliseconds(_ duration: Duration) -> Int32 {
        Int32(clamping: (duration.wholeNanoseconds + 999_999) / 1_000_000)
    }

    /// The one funnel from libzmq's errno to an error.
    static func error(attempted: String, _ address: String) -> BridgeError {
        let code = zmq_errno()
        return .transport(
            attempted: attempted, address: address, code: code,
            text: String(cString: zmq_strerror(code)))
    }
}
