import Embodiment
import Platform

/// What the guardian did with this tick.
public struct SafetyVerdict: Sendable, Equatable {
    /// The active cause with the highest severity.
    public var cause = StopCause.none
    /// The number in a sample the cause is about.
    public var field = SampleField.none
    /// The axis the cause is about, or the feature when `field` says so, or −1.
    public var axis: Int16 = -1
    /// The value that was found (age in s, position error, …).
    public var value = 0.0
    /// The limit it was compared with.
    public var limit = 0.0
    /// For how long it has been so, s; 0 for what happens in a moment.
    public var seconds = 0.0
    /// Bit i: axis i moved slower than wished because of a limit.
    public var limitedAxes: AxisBits = 0

    /// Nothing wrong, nothing limited.
    public init() {}
}
