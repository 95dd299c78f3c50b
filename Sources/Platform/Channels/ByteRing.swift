internal import Synchronization

/// A bounded queue of byte records from one writer thread to one reader thread, in memory that it is given.
///
/// Neither side ever waits, allocates or makes a system call. What was pushed stays where it is until it is released: in
/// memory that outlives the process, `remains` finds it. One ring per memory.
///
///     0    head: bytes ever released
///     128  tail: bytes ever pushed
///     256  data, a record each: byte count u32, CRC-32 u32 of its place and its bytes, the bytes, zeros up to 8
public final class ByteRing: @unchecked Sendable {
    // @unchecked Sendable: bytes head..<tail belong to the reader, the rest to the writer. `writer` is touched by the
    // writer thread only and `reader` by the reader thread only.

    /// Bytes of the memory that hold no records.
    public static let headerByteCount = 256
    private static let tailOffset = 128
    private static let frameByteCount = 8
    /// Stands where the rest up to the end of the data is not used.
    private static let gap = UInt32.max

    private let data: UnsafeMutableRawPointer
    private let capacity: Int
    private let writer: UnsafeMutablePointer<RingSide>
    private let reader: UnsafeMutablePointer<RingSide>
    /// Stored by the reader with release, so that a writer that acquires it may overwrite what it frees.
    private let head: UnsafeMutablePointer<Atomic<Int>>
    /// Stored by the writer with release, so that whoever acquires it (or finds it in the memory of a process that was
    /// killed) has the records it counts.
    private let tail: UnsafeMutablePointer<Atomic<Int>>

    /// An empty ring.
    ///
    /// - Parameter memory: zeros, aligned to 64; outlives the ring.
    public init(in memory: UnsafeMutableRawBufferPointer) {
        guard let base = memory.baseAddress,
            memory.count >= Self.headerByteCount + 2 * Self.frameByteCount
        else { preconditionFailure("a ring holds at least one record") }
        data = base + Self.headerByteCount
        capacity = Self.capacity(of: memory.count)
        // Safe: Atomic<Int> has the layout of Int, and nobody touches these bytes otherwise.
        head = base.bindMemory(to: Atomic<Int>.self, capacity: 1)
        tail = (base + Self.tailOffset).bindMemory(to: Atomic<Int>.self, capacity: 1)
        writer = .allocate(capacity: 1)
        writer.initialize(to: RingSide())
        reader = .allocate(capacity: 1)
        reader.initialize(to: RingSide())
    }

    deinit {
        writer.deallocate()
        reader.deallocate()
    }

    private static func capacity(of byteCount: Int) -> Int { (byteCount - headerByteCount) & ~7 }

    private static func length(_ byteCount: Int) -> Int { frameByteCount + (byteCount + 7) & ~7 }

    /// Bytes of the longest record: one that fits whatever was pushed before, once the ring is empty.
    public var longest: Int { capacity / 2 & ~7 - Self.frameByteCount }

    /// Adds a record made of two pieces, or returns false when there is no room; writer thread only.
    public func push(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> Bool {
        let byteCount = first.count + second.count
        if byteCount > longest { return false }
        let length = Self.length(byteCount)
        let position = writer.pointee.position
        let index = position % capacity
        let skipped = capacity - index < length ? capacity - index : 0
        let end = position + skipped + length
        if end - writer.pointee.seen > capacity {
            // Acquire pairs with the release in `release`: the reader is done with the freed bytes.
            writer.pointee.seen = head.pointee.load(ordering: .acquiring)
            if end - writer.pointee.seen > capacity { return false }
        }
        var at = index
        if skipped > 0 {
            data.storeBytes(of: Self.gap, toByteOffset: index, as: UInt32.self)
            at = 0
        }
        let bytes = data + at + Self.frameByteCount
        // The last eight bytes first: what the record does not fill of them is zeros.
        if length > Self.frameByteCount {
            bytes.storeBytes(of: 0, toByteOffset: length - 2 * Self.frameByteCount, as: UInt64.self)
        }
        if let base = first.baseAddress { bytes.copyMemory(from: base, byteCount: first.count) }
        if let base = second.baseAddress {
            (bytes + first.count).copyMemory(from: base, byteCount: second.count)
        }
        let checksum = Self.checksum(
            UnsafeRawBufferPointer(start: bytes, count: byteCount), at: position + skipped)
        data.storeBytes(of: UInt32(byteCount), toByteOffset: at, as: UInt32.self)
        data.storeBytes(of: checksum, toByteOffset: at + 4, as: UInt32.self)
        writer.pointee.position = end
        // Release: the record is complete before anybody may see that it exists.
        tail.pointee.store(end, ordering: .releasing)
        return true
    }

    /// Notes what has been pushed up to now: `next` gives that and no more; reader thread only.
    public func refresh() {
        // Acquire pairs with the release in `push`: the records up to here are complete.
        reader.pointee.seen = tail.pointee.load(ordering: .acquiring)
    }

    /// The next record, which stays in the ring, and valid, until `release`; nil for none; reader thread only.
    public func next() -> UnsafeRawBufferPointer? {
        var position = reader.pointee.position
        guard position < reader.pointee.seen else { return nil }
        if data.load(fromByteOffset: position % capacity, as: UInt32.self) == Self.gap {
            position += capacity - position % capacity
        }
        let index = position % capacity
        let byteCount = Int(data.load(fromByteOffset: index, as: UInt32.self))
        reader.pointee.position = position + Self.length(byteCount)
        return UnsafeRawBufferPointer(
            start: data + index + Self.frameByteCount, count: byteCount)
    }

    /// Gives up every record that `next` has given; reader thread only.
    public func release() {
        // Release: the records have been used before the writer may overwrite them.
        head.pointee.store(reader.pointee.position, ordering: .releasing)
    }

    /// Share of the memory that is pushed and not released, 0…1; any thread.
    public var fill: Double {
        // The head first: it never overtakes the tail that is read after it.
        let head = head.pointee.load(ordering: .acquiring)
        return min(1, Double(tail.pointee.load(ordering: .relaxed) - head) / Double(capacity))
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
        var checksum = CRC32()
        // A record of an earlier round at the same place has another sum.
        withUnsafeBytes(of: position) { checksum.update($0) }
        checksum.update(bytes)
        return checksum.value
    }
}

extension ByteRing {
    /// Visits what a ring's memory holds that was never released, oldest first; believes nothing.
    ///
    /// - Parameter memory: all that the ring was given, or a copy of it.
    /// - Returns: false when something is not what was written: what comes behind it is not visited.
    public static func remains(
        in memory: UnsafeRawBufferPointer, _ visit: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        guard memory.count >= headerByteCount + 2 * frameByteCount else { return false }
        let capacity = capacity(of: memory.count)
        let data = UnsafeRawBufferPointer(
            rebasing: memory[headerByteCount..<headerByteCount + capacity])
        var position = memory.loadUnaligned(as: Int.self)
        let end = memory.loadUnaligned(fromByteOffset: tailOffset, as: Int.self)
        guard position >= 0, end >= position, end - position <= capacity, position % 8 == 0,
            end % 8 == 0
        else { return false }
        while position < end {
            let index = position % capacity
            let byteCount = data.loadUnaligned(fromByteOffset: index, as: UInt32.self)
            // Differences only: in a file that somebody made up, positions may be too large for sums.
            if byteCount == gap {
                // A gap is never the last thing.
                guard capacity - index < end - position else { return false }
                position += capacity - index
                continue
            }
            let length = length(Int(byteCount))
            guard length <= capacity - index, length <= end - position else { return false }
            let from = index + frameByteCount
            let bytes = UnsafeRawBufferPointer(rebasing: data[from..<from + Int(byteCount)])
            let expected = data.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self)
            guard checksum(bytes, at: position) == expected else { return false }
            visit(bytes)
            position += length
        }
        return true
    }
}
