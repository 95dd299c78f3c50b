/// Counts samples that never arrived.
///
/// A value; the tick's thread; no allocation.
struct SequenceGaps: Sendable {
    private var last: UInt64?
    /// Missing since the start.
    private(set) var missing: UInt64 = 0

    /// Nothing has been seen.
    init() {}

    /// Takes the next sample's number, higher than the last.
    ///
    /// - Parameter overtaken: samples between the two that did arrive and were overtaken by this one.
    /// - Returns: how many between the two never arrived.
    mutating func take(_ sequence: UInt64, overtaken: UInt64) -> Int {
        defer { last = sequence }
        guard let last, sequence > last else { return 0 }
        let between = sequence - last - 1
        let lost = between > overtaken ? between - overtaken : 0
        missing += lost
        return Int(clamping: lost)
    }
}
