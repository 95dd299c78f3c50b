import Platform

/// What a simulated robot counted.
public struct SimulationStatistics: Sendable, Equatable {
    /// Command periods that have passed.
    public var ticks: UInt64 = 0
    /// Commands the gate refused.
    public var refused: UInt64 = 0
    /// Commands that broke a hardware limit, by the robot's own check.
    public var violations: UInt64 = 0
    /// The newest of them.
    public var lastViolation: LimitViolation?
    /// How often it braked by itself because commands stopped coming.
    public var expiries: UInt64 = 0
    /// Set-points the arm could not reach.
    public var unreachable: UInt64 = 0
    /// Samples that a peer did not take.
    public var undelivered: UInt64 = 0
    /// Samples of a flood that its commander's connection took.
    public var floodSamples: UInt64 = 0
    /// The time in which they were sent.
    public var floodTime = Duration.zero
    /// How often its machine was suspended (real time only).
    public var suspensions: UInt64 = 0
    /// Real-time periods that began more than half a period late.
    public var lateTicks: UInt64 = 0

    /// Samples a second of the flood; 0 where there was none.
    public var floodHz: Double {
        floodTime > .zero ? Double(floodSamples) / floodTime.inSeconds : 0
    }

    /// Nothing counted yet.
    public init() {}
}
