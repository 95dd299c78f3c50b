import Experience
import Platform

/// A disk in memory that knows what is durable and fails at the call it is told to.
final class MemorySink: LogSink, @unchecked Sendable {
    // @unchecked Sendable: everything is behind the lock; `gate` is thread-safe itself.
    struct State {
        var bytes: [UInt8] = []
        var durableCount = 0
        var calls = 0
        var isClosed = false
        var isFull = false
    }

    let path = "memory"
    private let state = Guarded(State())
    private let failingCall: Int?
    private let code: Int32
    private let isShort: Bool
    private let gate: WakeEvent?

    /// - Parameters:
    ///   - failingCall: the append or sync, counted from 0, that fails.
    ///   - code: errno of the failure; 28 is a full disk.
    ///   - isShort: an append that fails has written half of its bytes.
    ///   - gate: waited for in every sync.
    init(
        failingCall: Int? = nil, code: Int32 = 28, isShort: Bool = false, gate: WakeEvent? = nil
    ) {
        self.failingCall = failingCall
        self.code = code
        self.isShort = isShort
        self.gate = gate
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var durableBytes: [UInt8] { state.withLock { Array($0.bytes[..<$0.durableCount]) } }
    var calls: Int { state.withLock { $0.calls } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// From the next call on everything fails.
    func fill() { state.withLock { $0.isFull = true } }

    private func countCall() throws(LogError) {
        let (call, isFull) = state.withLock { state in
            defer { state.calls += 1 }
            return (state.calls, state.isFull)
        }
        if isFull || call == failingCall {
            throw .cannotWrite(.system(attempted: "write to", subject: path, code: code))
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(LogError) {
        do { try countCall() } catch {
            if isShort {
                state.withLock { $0.bytes.append(contentsOf: bytes.prefix(bytes.count / 2)) }
            }
            throw error
        }
        state.withLock { $0.bytes.append(contentsOf: bytes) }
    }

    func makeDurable() throws(LogError) {
        try countCall()
        gate?.wait()
        state.withLock { $0.durableCount = $0.bytes.count }
    }

    func close() throws(LogError) { state.withLock { $0.isClosed = true } }
}
