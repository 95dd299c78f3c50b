/// What the trainer has done so far; a copy may be read from any thread.
public struct TrainerCounters: Sendable, Equatable, Codable {
    /// Episodes of experience admitted online.
    public var episodes = 0
    /// Transitions admitted online.
    public var transitions = 0
    /// Critic updates, offline and online.
    public var criticUpdates = 0
    /// Policy updates, imitation and distillation.
    public var policyUpdates = 0
    /// Version of the newest weights that were published.
    public var version: UInt32 = 0
    /// Weights that the gate refused.
    public var refused = 0
    /// The same by cause, in the order in which each came first; nil for none, as in older resume points.
    public internal(set) var refusals: [RefusalCount]?
    /// Updates owed for experience admitted so far.
    public var debt = 0
    /// Weights that passed the gate and did not act, for the disk did not take them; nil for none, as in older
    /// resume points.
    public var unwritten: Int?
    /// Training episodes that the store did not take; nil for none, as in older resume points.
    public var leftOut: Int?

    /// Nothing done yet.
    public init() {}

    /// Training episodes that it has been given, learned from or not.
    public var given: Int { episodes + (leftOut ?? 0) }
}
