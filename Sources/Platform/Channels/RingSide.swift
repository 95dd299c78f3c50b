/// What one side of a ring keeps to itself: its own counter and its last sight of the other's.
struct RingSide {
    var position = 0
    var seen = 0
    // The two sides are separate allocations; this keeps them off each other's cache line.
    private let padding = InlineArray<14, UInt64>(repeating: 0)
}
