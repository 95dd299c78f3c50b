import Bridge
import Control
import Platform

/// Wall times after which a bridge counts as dead.
public struct BridgePatience: Sendable {
    /// For greeting and start.
    public var connect: Duration
    /// For a scene reset.
    public var reset: Duration
    /// For a sample.
    public var silence: Duration

    /// Creates a patience.
    public init(connect: Duration, reset: Duration, silence: Duration) {
        self.connect = connect
        self.reset = reset
        self.silence = silence
    }
}
