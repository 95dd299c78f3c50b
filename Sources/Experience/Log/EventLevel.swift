import Embodiment

/// How much an event matters; the raw value is the wire's.
public enum EventLevel: UInt8, Sendable, Equatable, CaseIterable {
    /// For developers.
    case debug = 1
    /// Worth knowing.
    case info = 2
    /// Something was mended or dropped.
    case warning = 3
    /// Something failed.
    case error = 4
    /// The session ends.
    case fatal = 5
}
