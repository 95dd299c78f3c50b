/// What a recorder did, counted from its start to its last commit.
public struct RecorderStatistics: Sendable, Equatable {
    /// Records appended.
    public var records: UInt64 = 0
    /// Records that are on the disk.
    public var durableRecords: UInt64 = 0
    /// Whole episodes that are on the disk.
    public var durableEpisodes: UInt64 = 0
    /// Episodes with a missing or misplaced part; logged, never handed out.
    public var incompleteEpisodes: UInt64 = 0
    /// Ticks that found their ring full.
    public var droppedTicks: UInt64 = 0
    /// Chunks written and synced.
    public var commits: UInt64 = 0
    /// Time spent in commits, ns.
    public var commitNanoseconds: UInt64 = 0
    /// Longest commit, ns.
    public var longestCommitNanoseconds: UInt64 = 0
    /// Number of the log's part that is being written.
    public var part: Int
    /// Bytes in that part.
    public var byteCount: UInt64 = 0

    /// Everything before it is durable.
    public var position: LogPosition { LogPosition(part: part, byteCount: byteCount) }

    /// Nothing yet.
    public init(part: Int = 1) { self.part = part }
}
