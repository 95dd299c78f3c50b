import Embodiment

/// The end of an episode.
public struct EpisodeEnd: Sendable, Equatable {
    /// Episode number in the session, from 0.
    public var number: UInt32
    /// How it ended.
    public var outcome: EpisodeOutcome
    /// Transitions it has; a reader that finds fewer knows that some are lost.
    public var steps: UInt32

    /// Creates an end.
    public init(number: UInt32, outcome: EpisodeOutcome, steps: UInt32) {
        self.number = number
        self.outcome = outcome
        self.steps = steps
    }
}
