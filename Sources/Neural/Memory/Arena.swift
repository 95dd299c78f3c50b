/// One aligned block of floats, made at start and freed with its owner.
///
/// Parameters, gradients, moments and workspaces each live in one. The memory starts on a 64-byte boundary and is zero.
/// Whoever keeps a pointer or a matrix must keep the arena, best as a stored property: Swift lets a local object go after
/// its last mention, which is before a call that was given its pointer has ended. Only the initialiser allocates. An arena does not lock: it has one writing thread at a time, named by its owner.
public final class Arena {
    /// The first element.
    public let base: UnsafeMutablePointer<Float>
    /// The number of elements.
    public let count: Int

    /// Allocates `count` zeros.
    public init(count: Int) {
        precondition(count >= 0)
        self.count = count
        // Whole cache lines, so that no two arenas share one.
        let bytes = (max(count, 1) * 4 + 63) / 64 * 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        base = raw.bindMemory(to: Float.self, capacity: bytes / 4)
    }

    deinit { base.deallocate() }

    /// All elements.
    @inlinable
    public var buffer: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: base, count: count)
    }

    /// The matrix of contiguous rows that starts at an element.
    public func matrix(at offset: Int, rows: Int, columns: Int) -> Matrix {
        precondition(offset >= 0 && rows >= 0 && columns >= 0 && offset + rows * columns <= count)
        return Matrix(base + offset, rows: rows, columns: columns)
    }

    /// Sets every element to one value.
    public func fill(_ value: Float) { base.update(repeating: value, count: count) }

    /// Copies every element from an arena of the same count.
    public func copy(from other: Arena) {
        precondition(other.count == count)
        base.update(from: other.base, count: count)
    }
}

// Safe: the pointer and count never change; writes are confined to the one thread its owner names.
extension Arena: @unchecked Sendable {}
