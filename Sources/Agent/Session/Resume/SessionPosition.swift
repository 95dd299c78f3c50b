import Embodiment

/// How far a session has come: what its stages count, apart from what is learned.
///
/// A plain value, written into every resume point.
struct SessionPosition: Sendable, Equatable, Codable {
    /// The stage in progress, or the last one that ended; empty before the first.
    var stage = ""
    /// Wall time of that stage in processes that are gone, s.
    var stageSeconds = 0.0
    /// Wall time of the session in processes that are gone, s.
    var wallSeconds = 0.0
    /// Number of the next episode.
    var episodeNumber: UInt32 = 0
    /// Number of the next decision.
    var decisionNumber: UInt64 = 0
    /// Robot time lived, s.
    var robotSeconds = 0.0
    /// Robot time of the online part alone, what `session.robot_minutes` limits, s.
    var trainingSeconds = 0.0
    /// Of the demonstrations.
    var demonstrations = DemonstrationTally()
    /// Of the evaluation in progress, or of the one that comes next.
    var evaluation = EvaluationTally()
    /// Of the online part.
    var training = TrainingTally()

    /// Begins a stage.
    ///
    /// The evaluation's tally stays: a process that is gone may have lived some of it before the
    /// stage had its first resume point. It is cleared where an evaluation ends.
    mutating func begin(_ name: String) {
        stage = name
        stageSeconds = 0
    }
}

/// Demonstrations so far.
struct DemonstrationTally: Sendable, Equatable, Codable {
    /// Episodes recorded; also the number of the next start state.
    var tried = 0
    /// Successful ones.
    var successes = 0
}

/// An evaluation so far.
struct EvaluationTally: Sendable, Equatable, Codable {
    /// Tries of one start state: a policy that has to be stopped in each of them has failed there.
    static let mostTries = 3

    /// Episodes done; also the number of the next start state.
    var done = 0
    /// Successful ones.
    var successes = 0
    /// Policy steps of all of them.
    var length = 0
    /// Tries of the next start state that were aborted; nil for none.
    var aborted: Int?

    /// Counts an episode as it was lived; one whose last try was aborted has failed.
    ///
    /// - Returns: false for an aborted one that is to be tried once more from its start state.
    @discardableResult
    mutating func count(_ episode: Episode) -> Bool {
        if episode.outcome == .aborted {
            let tries = (aborted ?? 0) + 1
            guard tries >= Self.mostTries else {
                aborted = tries
                return false
            }
        }
        aborted = nil
        done += 1
        length += episode.transitions.count
        if episode.outcome == .success { successes += 1 }
        return true
    }
}

/// The online part so far.
struct TrainingTally: Sendable, Equatable, Codable {
    /// Robot time when it began, s; nil before.
    var beganAt: Double?
    /// Episodes lived; also the number of the next start state.
    var index = 0
    /// Outcomes of those that were not aborted.
    var outcomes: [Bool] = []
    /// When success was best.
    var watch = SuccessWatch()
}
