public import Embodiment

/// What a `reset` asks for: bring the scene to the start of an episode.
public struct ResetRequest: Sendable, Equatable {
    /// The commander's session.
    public var session: UInt64
    /// The commander's epoch.
    public var epoch: UInt32
    /// Number of the episode that begins.
    public var episode: UInt32
    /// Decides the start state.
    public var seed: UInt64
    /// What the episode is for.
    public var purpose: EpisodePurpose
    /// Whether samples are to carry operator actions.
    public var wantsOperator: Bool

    /// Creates a request.
    public init(
        session: UInt64, epoch: UInt32, episode: UInt32, seed: UInt64, purpose: EpisodePurpose,
        wantsOperator: Bool
    ) {
        self.session = session
        self.epoch = epoch
        self.episode = episode
        self.seed = seed
        self.purpose = purpose
        self.wantsOperator = wantsOperator
    }
}
