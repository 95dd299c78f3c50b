public import Embodiment

/// What one look for a sample found.
public enum Reception: Sendable, Equatable {
    /// The newest sample was filled in.
    case sample
    /// An intact sample with a number that is not finite came, and which: the guardian stops on it.
    case notFinite(SampleField, index: Int)
    /// Nothing came in time.
    case nothing
}
