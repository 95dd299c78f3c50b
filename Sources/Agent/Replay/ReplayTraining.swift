import Configuration
import Embodiment
import Learning
import Platform
import Recipe
import Report

/// Logged episodes through a fresh learner, in the order they were lived.
///
/// What a lockstep session did to its learner happens again, update for update: with the session's own launch the weights
/// come out the same to the bit. No robot, one thread beside the learner's workers.
enum ReplayTraining {
    /// Imitation and offline critic from the demonstrations, then every training episode with the updates it owes.
    ///
    /// - Parameters:
    ///   - session: a new one; its trainer is fresh.
    ///   - episodes: of the log, in order.
    ///   - limit: critic updates after which it ends; nil for all that are owed.
    static func run(_ session: Session, episodes: [Episode], limit: Int?) throws {
        let trainer = session.trainer
        for episode in episodes where episode.purpose == .demonstration { trainer.take(episode) }
        try Pretraining().run(in: session)
        try session.stage("replayed episodes") {
            try live(episodes.filter { $0.purpose == .training }, session, limit)
        }
        try session.saveCheckpoint()
    }

    /// What `FineTuning` does in lockstep, with the log for a robot.
    private static func live(_ episodes: [Episode], _ session: Session, _ limit: Int?) throws {
        let trainer = session.trainer
        let schedule = session.launch.algorithm.schedule
        func isSpent() -> Bool { trainer.counters.criticUpdates >= limit ?? .max }
        var watch = SuccessWatch()
        session.progress.begin("replayed episodes", total: episodes.count, unit: "episodes")
        for (index, episode) in episodes.enumerated() {
            try session.checkInterrupt()
            guard episode.outcome != .aborted, !isSpent() else { continue }
            let isWarm = schedule.isWarm(index)
            if isWarm, watch.take(isSuccess: episode.outcome == .success) { trainer.keep() }
            trainer.take(episode)
            trainer.makeDueUpdates { session.interrupt.isImmediate || isSpent() }
            session.progress.update(
                done: index + 1,
                figures: [.count("critic updates", trainer.counters.criticUpdates)])
        }
        if watch.hasFallen { try session.rollBack.ofLearner(because: watch.summary) }
        session.progress.end("\(trainer.counters.episodes) episodes")
        let left = episodes.count { $0.outcome != .aborted } - trainer.counters.episodes
        if let limit, left > 0, isSpent() {
            let offline = min(limit, schedule.offlineCriticUpdates)
            session.narrator.tell(
                "--updates \(limit) ended it before \(left) of the logged training episodes: the offline critic "
                    + "took \(offline) of them (training.num_offline_updates)")
        }
    }
}
