/// What an endpoint counted; nothing of it is fatal.
public struct BridgeStatistics: Sendable, Equatable {
    /// Hot frames accepted.
    public var accepted: UInt64 = 0
    /// Parts beyond the first of messages that have several, which nobody reads.
    public var surplusParts: UInt64 = 0
    /// Samples overtaken by a newer one before anybody looked.
    public var superseded: UInt64 = 0
    /// Frames and messages that could not be read.
    public var rejected: UInt64 = 0
    /// Samples with a number that is not finite (also in `rejected`).
    public var notFinite: UInt64 = 0
    /// Readable messages nobody asked for.
    public var unexpected: UInt64 = 0
    /// Commands the bridge refused as late, repeated or damaged.
    public var refusedCommands: UInt64 = 0
    /// Empty messages, by which a bridge tests whether its commander is still connected.
    public var probes: UInt64 = 0
    /// Hot frames refused, by `WireError.reason`.
    public var refusedFrames: [String: UInt64] = [:]
    /// Why the last hot frame was refused.
    public var lastWireError: WireError?
    /// Why the last slow-path message was refused.
    public var lastUnreadable: String?

    /// Nothing counted yet.
    public init() {}

    /// Counts a hot frame that is refused.
    mutating func refuse(_ error: WireError) {
        rejected += 1
        refusedFrames[error.reason, default: 0] += 1
        lastWireError = error
        if case .notFinite = error { notFinite += 1 }
    }

    /// How many hot frames were refused and why, for a person; nil where none was.
    public var frameRefusals: String? {
        guard let lastWireError else { return nil }
        let sum = refusedFrames.values.reduce(0, +)
        var text = sum == 1 ? "1 frame refused" : "\(sum) frames refused"
        if refusedFrames.count > 1 {
            // The most frequent first.
            let parts = refusedFrames.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            text += " (" + parts.map { "\($0.value) \($0.key)" }.joined(separator: ", ") + ")"
        }
        return text + ", last: \(lastWireError)"
    }

    /// The last refusal of either path in words.
    public var lastRejection: String? { lastUnreadable ?? lastWireError.map { "\($0)" } }
}
