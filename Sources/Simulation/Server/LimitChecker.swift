import Embodiment

/// The robot's own check of what it is sent, written apart from the agent's guardian.
///
/// Recomputes speed and acceleration from the positions received and the sequence numbers between
/// them, so that a command that was lost on the way does not look like a jump. A value; one
/// thread; allocates nothing.
public struct LimitChecker: Sendable {
    /// Commands that broke at least one limit.
    public private(set) var violations: UInt64 = 0
    /// Commands that broke one grossly.
    public private(set) var grossViolations: UInt64 = 0
    /// The newest violation.
    public private(set) var last: LimitViolation?
    let limits: [AxisLimits]
    let period: Double
    private var position: AxisVector
    private var velocity: AxisVector
    private var sequence: UInt64 = 0
    private var previousPeriods = 1.0
    private var knowsVelocity = true

    /// Rounding of the sender's arithmetic that is forgiven, relative.
    static let slack = 0.01

    /// A checker for an arm at rest at `position`.
    public init(limits: [AxisLimits], period: Double, position: AxisVector) {
        self.limits = limits
        self.period = period
        self.position = position
        velocity = AxisVector(count: position.count)
    }

    /// Forgets the past: command `sequence` asked for `position`, at a speed nobody knows.
    ///
    /// The next command's acceleration cannot be judged.
    public mutating func rebase(_ position: AxisVector, sequence: UInt64) {
        self.position = position
        velocity = AxisVector(count: position.count)
        self.sequence = sequence
        previousPeriods = 1
        knowsVelocity = false
    }

    /// Judges the next command; nil when it respects every limit.
    ///
    /// Returns the worst violation otherwise: a gross one before others.
    public mutating func check(_ next: AxisVector, sequence newSequence: UInt64) -> LimitViolation?
    {
        let periods = max(1, Double(newSequence &- sequence))
        let seconds = periods * period
        let between = (periods + previousPeriods) / 2 * period
        var worst: LimitViolation?
        for axis in 0..<limits.count {
            let limit = limits[axis]
            let speed = (next[axis] - position[axis]) / seconds
            let change = (speed - velocity[axis]) / between
            compare(&worst, axis, .position, next[axis], below: limit.upper, above: limit.lower)
            compare(&worst, axis, .velocity, speed, below: limit.velocity, above: -limit.velocity)
            if knowsVelocity {
                compare(
                    &worst, axis, .acceleration, change, below: limit.acceleration,
                    above: -limit.acceleration)
            }
            velocity[axis] = speed
        }
        position = next
        sequence = newSequence
        previousPeriods = periods
        knowsVelocity = true
        if let worst {
            violations += 1
            if worst.isGross { grossViolations += 1 }
            last = worst
        }
        return worst
    }

    private func compare(
        _ worst: inout LimitViolation?, _ axis: Int, _ quantity: LimitViolation.Quantity,
        _ value: Double, below upper: Double, above lower: Double
    ) {
        let margin = Self.slack * (quantity == .position ? 0.01 : max(abs(upper), abs(lower)))
        // Written so that a value that is not a number is a violation.
        if value <= upper + margin && value >= lower - margin { return }
        var found = LimitViolation(
            axis: axis, quantity: quantity, asked: value, allowed: value < lower ? lower : upper)
        if quantity == .position, !(value > lower - 0.02 && value < upper + 0.02) {
            // A position has no natural scale: beyond 2 cm (or 0.02 rad) it is gross.
            found.asked = .infinity
        }
        if worst == nil || (found.isGross && worst?.isGross == false) { worst = found }
    }
}
