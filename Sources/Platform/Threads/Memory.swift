internal import CPlatform

/// The process' memory as a real-time thread cares about it.
public enum Memory {
    /// Page faults so far, each some microseconds, or milliseconds where the disk is asked.
    public struct PageFaults: Sendable, Equatable {
        /// Without disk access.
        public var minor: UInt64
        /// With disk access.
        public var major: UInt64

        /// So many of each.
        public init(minor: UInt64 = 0, major: UInt64 = 0) {
            self.minor = minor
            self.major = major
        }

        /// What came since `earlier`.
        public func since(_ earlier: PageFaults) -> PageFaults {
            PageFaults(minor: minor &- earlier.minor, major: major &- earlier.major)
        }
    }

    /// Keeps every page in memory: those that there are at once, later ones once they are touched.
    ///
    /// Under a limit of locked memory later ones are left out, for an allocation beyond it would
    /// fail. Needs `CAP_IPC_LOCK` or a high `ulimit -l`. Once more after a fork, before a real-time
    /// thread starts: the first write to each page would be a page fault.
    public static func lockAll() throws(PlatformError) {
        let error = hone_lock_memory()
        if error != 0 {
            throw .system(attempted: "lock", subject: "the process' memory", code: error)
        }
    }

    /// Bytes that this process may lock; nil for as many as it likes.
    public static var lockLimit: UInt64? {
        let limit = hone_memory_limit()
        return limit == .max ? nil : limit
    }

    /// Has the allocator keep what it was given, and the kernel make no huge pages; cannot be undone.
    public static func keepFreed() { hone_keep_freed_memory() }

    /// Lets this process have no more than so many bytes beyond what it has now: an allocation beyond is refused.
    ///
    /// For one that asks for little and serves strangers: libzmq then breaks off the connection whose message does not
    /// end. Where `/proc` is not there to say what it has, nothing changes.
    public static func bound(growth bytes: UInt64) { hone_bound_memory(bytes) }

    /// The most bytes of this process that were in memory at once so far.
    public static var peakBytes: UInt64 { hone_peak_memory() }

    /// Bytes of this process that are in memory now; 0 where `/proc` is not there to say.
    ///
    /// Some microseconds; no allocation.
    public static var residentBytes: UInt64 { hone_resident_memory(0) }

    /// The same of another process; 0 when it is gone.
    public static func residentBytes(of process: Int32) -> UInt64 { hone_resident_memory(process) }

    /// Bytes of memory that this machine has, or that its container may use.
    public static var machineBytes: UInt64 { hone_machine_memory() }

    /// Page faults of the whole process so far.
    public static func pageFaults() -> PageFaults { faults(ofThread: false) }

    /// Page faults of the calling thread so far; a system call, no allocation.
    public static func threadPageFaults() -> PageFaults { faults(ofThread: true) }

    private static func faults(ofThread: Bool) -> PageFaults {
        var found = PageFaults()
        hone_page_faults(ofThread ? 1 : 0, &found.minor, &found.major)
        return found
    }
}
