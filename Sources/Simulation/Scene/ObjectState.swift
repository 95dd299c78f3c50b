/// How the object is.
public enum ObjectState: UInt8, Sendable, Equatable {
    /// Upright on table or rack.
    case standing
    /// Between the fingers.
    case held
    /// In the air, on its way down.
    case falling
    /// Lying: the episode is lost.
    case toppled
}
