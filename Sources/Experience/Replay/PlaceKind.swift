/// What lies in a place of a replay store.
enum PlaceKind: UInt8, Sendable {
    /// An observation alone: what was seen after a step, and no step began with.
    case seen
    /// A step beyond which something is owed: mask 1.
    case step
    /// A step beyond which nothing is owed: mask 0.
    case lastStep
}
