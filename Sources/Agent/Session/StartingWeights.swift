import Configuration
import Embodiment
import Learning

/// The checkpoint of another session that a session begins with.
struct StartingWeights {
    private let file: String
    private let bytes: [UInt8]

    /// Reads what a request names; nil where it names none.
    ///
    /// - Parameter tell: told when the weights do not say of which robot they are, or are of another task.
    /// - Throws: `CheckpointError`, also for weights of another robot.
    init?(
        of request: SessionRequest, for launch: Launch, _ tell: (String) -> Void
    ) throws(CheckpointError) {
        guard let path = request.weights else { return nil }
        (file, bytes) = try NewestLearner.read(path)
        let meaning = RecordedMeaning(ofWeights: file, bytes)
        if let why = meaning.refusal(on: launch.robot, tell) { throw .unfit(file, why) }
        if let why = meaning.refusal(under: launch.algorithm, tell) { throw .unfit(file, why) }
        if let line = meaning.otherTask(than: launch.task.name) { tell("\(file): \(line)") }
    }

    /// Gives them to a learner.
    func restore(_ learner: Learner) throws(CheckpointError) {
        do throws(LearningError) { try learner.restore(bytes) } catch {
            throw .unfit(file, "\(error)")
        }
    }
}
