/// What leaves the agent every tick: a set-point that expires.
public struct Command: Sendable, Equatable {
    /// The session this belongs to.
    public var session: UInt64 = 0
    /// The commander's epoch; a bridge refuses older ones.
    public var epoch: UInt32 = 0
    /// Strictly increasing in the epoch, from 1.
    public var sequence: UInt64 = 0
    /// Agent clock when it was sent, ns.
    public var sendNanoseconds: UInt64 = 0
    /// How long it may be obeyed after it arrived, µs.
    public var validityMicroseconds: UInt32 = 0
    /// The sample it was derived from.
    public var basedOnSample: UInt64 = 0
    /// Set-point per axis, axis unit.
    public var position: AxisVector
    /// Speed at the set-point, unit/s.
    public var velocity: AxisVector

    /// A command of the given size with all numbers zero.
    public init(axes: Int) {
        position = AxisVector(count: axes)
        velocity = AxisVector(count: axes)
    }
}
