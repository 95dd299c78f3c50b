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
    /// Of the evaluation in progress.
    var evaluation = EvaluationTally()
    /// Of the online part.
    var training = TrainingTally()

    /// Begins a stage.
    mutating func begin(_ name: String) {
        stage = name
        stageSeconds = 0
        evaluation = EvaluationTally()
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
    /// Episodes done; also the number of the next start state.
    var done = 0
    /// Successful ones.
    var successes = 0
    /// Policy steps of all of them.
    var length = 0
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
