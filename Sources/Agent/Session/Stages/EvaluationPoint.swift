import Configuration
import Driving
import Embodiment
import Learning
import Platform
import Recipe
import Report

/// An evaluation on the way through the online part: how good the weights are that act now, from the start states of every
/// evaluation, chosen for as in training.
///
/// It is no robot time, its decisions have numbers of their own, and nothing is learned from it: in lockstep a session
/// learns the same with it and without. By the wall clock the learner goes on meanwhile; its new weights wait.
struct EvaluationPoint {
    let loop: EpisodeLoop

    /// Evaluates where the session has come to a point, or was interrupted in one; where an episode has passed several, it
    /// is the last of them.
    ///
    /// - Returns: whether there was one.
    func evaluateIfDue() throws -> Bool {
        let session = loop.session
        guard let settings = session.launch.session.evaluationPoints else { return false }
        let reached = Int(session.tally.trainingSeconds / (settings.everyMinutes * 60))
        let open = session.tally.curve.open
        guard open != nil || reached > session.tally.curve.last else { return false }
        session.acting.loadNewest()
        if open == nil { try session.logbook.enter(.pointBegan(reached)) }
        try withFrozenWeights { try evaluate(open ?? reached, settings) }
        return true
    }

    private func evaluate(_ number: Int, _ settings: EvaluationPointSettings) throws {
        let session = loop.session
        let minutes = NumberText.trimmed(
            Double(number) * settings.everyMinutes, decimals: 3)
        session.progress.begin(
            "evaluation at \(minutes) min", total: settings.episodes, unit: "episodes")
        let isWarm = session.launch.algorithm.schedule.isWarm(session.tally.training.index)
        try Evaluation.live(
            settings.episodes, driver: isWarm ? .guided : .imitation, in: loop)
        let record = Evaluation.record("\(minutes) min", of: session)
        session.progress.end(
            "success \(record.success.text)", isCutShort: session.interrupt.isRequested)
        // Interrupted, it is completed by the process that resumes the session.
        guard session.tally.evaluation.done >= settings.episodes else { return }
        session.journal.record(record)
        try session.logbook.enter(.pointEnded(number))
    }

    /// Weights that change between two steps of training do not change here.
    private func withFrozenWeights(_ body: () throws -> Void) throws {
        let policy = loop.runner.policy
        let swap = policy.beforeDecision
        policy.betweenDecisions { policy.beforeDecision = nil }
        defer { policy.betweenDecisions { policy.beforeDecision = swap } }
        try body()
    }
}
