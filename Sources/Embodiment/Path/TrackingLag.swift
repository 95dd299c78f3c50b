/// An axis that is behind its command.
public struct TrackingLag: Sendable, Equatable {
    /// Which one.
    public var axis: Int
    /// Command minus measurement, without its sign, axis unit.
    public var error: Double
    /// For how long some axis has been so far behind, s.
    public var seconds: Double

    /// An axis so far behind, for so long.
    public init(axis: Int, error: Double, seconds: Double) {
        self.axis = axis
        self.error = error
        self.seconds = seconds
    }
}
