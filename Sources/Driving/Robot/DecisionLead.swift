/// How early a decision must be asked for, so that it is there when its step begins: as long before as the
/// slowest of the last ten took, and two ticks.
///
/// A policy that is quick sees the newest sample so; one that needs most of a step still keeps the step's
/// length; one that needs more is asked at once, and the robot waits for it. A value; the policy loop's.
struct DecisionLead: Sendable {
    /// Decisions that are remembered.
    static let remembered = 10
    /// Ticks for what threads are late.
    static let margin = 2

    private var last = InlineArray<10, UInt64>(repeating: 0)
    private var count = 0

    /// Nothing has been decided yet.
    init() {}

    /// Remembers how long a decision took.
    mutating func note(nanoseconds: UInt64) {
        last[count % Self.remembered] = nanoseconds
        count += 1
    }

    /// Ticks before the end of a step; as many as there are, and more, before the first decision.
    ///
    /// - Parameter tickSeconds: the command period.
    func ticks(tickSeconds: Double) -> Int {
        guard count > 0 else { return .max }
        var longest: UInt64 = 0
        for index in 0..<Self.remembered where last[index] > longest { longest = last[index] }
        let tick = UInt64((tickSeconds * 1e9).rounded())
        return Int((longest + tick - 1) / tick) + Self.margin
    }
}
