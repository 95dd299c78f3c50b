import Platform

extension Recorder {
    /// How often what is recorded becomes durable.
    public struct Settings: Sendable, Equatable {
        /// Longest time that a record waits for its commit, with a thread.
        public var commitInterval = Duration.milliseconds(50)
        /// Bytes that are committed without waiting.
        public var commitBytes = 1 << 20
        /// Bytes after which a session's log goes on in another part, so that no file grows without end.
        public var partBytes: UInt64 = 256 << 20
        /// Durable episodes that wait for the learner in a ring; more wait behind it.
        public var durableCapacity = 256
        /// Added to every time, ns; wall clock less monotonic clock makes viewers show the date.
        public var timeOffset: UInt64 = 0
        /// Where the rings lie, so that filling them never waits for a device.
        public var memoryDisk = SharedMemory.memoryDisk

        /// 50 ms, 1 MiB, parts of 256 MiB.
        public init() {}
    }
}
