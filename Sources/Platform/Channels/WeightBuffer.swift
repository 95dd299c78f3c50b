internal import Synchronization

/// The newest weights from the learner thread to the acting thread: a triple buffer of flat floats.
///
/// The writer fills its own slot however long it takes; the reader swaps in one atomic step, at a
/// moment of its choosing. No locks, no reference counting, no allocation after `init`.
public final class WeightBuffer: @unchecked Sendable {
    // @unchecked Sendable: as in LatestValue, a slot (its floats and its version) belongs to one
    // side at a time and changes hands only by an exchange on `shared`.

    /// Floats in one set of weights.
    public let count: Int
    private let storage: UnsafeMutableRawPointer
    private let stride: Int
    private let versions: UnsafeMutablePointer<UInt32>
    private let back: UnsafeMutablePointer<UInt8>
    private let front: UnsafeMutablePointer<UInt8>
    private let hasFront: UnsafeMutablePointer<Bool>
    private let shared = Atomic<UInt8>(TripleBuffer.firstShared)

    /// Three zeroed sets of `count` floats, each aligned to 64 bytes.
    public init(count: Int) {
        precondition(count >= 0, "a count of weights is not negative")
        self.count = count
        stride = (count * MemoryLayout<Float>.stride + 63) / 64 * 64
        storage = .allocate(byteCount: max(64, 3 * stride), alignment: 64)
        storage.initializeMemory(as: UInt8.self, repeating: 0, count: max(64, 3 * stride))
        versions = .allocate(capacity: 3)
        versions.initialize(repeating: 0, count: 3)
        back = .allocate(capacity: 1)
        back.initialize(to: TripleBuffer.firstBack)
        front = .allocate(capacity: 1)
        front.initialize(to: TripleBuffer.firstFront)
        hasFront = .allocate(capacity: 1)
        hasFront.initialize(to: false)
    }

    deinit {
        storage.deallocate()
        versions.deallocate()
        back.deallocate()
        front.deallocate()
        hasFront.deallocate()
    }

    /// The writer's own set, of `count` floats: to be filled, looked at and then offered; writer thread only.
    ///
    /// It holds an older version's floats and nobody else sees it before `offer`.
    public var draft: UnsafeMutableBufferPointer<Float> { floats(of: Int(back.pointee)) }

    /// Makes the draft the newest weights; writer thread only.
    ///
    /// - Parameter version: travels with the weights.
    /// - Returns: the version that was offered before and that nobody has taken, nor ever will; nil where it was taken.
    @discardableResult
    public func offer(version: UInt32) -> UInt32? {
        versions[Int(back.pointee)] = version
        // Release: floats and version are complete before they are offered. Acquire: the reader's
        // last look at the slot that comes back is over before it is filled again.
        let old = shared.exchange(
            back.pointee | TripleBuffer.isNew, ordering: .acquiringAndReleasing)
        back.pointee = old & TripleBuffer.slot
        return old & TripleBuffer.isNew != 0 ? versions[Int(back.pointee)] : nil
    }

    /// Fills the draft and offers it; writer thread only.
    ///
    /// - Parameters:
    ///   - version: travels with the weights.
    ///   - fill: must write all `count` floats.
    /// - Returns: as `offer`.
    @discardableResult
    public func publish(
        version: UInt32, fill: (UnsafeMutableBufferPointer<Float>) -> Void
    ) -> UInt32? {
        fill(draft)
        return offer(version: version)
    }

    /// Takes the newest weights; reader thread only.
    ///
    /// - Returns: nil until something was published; `isNew` says whether this differs from the
    ///   last call. The floats are valid, and do not change, until the next call.
    public func acquire() -> (version: UInt32, weights: UnsafeBufferPointer<Float>, isNew: Bool)? {
        var isNew = false
        // Relaxed: only decides whether to exchange; the exchange does the ordering.
        if shared.load(ordering: .relaxed) & TripleBuffer.isNew != 0 {
            let old = shared.exchange(front.pointee, ordering: .acquiringAndReleasing)
            front.pointee = old & TripleBuffer.slot
            hasFront.pointee = true
            isNew = true
        }
        guard hasFront.pointee else { return nil }
        let slot = Int(front.pointee)
        return (versions[slot], UnsafeBufferPointer(floats(of: slot)), isNew)
    }

    /// Whether weights newer than the last acquired wait; any thread, out of date at once.
    public var hasNewer: Bool { shared.load(ordering: .relaxed) & TripleBuffer.isNew != 0 }

    private func floats(of slot: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: (storage + slot * stride).assumingMemoryBound(to: Float.self), count: count)
    }
}
