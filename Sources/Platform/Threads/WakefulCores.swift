/// Cores that do not sleep between two ticks.
///
/// A core that sleeps wakes late: by its exit latency, and under a hypervisor by however long that
/// takes to schedule it again.
public enum WakefulCores {
    /// Where the kernel takes the longest wake-up latency that anybody can bear, as an `Int32` of
    /// µs; it holds for all cores while the file is open (the kernel's `pm_qos_interface`).
    static let path = "/dev/cpu_dma_latency"

    /// Runs `body` while the cores stay awake; whatever ends the process lets them sleep again.
    ///
    /// Any thread; more than one at a time. Costs power, and the heat of an idle core that spins.
    ///
    /// - Parameter body: told whether they do: not where this user may not write the file, or the
    ///   kernel has none.
    public static func hold(during body: (_ areAwake: Bool) -> Void) {
        guard let file = try? wake() else { return body(false) }
        body(true)
        try? file.close()
    }

    private static func wake() throws(PlatformError) -> FileDescriptor {
        let file = try FileDescriptor(opening: path, .device)
        try file.write([0, 0, 0, 0])
        return file
    }
}
