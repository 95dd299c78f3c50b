/// What holds for a gripper's axis beside its limits; `Control/Safety.md` 2, F12.
public struct GripperLimits: Sendable, Equatable {
    /// Least time between two changes between the closing and the opening half of its range, s.
    public var dwellSeconds: Double

    /// Creates gripper limits.
    public init(dwellSeconds: Double) { self.dwellSeconds = dwellSeconds }
}
