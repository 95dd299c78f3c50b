import Embodiment

/// The beginning of an episode.
public struct EpisodeStart: Sendable, Equatable {
    /// Episode number in the session, from 0.
    public var number: UInt32
    /// Seed of the start state.
    public var seed: UInt64
    /// What it is for.
    public var purpose: EpisodePurpose
    /// Who acts in it, at its start; nil in logs that do not have it.
    public var driver: Driver?

    /// Creates a beginning.
    public init(number: UInt32, seed: UInt64, purpose: EpisodePurpose, driver: Driver? = nil) {
        self.number = number
        self.seed = seed
        self.purpose = purpose
        self.driver = driver
    }
}
