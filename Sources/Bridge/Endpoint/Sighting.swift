public import Embodiment

/// What one frame of the bridge was to a client.
public enum Sighting: Sendable, Equatable {
    /// A sample, intact.
    case sample
    /// An intact frame with a number that is not finite: which one, of which axis or feature.
    case notFinite(SampleField, index: Int)
    /// A frame that could not be read.
    case damaged
}
