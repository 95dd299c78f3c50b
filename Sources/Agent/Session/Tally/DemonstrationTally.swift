import Embodiment

/// Demonstrations so far.
struct DemonstrationTally: Sendable, Equatable {
    /// Episodes recorded; also the number of the next start state.
    private(set) var tried = 0
    /// Successful ones.
    private(set) var successes = 0

    /// Policy steps of all of them.
    private(set) var steps = 0

    /// Counts an episode, however it ended.
    mutating func count(_ outcome: EpisodeOutcome, steps more: Int) {
        tried += 1
        steps += more
        if outcome == .success { successes += 1 }
    }
}
