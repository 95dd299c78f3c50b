internal import Glibc
import Synchronization

/// Counts the products that a piece of work makes, so that a benchmark knows its limit.
///
/// For measuring only: one caller at a time; what other threads multiply is not counted. Allocates.
public enum ProductTally {
    /// The thread that counts, 0 while none does.
    private static let counter = Atomic<UInt>(0)
    // Safe: touched only by the thread that counts.
    nonisolated(unsafe) private static var shapes: [ProductShape: Int] = [:]

    /// Whether this thread's products are to be counted.
    @inline(__always)
    static var isCounting: Bool {
        let thread = counter.load(ordering: .relaxed)
        return thread != 0 && thread == UInt(pthread_self())
    }

    /// How often `body` multiplied in which shape, on the calling thread.
    public static func counting(_ body: () -> Void) -> [ProductShape: Int] {
        shapes = [:]
        counter.store(UInt(pthread_self()), ordering: .relaxed)
        body()
        counter.store(0, ordering: .relaxed)
        return shapes
    }

    static func count(_ shape: ProductShape) { shapes[shape, default: 0] += 1 }
}
