import Embodiment

/// A person's later word on an episode: how it ended after all, which of its steps count.
///
/// Recorded beside the log, in a file of its own; the log is never rewritten. Of each kind of change the newest counts.
public struct EpisodeLabel: Sendable, Equatable {
    /// What a label does to one side of an episode.
    public enum Change<Value: Sendable & Equatable>: Sendable, Equatable {
        /// Says nothing of it: an older label counts.
        case none
        /// Takes older labels back.
        case asRecorded
        /// Says how it is.
        case to(Value)
    }

    /// Episode number in the session, from 0.
    public var episode: UInt32
    /// How it ended.
    public var outcome: Change<EpisodeOutcome>
    /// The steps that are kept, numbered as recorded; never empty.
    public var steps: Change<Range<Int>>
    /// Why, for people.
    public var reason: String

    /// Creates a label.
    public init(
        episode: UInt32, outcome: Change<EpisodeOutcome> = .none,
        steps: Change<Range<Int>> = .none, reason: String = ""
    ) {
        self.episode = episode
        self.outcome = outcome
        self.steps = steps
        self.reason = reason
    }

    /// Adds what a newer label of the same episode says.
    mutating func merge(_ newer: EpisodeLabel) {
        if newer.outcome != .none { outcome = newer.outcome }
        if newer.steps != .none { steps = newer.steps }
        reason = newer.reason
    }
}

extension Episode {
    /// The episode as a label has it, or nil when the label keeps steps that it does not have.
    ///
    /// Steps are cut first and numbered from 0 again. Success gives the last step reward 0 and makes it terminal, failure
    /// takes both from a last step that had succeeded. An episode whose success was cut off, and of which nobody says how
    /// it ended, counts as aborted: nothing is learned from it.
    public func labelled(_ label: EpisodeLabel) -> Episode? {
        var episode = self
        if case .to(let kept) = label.steps {
            guard !kept.isEmpty, kept.lowerBound >= 0, kept.upperBound <= transitions.count else {
                return nil
            }
            episode.transitions = Array(transitions[kept])
            for step in 0..<kept.count { episode.transitions[step].step = UInt32(step) }
            if outcome == .success, kept.upperBound < transitions.count {
                episode.outcome = .aborted
            }
        }
        guard case .to(let outcome) = label.outcome else { return episode }
        episode.outcome = outcome
        guard var last = episode.transitions.popLast() else { return episode }
        switch outcome {
        case .success:
            last.reward = 0
            last.isTerminal = true
        case .failure where last.reward == 0:
            last.reward = MonteCarloReturns.stepReward
            last.isTerminal = false
        case .failure, .aborted: break
        }
        episode.transitions.append(last)
        return episode
    }
}
