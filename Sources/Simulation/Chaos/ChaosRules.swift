/// What happens to the frames of one direction on their way; slow-path messages are left alone.
///
/// Shares are probabilities 0…1, decided by the proxy's seed and the frame's number.
public struct ChaosRules: Sendable, Equatable {
    /// Nothing passes at all, slow path included: a cut cable.
    public var isCut = false
    /// Every frame arrives this much later.
    public var delay = Duration.zero
    /// Up to as much again, differently for each frame.
    public var jitter = Duration.zero
    /// Share that never arrives.
    public var drop = 0.0
    /// Share that arrives twice.
    public var duplicate = 0.0
    /// Share that arrives after its successor.
    public var reorder = 0.0
    /// Share that arrives with one bit flipped.
    public var corrupt = 0.0
    /// Share that arrives cut short.
    public var truncate = 0.0

    /// An honest wire.
    public init() {}
}

/// What happens to the two directions.
public struct ChaosPlan: Sendable, Equatable {
    /// Commands.
    public var toBridge = ChaosRules()
    /// Samples.
    public var toPeer = ChaosRules()

    /// An honest wire both ways.
    public init() {}
}

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
