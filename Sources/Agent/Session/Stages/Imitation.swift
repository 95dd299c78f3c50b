import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Recipe
import Report

/// The policy by imitation of what the offline store holds.
struct Imitation: Stage {
    func run(in session: Session) throws {
        let (trainer, progress) = (session.trainer, session.progress)
        guard trainer.offline.successes > 0 else {
            throw StageError.noDemonstrations(session.directory.url.path)
        }
        let updates = session.launch.algorithm.schedule.imitationUpdates
        try session.stage("imitation") {
            let seen = DemonstratedRanges(of: trainer.offline, robot: session.launch.robot)
            trainer.learner.fitNormaliser(seen)
            session.narrator.tellDemonstrated(
                DemonstrationSummary(
                    robot: session.launch.robot, seen: seen,
                    normalisesActions: session.launch.algorithm.normaliseActions),
                inFull: session.request.command == .pretrain)
            progress.begin("imitation", total: updates, unit: "updates")
            trainer.imitate(updates: updates) { update, loss in
                progress.update(done: update, figures: [.value("loss", Double(loss))])
                return !session.interrupt.isRequested
            }
            progress.end()
            try session.checkInterrupt()
        }
    }
}
