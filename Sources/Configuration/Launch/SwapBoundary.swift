import Embodiment

/// When the acting thread takes new weights.
public enum SwapBoundary: String, Sendable, Equatable, CaseIterable {
    /// Between two policy steps.
    case step
    /// Between two episodes.
    case episode
}
