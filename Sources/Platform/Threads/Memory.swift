internal import CPlatform

/// The process' memory as a real-time thread cares about it.
public enum Memory {
    /// Keeps every page, present and future, in memory.
    ///
    /// Needs `CAP_IPC_LOCK` or a high `ulimit -l`.
    public static func lockAll() throws(PlatformError) {
        let error = hone_lock_memory()
        if error != 0 {
            throw .system(attempted: "lock", subject: "the process' memory", code: error)
        }
    }

    /// The most bytes of this process that were in memory at once so far.
    public static var peakBytes: UInt64 { hone_peak_memory() }

    /// Page faults of the whole process so far: without and with disk access.
    public static func pageFaults() -> (minor: UInt64, major: UInt64) {
        var minor: UInt64 = 0
        var major: UInt64 = 0
        hone_page_faults(&minor, &major)
        return (minor, major)
    }
}
