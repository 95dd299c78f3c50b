/// What lies in a place of a replay store.
enum PlaceKind: UInt8, Sendable {
    /// An observation alone: what was seen after a step, and no step began with.
    case seen
    /// A step beyond which something is owed: mask 1.
    case step
    /// A step beyond which nothing is owed: mask 0.
    case lastStep
    /// As `step`, of an episode that ended in success.
    case goodStep
    /// As `lastStep`, of an episode that ended in success.
    case lastGoodStep

    /// A step's kind.
    init(isLast: Bool, isGood: Bool) {
        self = isGood ? (isLast ? .lastGoodStep : .goodStep) : isLast ? .lastStep : .step
    }

    /// Whether nothing is owed beyond it.
    var isLast: Bool { self == .lastStep || self == .lastGoodStep }

    /// Whether its episode ended in success.
    var isGood: Bool { self == .goodStep || self == .lastGoodStep }
}
