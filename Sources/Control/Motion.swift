import Embodiment

/// A motion to be played: one set-point per tick, as a log carries them.
///
/// Never changes. Whoever asks for it keeps it until it has been played, so that a tick never frees it.
public final class Motion: Sendable {
    /// Set-points in order, one per command period, axis units.
    public let setpoints: [AxisVector]

    /// Takes set-points.
    ///
    /// - Precondition: there is one at least, all have as many axes, every number is finite.
    public init(_ setpoints: [AxisVector]) {
        precondition(
            setpoints.allSatisfy { $0.isFinite && $0.count == setpoints[0].count },
            "a motion's set-points are finite and of one size")
        precondition(!setpoints.isEmpty, "a motion has a set-point")
        self.setpoints = setpoints
    }

    /// How many set-points there are.
    public var count: Int { setpoints.count }
}
