import Embodiment

/// The evaluation in progress, or the one that ended last.
struct EvaluationTally: Sendable, Equatable {
    /// Tries of one start state: a policy that has to be stopped in each of them has failed there.
    static let mostTries = 3

    /// Start states done; also the number of the next one.
    private(set) var done = 0
    /// Those that the policy succeeded from.
    private(set) var successes = 0
    /// Policy steps of all of them.
    private(set) var length = 0
    /// Tries of the next start state that were stopped.
    private(set) var stoppedTries = 0
    /// Steps of the episode that was stopped last.
    private var stoppedSteps = 0

    /// Counts an episode that ended; an aborted one counts only once it is known to have been a try of the policy.
    ///
    /// - Parameter steps: policy steps of it.
    mutating func count(_ outcome: EpisodeOutcome, steps: Int) {
        guard outcome != .aborted else { return stoppedSteps = steps }
        close(steps: steps)
        if outcome == .success { successes += 1 }
    }

    /// The session outlived the stop of the last episode: after as many as there may be, its start state has failed.
    mutating func countStoppedTry() {
        stoppedTries += 1
        if stoppedTries >= Self.mostTries { close(steps: stoppedSteps) }
    }

    private mutating func close(steps: Int) {
        stoppedTries = 0
        done += 1
        length += steps
    }
}
