import Driving
import Experience
import Foundation
import Learning
import Platform
import Report

/// Takes weights back: those that act, or the learner with them.
///
/// Used from the thread that runs episodes.
struct RollBack {
    let acting: ActingWeights
    /// Decides with those weights, perhaps now; nil where no robot is connected.
    let policy: PolicyLoop?
    let trainer: Trainer
    let directory: SessionDirectory
    let narrator: Narrator

    /// What weights asked for had to be held: those before act again until the learner has newer ones.
    ///
    /// The rule of `Control/Safety.md` 1. Not in an evaluation, which measures the weights it began with.
    func ofActing() {
        let held = withActing { $0.version }
        let folder = VersionFolder(directory.weights.path)
        var kind = EventRecord.Kind.note
        var cause =
            "the guardian held the actions of version \(held); it stays in use, for no earlier one "
            + "acted"
        do {
            if let version = try withActing({ try $0.rollBack(from: folder) }) {
                kind = .rollback
                cause =
                    "the guardian held the actions of version \(held): rolled back to version "
                    + "\(version)"
            }
        } catch {
            cause =
                "the guardian held the actions of version \(held), and it could not be rolled "
                + "back: \(error)"
        }
        narrator.tell(cause, as: kind)
    }

    /// Uses the weights that act, in the middle of an episode too: while no decision is being made.
    private func withActing<Result: Sendable, Problem: Error>(
        _ body: (ActingWeights) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        guard let policy else { return try body(acting) }
        return try policy.betweenDecisions { () throws(Problem) in try body(acting) }
    }

    /// Puts the learner back to where success was best; what it learned since is dropped.
    ///
    /// - Parameter summary: how far success had fallen.
    func ofLearner(because summary: String) throws {
        guard try trainer.restoreKept() else { return }
        narrator.record(
            .rollback, "success had fallen (\(summary)): rolled back to the weights of its best")
    }
}
