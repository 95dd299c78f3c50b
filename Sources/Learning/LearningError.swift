import Neural

/// Why a checkpoint could not be taken up.
public enum LearningError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file is no intact safetensors file, or lacks a tensor of this algorithm's shape.
    case unreadable(SafetensorsError)
    /// A counter in the metadata is missing or no number.
    case badCounter(key: String, found: String?)
    /// A weight is not a finite number.
    case notFinite(tensor: String)
    /// The normaliser is not the one that the networks were trained with.
    case otherNormaliser(recorded: String, found: String)
    /// Cached candidates that belong to no row of the stores.
    case foreignCandidates(tensor: String)

    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .unreadable(.wrongShape(let tensor, let found, let expected)):
            "restoring a learner's checkpoint: \(SafetensorsError.wrongShape(tensor: tensor, found: found, expected: expected)); "
                + "policy.kind, hidden, num_blocks and time_dim, and the critic's hidden, num_layers, num_bins and "
                + "critic_ensemble_size are to be as they were in training"
        case .unreadable(let error): "restoring a learner's checkpoint: \(error)"
        case .badCounter(let key, let found):
            "restoring a learner's checkpoint: metadata '\(key)' is \(found ?? "missing"), not a "
                + "count; name a session, or a file of its checkpoints/: one of its weights/ has only what acts"
        case .notFinite(let tensor):
            "restoring a learner's checkpoint: '\(tensor)' holds a number that is not finite; use an "
                + "earlier checkpoint"
        case .otherNormaliser(let recorded, let found):
            "restoring a learner's checkpoint: its networks were trained with the normaliser "
                + "\(recorded), and the file holds \(found); use the file as it was written"
        case .foreignCandidates(let tensor):
            "restoring a learner's cached candidates: '\(tensor)' names rows or ages that the stores "
                + "do not have; use the candidates that were kept with these stores"
        }
    }
}
