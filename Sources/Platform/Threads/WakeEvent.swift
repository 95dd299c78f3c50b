internal import CPlatform
internal import Glibc

/// Wakes one sleeping thread from another: signals before a wait are kept, several count as one.
///
/// An eventfd, so it can be polled beside sockets. Any thread may signal; meant for one waiter.
/// Does not allocate after `init`.
public final class WakeEvent: Sendable {
    /// The eventfd, for `poll`.
    public let descriptor: Int32

    /// Makes an event that is not signalled.
    public init() throws(PlatformError) {
        var made: Int32 = -1
        let error = hone_event_make(&made)
        if error != 0 { throw .system(attempted: "make", subject: "an eventfd", code: error) }
        descriptor = made
    }

    deinit { close(descriptor) }

    /// Wakes the waiter, now or when it next waits; never blocks.
    public func signal() {
        invariant(hone_event_signal(descriptor) == 0, "a WakeEvent cannot be signalled")
    }

    /// Waits for a signal and takes it; `nil` waits for ever.
    ///
    /// - Returns: false when `timeout` passed without a signal.
    @discardableResult
    public func wait(timeout: Duration? = nil) -> Bool {
        var signalled: Int32 = 0
        let nanoseconds = timeout.map { max(0, $0.wholeNanoseconds) } ?? -1
        let error = hone_event_wait(descriptor, nanoseconds, &signalled)
        invariant(error == 0, "a WakeEvent cannot be waited for")
        return signalled != 0
    }
}
