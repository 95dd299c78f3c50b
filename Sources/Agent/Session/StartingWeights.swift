import Learning

/// The checkpoint of another session that a session begins with.
struct StartingWeights {
    private let file: String
    private let bytes: [UInt8]

    /// Reads what a request names; nil where it names none.
    init?(of request: SessionRequest) throws {
        guard let path = request.weights else { return nil }
        (file, bytes) = try NewestLearner.read(path)
    }

    /// Gives them to a learner.
    func restore(_ learner: Learner) throws(CheckpointError) {
        do throws(LearningError) { try learner.restore(bytes) } catch {
            throw .unfit(file, "\(error)")
        }
    }
}
