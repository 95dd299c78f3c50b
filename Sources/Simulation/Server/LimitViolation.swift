import Embodiment

/// One command that broke a hardware limit: which axis, which quantity, by how much.
public struct LimitViolation: Sendable, Equatable {
    /// What was exceeded.
    public enum Quantity: String, Sendable, Equatable {
        /// Outside the range of positions.
        case position
        /// Faster than the hardware moves.
        case velocity
        /// A harder change of speed than the hardware takes.
        case acceleration
    }

    /// Index of the axis.
    public var axis: Int
    /// What was exceeded.
    public var quantity: Quantity
    /// What the command asked for, axis unit, /s or /s².
    public var asked: Double
    /// What the hardware allows.
    public var allowed: Double

    /// Whether it is so far beyond that the robot must stop.
    public var isGross: Bool { abs(asked) > abs(allowed) * 1.5 + 1e-3 }
}
