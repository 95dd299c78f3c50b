internal import Synchronization

/// The newest value from one writer thread to one reader thread; older ones are overwritten.
///
/// A triple buffer: one slot is the writer's, one the reader's, and one is exchanged between them.
/// Neither side ever waits or sees a half-written value. Does not allocate after `init` (beyond
/// what copying an element does).
public final class LatestValue<Element: Sendable>: @unchecked Sendable {
    // @unchecked Sendable: the three slot numbers are always distinct: `back` (writer only), `front`
    // (reader only) and the one in `shared`; a slot changes hands only by an exchange on `shared`.
    private let slots: UnsafeMutablePointer<Element?>
    private let back: UnsafeMutablePointer<UInt8>
    private let front: UnsafeMutablePointer<UInt8>
    private let shared = Atomic<UInt8>(TripleBuffer.firstShared)

    /// A channel with nothing in it.
    public init() {
        slots = .allocate(capacity: 3)
        slots.initialize(repeating: nil, count: 3)
        back = .allocate(capacity: 1)
        back.initialize(to: TripleBuffer.firstBack)
        front = .allocate(capacity: 1)
        front.initialize(to: TripleBuffer.firstFront)
    }

    deinit {
        slots.deinitialize(count: 3)
        slots.deallocate()
        back.deallocate()
        front.deallocate()
    }

    /// Makes `value` the newest; writer thread only.
    public func publish(_ value: consuming Element) {
        slots[Int(back.pointee)] = consume value
        // Release: the slot is complete before it is offered. Acquire: what the reader did to the
        // slot that comes back is over before it is written again.
        let old = shared.exchange(
            back.pointee | TripleBuffer.isNew, ordering: .acquiringAndReleasing)
        back.pointee = old & TripleBuffer.slot
    }

    /// Takes the newest value, or nil when nothing came since the last call; reader thread only.
    public func take() -> Element? {
        // Relaxed: only decides whether to exchange; the exchange does the ordering.
        guard shared.load(ordering: .relaxed) & TripleBuffer.isNew != 0 else { return nil }
        // Acquire: the slot's content is complete. Release: done with the slot given away.
        let old = shared.exchange(front.pointee, ordering: .acquiringAndReleasing)
        front.pointee = old & TripleBuffer.slot
        return slots[Int(front.pointee)].take()
    }
}
