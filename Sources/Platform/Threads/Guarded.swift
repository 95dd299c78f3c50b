internal import Glibc

/// A value that one thread at a time may look at or change, behind a lock.
///
/// Any thread but the tick's, which never waits for a lock. The lock inherits priority: a thread that holds it runs
/// as urgently as who waits for it. It is a `pthread_mutex_t`, not `Synchronization.Mutex`, whose way through the
/// kernel, taken when two threads meet, the thread sanitizer does not see: it then tells of races that there are none.
public final class Guarded<Value>: @unchecked Sendable {
    // Safe: `value` is touched between lock and unlock only.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Guards a value; allocates its lock.
    public init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_setprotocol(&attributes, CInt(PTHREAD_PRIO_INHERIT))
        invariant(pthread_mutex_init(mutex, &attributes) == 0, "a lock cannot be made")
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Calls `body` with the value while nobody else can; never from `body` of the same value.
    ///
    /// - Throws: what `body` throws.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        invariant(pthread_mutex_lock(mutex) == 0, "a lock cannot be taken (by who holds it?)")
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
