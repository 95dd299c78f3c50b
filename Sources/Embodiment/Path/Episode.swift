/// A whole episode: what the recorder makes durable and the replay store admits.
public struct Episode: Sendable, Equatable {
    /// Episode number in the session.
    public var number: UInt32
    /// Seed of the start state, as sent in `reset`.
    public var seed: UInt64
    /// `demonstration`, `evaluation` or `training`.
    public var purpose: EpisodePurpose
    /// How it ended.
    public var outcome: EpisodeOutcome
    /// Its steps in order.
    public var transitions: [Transition]

    /// Steps of the longest episode that is trained on.
    public static let mostSteps = 65_536

    /// Creates an episode.
    public init(
        number: UInt32, seed: UInt64, purpose: EpisodePurpose, outcome: EpisodeOutcome,
        transitions: [Transition]
    ) {
        self.number = number
        self.seed = seed
        self.purpose = purpose
        self.outcome = outcome
        self.transitions = transitions
    }
}
