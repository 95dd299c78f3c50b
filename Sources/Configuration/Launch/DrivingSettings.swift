/// How decisions reach the robot.
public struct DrivingSettings: Sendable, Equatable {
    /// How much longer than it takes a decision is made to last, s: what a large policy would cost, without one.
    public var extraDelaySeconds = 0.0

    /// Decisions last as long as they take.
    public init() {}
}
