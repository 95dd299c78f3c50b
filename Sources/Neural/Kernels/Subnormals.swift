internal import CKernels

/// Subnormal numbers, below 1.2e-38: worth nothing to a network and over a hundred cycles each.
///
/// They come up by themselves: probabilities far from the target, moments of weights that have come to rest.
public enum Subnormals {
    /// How a thread treated them before.
    public struct Mode: Sendable {
        fileprivate let word: UInt
    }

    /// From here on the calling thread, and threads it starts, read and write them as zero.
    ///
    /// A few nanoseconds; does not allocate. Results depend on it, so every thread that computes calls it first.
    /// - Returns: what `restore` takes; nothing changes on a processor that cannot be told.
    public static func flush() -> Mode { Mode(word: hone_flush_subnormals()) }

    /// Puts the calling thread back to how it was.
    public static func restore(_ mode: Mode) { hone_restore_float_mode(mode.word) }
}
