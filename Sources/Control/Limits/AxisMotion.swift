/// Where one axis was last commanded to be and how it moved there, recomputable from its commands.
public struct AxisMotion: Sendable, Equatable {
    /// Commanded position p, axis unit.
    public var position: Double
    /// v = (p − previous p)/T, unit/s.
    public var velocity: Double
    /// a = (v − previous v)/T, unit/s².
    public var acceleration: Double

    /// A motion; at rest unless said otherwise.
    public init(position: Double, velocity: Double = 0, acceleration: Double = 0) {
        self.position = position
        self.velocity = velocity
        self.acceleration = acceleration
    }

    /// Neither moving nor about to.
    public var isAtRest: Bool { velocity == 0 && acceleration == 0 }

    /// The motion after one tick at `speed`.
    func moved(at speed: Double, period: Double) -> AxisMotion {
        AxisMotion(
            position: position + speed * period, velocity: speed,
            acceleration: (speed - velocity) / period)
    }
}
