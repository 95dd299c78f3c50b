import Configuration
import Embodiment
import Learning
import Platform
import Recipe
import Report

/// The critic by Cal-QL from what the offline store holds; then the first weights act.
struct Offline: Stage {
    func run(in session: Session) throws {
        let (trainer, progress) = (session.trainer, session.progress)
        let updates = session.launch.algorithm.schedule.offlineCriticUpdates
        try session.stage("offline critic") {
            progress.begin("offline critic", total: updates, unit: "updates")
            trainer.pretrainCritic(updates: updates) { update, metrics in
                progress.update(
                    done: update,
                    figures: [
                        .value("td", Double(metrics.tdLoss)), .value("Q", Double(metrics.qData)),
                    ])
                return !session.interrupt.isRequested
            }
            progress.end(isCutShort: session.interrupt.isRequested)
            try session.keepUnfinished(
                "offline critic", done: trainer.counters.criticUpdates, of: updates,
                "its policy is whole, its critic is not")
            try session.checkInterrupt()
            try session.publishFirst()
            try session.saveCheckpoint()
        }
    }
}
