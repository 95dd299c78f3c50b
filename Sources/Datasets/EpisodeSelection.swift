import Embodiment
import Report

/// Which episodes of a session are meant, and of whom.
public struct EpisodeSelection: Sendable {
    /// Purposes; empty for all.
    public var purposes: [String]
    /// Outcomes; empty for success and failure.
    public var outcomes: [String]

    /// Creates a selection.
    public init(purposes: [String], outcomes: [String]) {
        self.purposes = purposes
        self.outcomes = outcomes
    }

    func check() throws(ArgumentError) {
        let known = (EpisodePurpose.allCases.map(\.name), EpisodeOutcome.allCases.map(\.name))
        for (word, words) in purposes.map({ ($0, known.0) }) + outcomes.map({ ($0, known.1) })
        where !words.contains(word) {
            throw ArgumentError("no \(word); there are " + words.joined(separator: ", "))
        }
    }

    func contains(_ episode: Episode) -> Bool {
        let isWanted =
            outcomes.isEmpty
            ? episode.outcome != .aborted : outcomes.contains(episode.outcome.name)
        return isWanted && !episode.transitions.isEmpty
            && (purposes.isEmpty || purposes.contains(episode.purpose.name))
    }
}
