import Configuration
import Embodiment
import Learning
import Platform
import Report

/// Evaluation, fine-tuning, evaluation on the robot of the launch file.
struct Improvement: Stage {
    func run(in session: Session) throws {
        let episodes = session.launch.session.evaluationEpisodes
        guard !session.isFinished("evaluation after") else { return }
        var fineTuning: FineTuning?
        do {
            try RobotLease.withRunner(in: session) { runner in
                try Evaluation(
                    stage: "evaluation before", name: "before", episodes: episodes,
                    driver: .imitation, result: \.successBefore, runner: runner
                ).run(in: session)
                // Returning, not throwing: one Ctrl-C parks the robot.
                if session.interrupt.isRequested { return }
                let stage = FineTuning(runner)
                fineTuning = stage
                try stage.run(in: session)
                if session.interrupt.isRequested { return }
                try Evaluation(
                    stage: "evaluation after", name: "after", episodes: episodes,
                    driver: .guided, result: \.successAfter, runner: runner
                ).run(in: session)
            }
        } catch {
            // Only now, with the robot stopped: what was learned until then is what a next session
            // begins from. The learner stands between two updates, its thread has ended. Why the
            // session ends says more than a disk that takes no checkpoint.
            if fineTuning?.isLearning == true, !session.trainer.isAbandoned,
                !session.resumption.isPending
            {
                do { try session.saveCheckpoint() } catch let unsaved {
                    session.progress.tell(
                        "the weights learned so far could not be saved: \(unsaved)")
                }
            }
            throw error
        }
        try session.checkInterrupt()
    }
}
