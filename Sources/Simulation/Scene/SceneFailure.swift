/// Why an episode cannot be won any more.
public enum SceneFailure: UInt8, Sendable, Equatable {
    /// Nothing has gone wrong.
    case none
    /// The hand or the held object hit the obstacle or the rack's side.
    case collision
    /// The object fell over.
    case toppled
    /// The object was pushed out of reach.
    case lost
}
