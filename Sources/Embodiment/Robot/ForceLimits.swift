/// Force at which the robot goes slowly or stops; `Control/Safety.md` 4 and F13.
public struct ForceLimits: Sendable, Equatable {
    /// Reported features, unit N, whose Euclidean norm is the force: one, or its components.
    public var features: [String]
    /// Filtered force above which the robot goes at a quarter of its speed, N.
    public var contact: Double
    /// Filtered force that latches a stop when two of three samples are above it, N.
    public var stop: Double
    /// Force that latches a stop at once, N.
    public var absolute: Double
    /// Corner frequency of the low-pass filter, Hz.
    public var filterHz: Double

    /// Creates force limits; `Configuration` checks them.
    public init(
        features: [String], contact: Double, stop: Double, absolute: Double, filterHz: Double
    ) {
        self.features = features
        self.contact = contact
        self.stop = stop
        self.absolute = absolute
        self.filterHz = filterHz
    }
}
