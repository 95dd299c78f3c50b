/// What a proxy did to frames so far.
public struct ChaosCounts: Sendable, Equatable {
    /// Messages seen.
    public var seen: UInt64 = 0
    /// Frames that were dropped, cut wires included.
    public var dropped: UInt64 = 0
    /// Frames sent twice.
    public var duplicated: UInt64 = 0
    /// Frames sent after their successor.
    public var reordered: UInt64 = 0
    /// Frames damaged or cut short.
    public var damaged: UInt64 = 0
    /// Frames held back for a time.
    public var delayed: UInt64 = 0

    /// Nothing seen yet.
    public init() {}
}
