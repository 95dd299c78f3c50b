import Platform

/// How deeply the cores may sleep between two ticks.
public enum CoreSleep: Sendable, Equatable {
    /// As deeply as the kernel lets them.
    case any
    /// So that they wake within so many microseconds; 0: not at all.
    case waking(within: Int32)

    /// From what costs nothing to what costs most.
    static let ways: [CoreSleep] = [.any, .waking(within: 20), .waking(within: 0)]

    /// Cores that sleep no deeper than this; nil for `any`, and where this user may not ask for it.
    public func hold() -> WakefulCores? {
        switch self {
        case .any: nil
        case .waking(let microseconds): try? WakefulCores(wakingWithin: microseconds)
        }
    }

    /// In a person's words.
    public var text: String {
        switch self {
        case .any: "cores may sleep"
        case .waking(within: 0): "cores kept awake"
        case .waking(let microseconds): "cores kept within \(microseconds) µs of waking"
        }
    }
}
