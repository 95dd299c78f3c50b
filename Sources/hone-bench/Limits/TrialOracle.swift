import Control
import Embodiment
import Neural

/// Knows only the limits: recomputes speed, acceleration and jerk from emitted positions.
struct TrialOracle {
    let limits: AxisLimits
    private let rate: Double
    /// What rounding may add to a speed, an acceleration and a jerk.
    private let slack: SIMD3<Double>
    private var position: Double
    private var velocity = 0.0
    private var acceleration = 0.0
    /// Largest excess seen of position, speed, acceleration and jerk, each as a share of its limit.
    private(set) var margin = SIMD4<Double>(repeating: -1)

    init(limits: AxisLimits, period: Double, position: Double) {
        self.limits = limits
        self.position = position
        rate = 1 / period
        // A position is rounded once a tick, by at most one unit in the last place of the larger end
        // with what the limiter makes of it; differences double that. A speed is rounded once a tick
        // too, and with a limit of jerk it is planned over as many ticks as braking takes.
        let digit = 2 * Double.maximumMagnitude(limits.lower, limits.upper).ulp * rate
        let ticks = limits.jerk == nil ? 2 : Double(limits.longestBraking(period: period))
        let round = ticks * limits.velocity.ulp
        slack = SIMD3(
            digit + round, (2 * digit + 4 * limits.velocity.ulp) * rate,
            (4 * digit + 8 * limits.velocity.ulp) * rate * rate)
    }

    /// - Returns: whether the position respects every limit.
    @inline(__always)
    mutating func accept(_ next: Double) -> Bool {
        let speed = (next - position) * rate
        let change = (speed - velocity) * rate
        let jolt = (change - acceleration) * rate
        let range = limits.upper - limits.lower
        var excess = SIMD4<Double>(repeating: -1)
        excess[0] = Double.maximum(next - limits.upper, limits.lower - next) / range
        excess[1] = (speed.magnitude - slack[0]) / limits.velocity - 1
        excess[2] = (change.magnitude - slack[1]) / limits.acceleration - 1
        if let jerk = limits.jerk {
            excess[3] = (jolt.magnitude - slack[2]) / jerk - 1
        }
        (position, velocity, acceleration) = (next, speed, change)
        margin.replace(with: excess, where: excess .> margin)
        // A unit in the last place of each product; written so that what is no number is refused.
        return excess[0] <= 0 && excess[1] <= 1e-15 * 8 && excess[2] <= 1e-15 * 8
            && excess[3] <= 1e-15 * 8
    }
}
