internal import Synchronization

/// A bounded queue from one writer thread to one reader thread; neither ever waits.
///
/// Nothing is dropped: full is an answer, and what to do then is the writer's decision. Does not
/// allocate after `init` (beyond what copying an element does).
public final class SPSCRing<Element: Sendable>: @unchecked Sendable {
    // @unchecked Sendable: `storage` is shared, and each slot belongs to exactly one side at a time:
    // slots head..<tail to the reader, the rest to the writer. `writer` is touched by the writer
    // thread only and `reader` by the reader thread only.

    /// How many elements fit.
    public let capacity: Int
    private let mask: Int
    private let storage: UnsafeMutablePointer<Element>
    private let writer: UnsafeMutablePointer<RingSide>
    private let reader: UnsafeMutablePointer<RingSide>
    /// Elements ever pushed; stored by the writer with release, so that whoever acquires it sees
    /// the elements it counts.
    private let tail = Atomic<Int>(0)
    private let padding = InlineArray<15, UInt64>(repeating: 0)
    /// Elements ever popped; stored by the reader with release, so that a writer that acquires it
    /// may overwrite the slots it frees.
    private let head = Atomic<Int>(0)

    /// An empty ring.
    ///
    /// - Parameter capacity: at least 1; exactly this many fit.
    public init(capacity: Int) {
        precondition(capacity >= 1, "a ring holds at least one element")
        self.capacity = capacity
        var slots = 1
        while slots < capacity { slots *= 2 }
        mask = slots - 1
        let byteCount = slots * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: MemoryLayout<Element>.alignment)
        // Written once now: the ring's first round meets no page fault.
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        storage = memory.bindMemory(to: Element.self, capacity: slots)
        writer = .allocate(capacity: 1)
        writer.initialize(to: RingSide())
        reader = .allocate(capacity: 1)
        reader.initialize(to: RingSide())
    }

    deinit {
        // No other thread has a reference any more: both counters are final.
        for index in head.load(ordering: .acquiring)..<tail.load(ordering: .acquiring) {
            (storage + (index & mask)).deinitialize(count: 1)
        }
        storage.deallocate()
        writer.deallocate()
        reader.deallocate()
    }

    /// Adds an element, or returns false when the ring is full; writer thread only.
    public func push(_ element: consuming Element) -> Bool {
        let position = writer.pointee.position
        if position - writer.pointee.seen == capacity {
            // Acquire pairs with the release in `pop`: the reader is done with the freed slots.
            writer.pointee.seen = head.load(ordering: .acquiring)
            if position - writer.pointee.seen == capacity { return false }
        }
        (storage + (position & mask)).initialize(to: element)
        writer.pointee.position = position + 1
        // Release: the element is complete before the reader may see that it exists.
        tail.store(position + 1, ordering: .releasing)
        return true
    }

    /// Takes the oldest element, or nil when the ring is empty; reader thread only.
    public func pop() -> Element? {
        guard let oldest else { return nil }
        let element = oldest.move()
        release()
        return element
    }

    /// Shows the oldest element where it lies, then takes it; reader thread only.
    ///
    /// For elements that take longer to copy than to look at. `look` must not use the ring.
    /// - Returns: false when the ring is empty.
    public func pop(_ look: (UnsafePointer<Element>) -> Void) -> Bool {
        guard let oldest else { return false }
        look(UnsafePointer(oldest))
        oldest.deinitialize(count: 1)
        release()
        return true
    }

    /// Where the oldest element lies; nil when the ring is empty.
    private var oldest: UnsafeMutablePointer<Element>? {
        let position = reader.pointee.position
        if position == reader.pointee.seen {
            // Acquire pairs with the release in `push`: the elements up to here are complete.
            reader.pointee.seen = tail.load(ordering: .acquiring)
            if position == reader.pointee.seen { return nil }
        }
        return storage + (position & mask)
    }

    /// The oldest element is taken.
    private func release() {
        reader.pointee.position += 1
        // Release: the slot is empty before the writer may fill it again.
        head.store(reader.pointee.position, ordering: .releasing)
    }

    /// How many elements are queued, 0…`capacity`; any thread, out of date at once.
    public var count: Int {
        // Head first: it never passes a tail read later, so the difference is never negative.
        let popped = head.load(ordering: .acquiring)
        return min(tail.load(ordering: .acquiring) - popped, capacity)
    }

    /// Whether nothing is queued; any thread, out of date at once.
    public var isEmpty: Bool { count == 0 }
}
