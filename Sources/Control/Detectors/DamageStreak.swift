/// Counts frames that could not be read, one after the other.
///
/// One alone is dropped like a lost one; several in a row say that the wire or the bridge is broken. A
/// value; one thread, the tick's; no allocation.
struct DamageStreak: Sendable, Equatable {
    /// Damaged frames since the last good one.
    private(set) var inRow = 0

    /// A frame could not be read.
    mutating func note() { inRow += 1 }

    /// A frame could be read.
    mutating func end() { inRow = 0 }
}
