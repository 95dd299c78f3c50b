/// Counts frames that could not be read, one after the other.
///
/// One alone is dropped like a lost one; several in a row say that the wire or the bridge is broken. A
/// value; the bridge's thread; no allocation.
public struct DamageStreak: Sendable, Equatable {
    /// Damaged frames since the last good one.
    public private(set) var inRow = 0
    private var accepted: UInt64 = 0
    private var rejected: UInt64 = 0

    /// Every frame was good.
    public init() {}

    /// Takes what a client has counted so far.
    ///
    /// Where both counts rose since the last look nobody knows the order: a good frame ends the row.
    public mutating func take(accepted: UInt64, rejected: UInt64) {
        let new = rejected &- self.rejected
        if accepted != self.accepted {
            inRow = 0
        } else {
            inRow += Int(clamping: new)
        }
        (self.accepted, self.rejected) = (accepted, rejected)
    }
}
