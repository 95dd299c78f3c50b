import Bridge
import Control
import Platform

/// Wall times after which a bridge counts as dead, and what shows sooner that it is.
public struct BridgePatience: Sendable {
    /// For greeting and start.
    public var connect: Duration
    /// For a scene reset.
    public var reset: Duration
    /// For a sample.
    public var silence: Duration
    /// Whether its program has ended; asked on the thread that waits for it, every few milliseconds.
    var isGone: @Sendable () -> Bool

    /// Creates a patience.
    ///
    /// - Parameter isGone: whether a bridge that the agent started has ended.
    public init(
        connect: Duration, reset: Duration, silence: Duration,
        isGone: @escaping @Sendable () -> Bool = { false }
    ) {
        self.isGone = isGone
        self.connect = connect
        self.reset = reset
        self.silence = silence
    }
}
