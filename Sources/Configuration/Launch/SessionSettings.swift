import Recipe

/// Amounts of one session.
public struct SessionSettings: Sendable, Equatable {
    /// Successful demonstrations recorded before training.
    public var demonstrations: Int
    /// Episodes of each evaluation.
    public var evaluationEpisodes: Int
    /// Evaluations on the way through the online part; nil for none.
    public var evaluationPoints: EvaluationPointSettings?
    /// Robot time of the online part, minutes.
    public var robotMinutes: Double
    /// Episodes of the online part at most.
    public var maxOnlineEpisodes: Int
    /// Threads that the learner computes with; results do not depend on it.
    public var workers: Int
    /// Folder that session directories are made in, relative to where `hone` was started.
    public var directory: String
    /// When new weights begin to act.
    public var swapAt: SwapBoundary
    /// By the wall clock: the learner's updates between two hot swaps while it has more to do.
    public var swapEvery: Int
    /// Which versions of the weights stay on the disk, of those that acted.
    public var retention: VersionRetention
    /// Episodes between two points that an interrupted session can be resumed from.
    public var checkpointEpisodes: Int
    /// Memory that the agent's process may take, MiB; nil for three quarters of the machine's.
    public var memoryMiB: Int?
    /// In real time: how deeply the machine's cores may sleep between two ticks.
    public var cores: CoreWakefulness
    /// Session directories whose episodes are offline data besides what is recorded.
    public var offlineData: [String]
}
