import Models
import Neural
import Platform

/// The acting side of the published weights: newer ones are taken at a declared boundary, worse ones taken back.
///
/// Used from the thread that runs episodes, or from the policy loop's while that decides.
public final class ActingWeights {
    /// What decides with them.
    public let policy: LocalActor
    /// Version that acted before the one that acts; 0 for none.
    private var previous: UInt32 = 0
    /// Version that gave way to the one before it: neither it nor an older one is taken again.
    private var refused: UInt32 = 0
    private let slot: WeightBuffer

    /// - Parameters:
    ///   - policy: without weights yet; only this loads any.
    ///   - slot: where the trainer publishes.
    public init(of policy: LocalActor, slot: WeightBuffer) {
        self.policy = policy
        self.slot = slot
    }

    /// Version of the weights that act.
    public var version: UInt32 { policy.version }

    /// Takes newer weights, if there are any; the boundary of a swap.
    public func loadNewest() {
        guard let newest = slot.acquire(), newest.version > refused,
            newest.isNew || newest.version != version
        else { return }
        if newest.version != version { previous = version }
        policy.load(newest.weights, version: newest.version)
    }

    /// Lets the weights that acted before act again, until there are newer ones than the present.
    ///
    /// By the wall clock only, where a version's number is never used twice. Allocates.
    ///
    /// - Parameter folder: keeps every version that acted.
    /// - Returns: the version that acts now; nil, and nothing changes, where none acted before.
    /// - Throws: when that version cannot be read: nothing changes.
    public func rollBack(from folder: VersionFolder) throws -> UInt32? {
        guard previous > 0 else { return nil }
        let layout = policy.actor.snapshotLayout.layout
        let weights = Arena(count: layout.count)
        try folder.read(previous, layout: layout, into: weights.base)
        refused = version
        policy.load(UnsafeBufferPointer(weights.buffer), version: previous)
        previous = 0
        return version
    }

    /// Goes on where another process stopped, with the weights that the trainer has published.
    ///
    /// - Parameter version: that acted last; newer ones are taken at the next boundary.
    public func resume(from version: UInt32) {
        // Loaded in any case, for the probe; taken later where it is newer.
        policy.resume(from: version, with: slot.acquire()?.weights)
    }
}
