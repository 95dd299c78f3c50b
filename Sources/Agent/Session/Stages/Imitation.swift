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
            throw StageError.noDemonstrations(
                in: session.request.sources(of: session.launch, in: session.directory.url.path))
        }
        let updates = session.launch.algorithm.schedule.imitationUpdates
        try session.stage("imitation") {
            let seen = DemonstratedRanges(of: trainer.offline, robot: session.launch.robot)
            trainer.learner.fitNormaliser(seen)
            let summary = DemonstrationSummary(
                robot: session.launch.robot, seen: seen,
                normalisesActions: session.launch.algorithm.normaliseActions)
            let isAll = session.request.command == .pretrain
            session.narrator.tellDemonstrated(summary, inFull: isAll)
            if isAll { session.report.demonstrated = summary.records }
            progress.begin("imitation", total: updates, unit: "updates")
            trainer.imitate(updates: updates) { update, loss in
                progress.update(done: update, figures: [.value("loss", Double(loss))])
                return !session.interrupt.isRequested
            }
            progress.end(isCutShort: session.interrupt.isRequested)
            try session.keepUnfinished(
                "imitation", done: trainer.counters.policyUpdates, of: updates,
                "its critic knows nothing yet: evaluate it --unguided")
            try session.checkInterrupt()
        }
    }
}
