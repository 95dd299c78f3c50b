/// How a transformer's answer becomes a chunk of continuous actions.
public enum TransformerHead: String, Sendable, Equatable, CaseIterable {
    /// A mixture of normal distributions of the whole chunk: one pass for any number of candidates.
    case mixture
    /// Noise carried to a chunk along the velocity that is answered: some passes for each candidate.
    case flow
}
