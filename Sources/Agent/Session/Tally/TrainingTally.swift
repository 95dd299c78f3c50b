import Embodiment
import Report

/// The online part so far.
struct TrainingTally: Sendable, Equatable {
    /// What came of an episode that was not cut short.
    struct Outcome: Sendable, Equatable {
        /// Number of its start state.
        var index: Int
        /// The task was accomplished.
        var isSuccess: Bool
    }

    /// Training episodes in a row that were cut short of which a person is told.
    static let tooManyCutShort = 5

    /// Robot time when it began, s; nil before.
    private(set) var beganAt: Double?
    /// Robot time from there to the end of the last episode, s.
    private(set) var seconds = 0.0
    /// Episodes lived; also the number of the next start state.
    private(set) var index = 0
    /// Those that were not cut short, in order.
    private(set) var outcomes: [Outcome] = []
    /// The same for the report.
    private(set) var episodes: [EpisodeRecord] = []
    /// Episodes in a row, up to the last one, that were stopped.
    private(set) var cutShort = 0

    /// An episode begins; the first of them begins the online part.
    mutating func begin(at robotSeconds: Double) {
        if beganAt == nil { beganAt = robotSeconds }
    }

    /// An episode is over.
    ///
    /// - Parameters:
    ///   - robotSeconds: of the session.
    ///   - record: of it; nil for one that was cut short.
    mutating func end(at robotSeconds: Double, record: EpisodeRecord?) {
        seconds = robotSeconds - (beganAt ?? robotSeconds)
        index += 1
        guard let record else { return }
        episodes.append(record)
        outcomes.append(Outcome(index: index - 1, isSuccess: record.outcome == .success))
        cutShort = 0
    }

    /// The last episode was stopped by somebody or something.
    mutating func countCutShort() { cutShort += 1 }

    /// Another process goes on: what was cut short in the one before is told.
    mutating func beginProcess() { cutShort = 0 }
}
