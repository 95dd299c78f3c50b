import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Neural

/// The policy and critic of a checkpoint, under the settings they were trained with.
enum OtherPolicy {
    /// Loads a checkpoint into an actor.
    ///
    /// The settings are those of the session that the checkpoint lies in, or the replayed session's where it lies in none.
    /// - Parameters:
    ///   - path: a session directory or a checkpoint, as for `--weights`.
    ///   - session: whose observations it is to decide on.
    ///   - tell: told when it does not say of which robot it is.
    /// - Throws: `CheckpointError` for a checkpoint that cannot be used on this session's observations.
    static func load(
        _ path: String, for session: RecordedSession, _ tell: (String) -> Void
    ) throws -> (actor: Actor, file: String) {
        let (file, bytes) = try NewestLearner.read(path)
        let launch =
            try NewestLearner.session(of: file).map { try RecordedSession($0.url.path).launch }
            ?? session.launch
        let robot = session.launch.robot
        if let why = RecordedMeaning(ofWeights: file, bytes).refusal(on: robot, tell) {
            throw CheckpointError.unfit(file, why)
        }
        let learner = Learner(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm, seed: launch.seed, workers: 1)
        do throws(LearningError) {
            try learner.restore(bytes)
        } catch { throw CheckpointError.unfit(file, "\(error)") }
        let snapshot = Arena(count: learner.snapshotCount)
        learner.writeSnapshot(
            into: UnsafeMutableBufferPointer(start: snapshot.base, count: snapshot.count))
        let actor = Actor(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm)
        actor.load(UnsafeBufferPointer(start: snapshot.base, count: snapshot.count))
        return (actor, file)
    }
}
