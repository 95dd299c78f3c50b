import Embodiment
import Recipe

extension Exploration {
    /// How much chance there is in an episode's decisions: what its purpose, its number and the settings say.
    ///
    /// Whoever makes a decision again from a log asks the same, so that it comes out the same.
    ///
    /// - Parameters:
    ///   - driver: who decides.
    ///   - number: of the episode in its session.
    ///   - purpose: nil where a log does not have it.
    init(
        of driver: Driver, in number: UInt32, for purpose: EpisodePurpose?,
        _ settings: AlgorithmSettings
    ) {
        switch (driver, purpose) {
        case (.guided, .training): self = .drawn
        case (.imitation, .training) where settings.schedule.noiselessWarmup:
            self = number.isMultiple(of: 2) ? .usual : .noiseless
        default: self = .usual
        }
    }
}
