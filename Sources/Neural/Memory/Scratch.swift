/// A stack of short-lived matrices over one arena.
///
/// Each shard or worker has its own; a function marks the level on entry and releases to it on return, so an update
/// allocates nothing. Pieces start on 64-byte boundaries and hold whatever was there before. Running out ends the
/// process with a message, as it is a mistake in sizing that no caller can mend. Keep a scratch in a stored property: like an
/// arena it goes after its last mention, and what it handed out with it.
public final class Scratch {
    /// The memory behind the pieces.
    public let arena: Arena
    /// The elements handed out now.
    public private(set) var used = 0
    /// The most elements ever handed out at once.
    public private(set) var peak = 0

    /// Where it measures: each piece handed out, with the level it begins at.
    private var loose: [(level: Int, piece: Arena)]?

    /// Allocates room for `count` floats.
    public init(count: Int) { arena = Arena(count: count) }

    private init(loose: [(level: Int, piece: Arena)]) {
        arena = Arena(count: 0)
        self.loose = loose
    }

    /// A scratch that has room for anything and allocates every piece, to find out how much a piece of work needs.
    ///
    /// After a dry run `peak` is the count to make the real one with. Pieces are zero.
    public static func measuring() -> Scratch { Scratch(loose: []) }

    /// Hands out `count` uninitialised floats.
    public func vector(_ count: Int) -> UnsafeMutablePointer<Float> {
        let start = used
        let padded = (count + 15) & ~15
        if loose != nil {
            let piece = Arena(count: count)
            loose?.append((level: start, piece: piece))
            used += padded
            peak = max(peak, used)
            return piece.base
        }
        guard count >= 0, start + count <= arena.count else {
            fatalError(
                "Scratch: wanted \(count) floats, \(arena.count - start) of \(arena.count) are left; "
                    + "make the scratch larger")
        }
        used = min(start + padded, arena.count)
        peak = max(peak, used)
        return arena.base + start
    }

    /// Hands out an uninitialised matrix with contiguous rows.
    public func matrix(rows: Int, columns: Int) -> Matrix {
        Matrix(vector(rows * columns), rows: rows, columns: columns)
    }

    /// Hands out `count` uninitialised 32-bit integers.
    public func integers(_ count: Int) -> UnsafeMutablePointer<Int32> {
        // Safe: same size and alignment, and the floats of this piece are not used as floats while it is handed out.
        UnsafeMutableRawPointer(vector(count)).bindMemory(to: Int32.self, capacity: max(count, 1))
    }

    /// The present level, to release to later.
    public func mark() -> Int { used }

    /// Takes back everything handed out since the mark.
    public func release(to mark: Int) {
        precondition(mark >= 0 && mark <= used)
        used = mark
        loose?.removeAll { $0.level >= mark }
    }
}

// Safe: a scratch belongs to one worker, and moves between threads only together with it.
extension Scratch: @unchecked Sendable {}
