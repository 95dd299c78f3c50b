internal import CZeroMQ
internal import Glibc
internal import Platform

/// Messages of one size that are sent in turn, again and again, without asking the allocator.
///
/// libzmq allocates every message above 33 bytes that is given to it as bytes. A copy of a message
/// shares the bytes of the first instead. They are written again `count` messages later, when libzmq
/// is done with them: a DEALER has one queue, which is taken from in order and holds at most
/// `queued`, and beside it one message is on its way into the kernel. For a ROUTER, whose peers
/// have a queue each, this does not hold. One thread, the socket's.
final class MessagePool {
    /// The high-water mark of the queue; the longest that it can be.
    static let queued: Int32 = 8
    /// Messages of a pool: more than can be under way, twice.
    private static let count = 2 * (Int(queued) + 1)

    /// Bytes of every message.
    let byteCount: Int
    // Never moved: libzmq forbids it.
    private let messages: UnsafeMutablePointer<zmq_msg_t>
    private var next = 0

    /// Makes the messages; the only place that allocates.
    init(byteCount: Int) {
        self.byteCount = byteCount
        messages = .allocate(capacity: Self.count)
        messages.initialize(repeating: zmq_msg_t(), count: Self.count)
        for index in 0..<Self.count {
            invariant(
                zmq_msg_init_size(messages + index, byteCount) == 0,
                "no memory for the messages of a bridge")
        }
    }

    deinit {
        // What libzmq still holds lives on until it is sent.
        for index in 0..<Self.count { zmq_msg_close(messages + index) }
        messages.deallocate()
    }

    /// Sends `byteCount` bytes; never waits.
    ///
    /// - Returns: what libzmq returns, -1 for an error that `zmq_errno` tells.
    func send(_ bytes: UnsafeRawBufferPointer, on socket: UnsafeMutableRawPointer) -> Int32 {
        let message = messages + next
        guard let place = zmq_msg_data(message) else { return -1 }
        UnsafeMutableRawBufferPointer(start: place, count: byteCount).copyMemory(from: bytes)
        var copy = zmq_msg_t()
        return withUnsafeMutablePointer(to: &copy) { copy in
            zmq_msg_init(copy)
            zmq_msg_copy(copy, message)
            let sent = zmq_msg_send(copy, socket, ZMQ_DONTWAIT)
            if sent < 0 {
                let code = zmq_errno()
                zmq_msg_close(copy)
                errno = code
            } else {
                next = (next + 1) % Self.count
            }
            return sent
        }
    }
}
