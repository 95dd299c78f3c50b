internal import Synchronization

/// What Ctrl-C means: once ends the episode and the session in order, twice stops now.
///
/// A lost terminal is one of them.
/// Any thread may ask.
public final class Interrupt: Sendable {
    private let requests = Atomic<Int>(0)
    private let watchesSignals: Bool

    /// Nobody has asked for anything.
    ///
    /// - Parameter watchesSignals: SIGINT, SIGTERM and SIGHUP to this process are requests too.
    public init(watchesSignals: Bool = true) {
        self.watchesSignals = watchesSignals
        // Without the watcher a signal ends the process at once, and the bridge brakes by itself.
        if watchesSignals { try? SignalWatcher.install() }
    }

    /// Ends the session as one Ctrl-C would.
    public func request() { requests.add(1, ordering: .sequentiallyConsistent) }

    private var count: Int {
        requests.load(ordering: .relaxed) + (watchesSignals ? SignalWatcher.count : 0)
    }

    /// End the episode, park, write the report.
    public var isRequested: Bool { count >= 1 }

    /// Stop the robot now.
    public var isImmediate: Bool { count >= 2 }
}
