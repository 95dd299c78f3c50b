import Configuration
import Experience
import Learning
import Report

extension Session {
    /// Completes the report of a command that is a part of the story: of the others it has stages and evaluations.
    func fillDeeds() {
        guard let command = request.command else { return }
        switch command {
        case .demo, .finetune: return
        case .record:
            let tally = tally.demonstrations
            report.demonstrations = DemonstrationRecord(
                episodes: tally.tried, successes: tally.successes, steps: tally.steps)
            report.transitions = trainer.offline.count
        case .pretrain:
            let store = trainer.offline
            report.demonstrations = DemonstrationRecord(
                episodes: store.episodes, successes: store.successes, steps: store.count)
            report.transitions = store.count
        case .evaluate, .run:
            let tally = tally.evaluation
            if tally.done > 0 {
                report.success = SuccessRate(successes: tally.successes, episodes: tally.done)
            }
        }
        report.command = command.rawValue
    }
}
