import Embodiment

/// Demonstrations so far.
struct DemonstrationTally: Sendable, Equatable {
    /// Episodes recorded; also the number of the next start state.
    private(set) var tried = 0
    /// Successful ones.
    private(set) var successes = 0

    /// Counts an episode, however it ended.
    mutating func count(_ outcome: EpisodeOutcome) {
        tried += 1
        if outcome == .success { successes += 1 }
    }
}
