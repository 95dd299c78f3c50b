internal import CZeroMQ
internal import Embodiment
internal import Glibc
internal import Platform
internal import Synchronization

/// Answers libzmq's question, for each encrypted connection to a context, whether it is admitted.
///
/// ZAP 1.0 (ZeroMQ's RFC 27) on a thread of its own. It must be in its place before a socket is bound,
/// which admits nobody while there is nobody to ask. Whatever is not plainly right is refused.
final class Authenticator: @unchecked Sendable {
    // @unchecked Sendable: the socket is the thread's own from its start on; `count` is atomic.

    private let socket: UnsafeMutableRawPointer
    private let admits: @Sendable (PublicKey) -> Bool
    private let count = Atomic<UInt64>(0)
    private let isLeaving = Atomic<Bool>(false)
    private var thread: HoneThread?
    /// Longest frame of a request: longer ones are none of libzmq's.
    private static let longestFrame = 255

    /// Begins to answer for `context`.
    init(
        context: UnsafeMutableRawPointer, address: String,
        admits: @escaping @Sendable (PublicKey) -> Bool
    ) throws(BridgeError) {
        guard let socket = zmq_socket(context, ZMQ_REP) else {
            throw ZeroMQSocket.error(attempted: "make a socket for", address)
        }
        self.socket = socket
        self.admits = admits
        var linger: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, 4)
        guard zmq_bind(socket, "inproc://zeromq.zap.01") == 0 else {
            let error = ZeroMQSocket.error(attempted: "check keys for", address)
            zmq_close(socket)
            throw error
        }
        do throws(PlatformError) {
            thread = try HoneThread.start(name: "keys") { self.run() }
        } catch {
            zmq_close(socket)
            throw .transport(
                attempted: "check keys for", address: address, code: EAGAIN, text: "\(error)")
        }
    }

    /// Waits for the thread, which ends when its context is shut down.
    func finish() {
        thread?.join()
        thread = nil
    }

    /// Answers nothing from the next request on, as if its thread had failed; any thread.
    ///
    /// For the test that then nobody is admitted.
    func leave() { isLeaving.store(true, ordering: .relaxed) }

    /// Connections refused so far; any thread.
    var refused: UInt64 { count.load(ordering: .relaxed) }

    // MARK: The thread

    private func run() {
        while let request = receive(), !isLeaving.load(ordering: .relaxed) { reply(to: request) }
        zmq_close(socket)
    }

    /// The frames of the next request; nil when the context is shut down.
    private func receive() -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: Self.longestFrame)
        while true {
            let size = zmq_recv(socket, &buffer, buffer.count, 0)
            if size < 0 {
                if zmq_errno() == EINTR { continue }
                return nil
            }
            // A frame that was cut is not what it must be, and refused.
            frames.append(Array(buffer.prefix(Int(size))))
            var more: Int32 = 0
            var room = MemoryLayout<Int32>.size
            zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &room)
            if more == 0 { return frames }
        }
    }

    private func reply(to request: [[UInt8]]) {
        let isAdmitted = Self.key(in: request).map(admits) ?? false
        if !isAdmitted { count.add(1, ordering: .relaxed) }
        let answer: [[UInt8]] = [
            Array("1.0".utf8), request.count > 1 ? request[1] : [],
            Array((isAdmitted ? "200" : "400").utf8),
            Array((isAdmitted ? "OK" : "this key is not on the list").utf8), [], [],
        ]
        for (index, frame) in answer.enumerated() {
            let flags = index + 1 < answer.count ? ZMQ_SNDMORE : 0
            while zmq_send(socket, frame, frame.count, flags) < 0 {
                // Otherwise the context is shut down, which the next `receive` finds too.
                guard zmq_errno() == EINTR else { return }
            }
        }
    }

    /// Whose key a request is about: version, number, domain, address, identity, mechanism, key.
    private static func key(in request: [[UInt8]]) -> PublicKey? {
        guard request.count == 7, request[0] == Array("1.0".utf8),
            request[5] == Array("CURVE".utf8)
        else { return nil }
        return PublicKey(bytes: request[6])
    }
}
