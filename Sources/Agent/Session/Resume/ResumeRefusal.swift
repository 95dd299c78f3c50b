import Embodiment
import Learning

/// Why a session cannot go on from where it was interrupted; nothing has moved.
enum ResumeRefusal: Error, CustomStringConvertible, Sendable {
    /// No kept point is whole.
    case points([String])
    /// The learner cannot become what it was.
    case trainer(TrainerMismatch)
    /// The log cannot be read up to the point.
    case unreadable(String)
    /// A decision was recorded of an observation that is not this robot's.
    case otherObservation
    /// The first decision is another one.
    case decision(recorded: [Double], found: [Double])
    /// Files of the configuration are not what they were; what is another robot by it, a line each.
    case configuration([String], [String])

    /// What was found, and what to do.
    var description: String {
        switch self {
        case .points(let reasons):
            "none of its checkpoints is complete (\(reasons.joined(separator: "; "))). "
                + "Its episodes are safe in log/: start a new session with --data"
        case .trainer(let why): "\(why)"
        case .unreadable(let why): why
        case .otherObservation: "the observation of the recorded decision is not this robot's"
        case .decision(let recorded, let found):
            "it would act differently: for the same observation it chose \(recorded) and now "
                + "chooses \(found). Resume it with the same program, on the same kind of machine"
        case .configuration(let files, let differences):
            "\(files.joined(separator: ", ")) changed since the session began. Restore what they "
                + "said (it is in session.json), or start a new session with --weights"
                + (differences.isEmpty ? "" : ":" + Compatibility.itemised(differences))
        }
    }
}
