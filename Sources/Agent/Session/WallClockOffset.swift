/// Time of day less the time since the machine started, and whether somebody has set the former.
///
/// A value.
struct WallClockOffset {
    /// What a reading says.
    enum Finding: Equatable {
        /// As before.
        case nothing
        /// It is the first.
        case first
        /// Set forward by so many nanoseconds, or back.
        case step(Int64)
    }

    /// What is no step yet, ns: a time server turns a clock by half a millisecond a second at most.
    static let tolerance: Int64 = 500_000_000

    private var last: Int64?

    /// Takes the offset as it is now, ns.
    mutating func take(_ offset: Int64) -> Finding {
        defer { last = offset }
        guard let last else { return .first }
        let step = offset &- last
        return step.magnitude < Self.tolerance.magnitude ? .nothing : .step(step)
    }
}
