/// Cores that sleep less deeply between two ticks than the kernel would let them, from init to `release`.
///
/// A core that sleeps deeply wakes late. Holding this costs power, and where the machine is a virtual one it may cost
/// everything: an idle core that spins spends its host's quota of processor time, and then the whole machine stands
/// still until the next period. Any thread; more than one at a time: the kernel goes by the strictest.
public final class WakefulCores: Sendable {
    /// Where the kernel takes the longest wake-up latency that anybody can bear, as an `Int32` of
    /// µs; it holds for all cores while the file is open (the kernel's `pm_qos_interface`).
    static let path = "/dev/cpu_dma_latency"

    private let held: Guarded<Held?>

    /// Asks for cores that wake soon; whatever ends the process lets them sleep again.
    ///
    /// - Parameter microseconds: how long a wake-up may take at most; 0: they do not sleep at all.
    /// - Throws: where this user may not write the file, or the kernel has none.
    public init(wakingWithin microseconds: Int32) throws(PlatformError) {
        let file = try FileDescriptor(opening: Self.path, .device)
        try file.write(withUnsafeBytes(of: microseconds) { Array($0) })
        held = Guarded(Held(file))
    }

    /// Lets them sleep as they did; a second call does nothing.
    public func release() { held.withLock { $0 = nil } }

    /// The open file; it is closed with this.
    private final class Held: Sendable {
        private let file: FileDescriptor
        init(_ file: consuming FileDescriptor) { self.file = file }
    }
}
