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
