import Embodiment

/// The last look at a command before it leaves: a second implementation that trusts nothing.
///
/// Stage 15 of `Control/Safety.md` 1. Knows the compiled limits and what was sent before, nothing of
/// how the next command came about, and shares no code with what made it. When a command breaks a
/// limit it takes over: from then on the commands are its own, braking from what was last sent, until
/// `restart`. A value; one thread, the tick's; no allocation.
public struct OutputChecker: Sendable {
    /// What a command did that it must not.
    public struct Fault: Sendable, Equatable {
        /// The axis, or −1 for a limit of the tool.
        public var axis: Int
        /// The value found: position, speed, acceleration or jerk, axis unit.
        public var value: Double
        /// The limit it broke.
        public var limit: Double
    }

    /// Units in the last place of a position that its two neighbours' rounding may add up to.
    private static let roundings = 4.0
    /// Beyond a plane or a tilt: a nanometre, a nanoradian.
    private static let reach = 1e-9

    /// Whether a command was refused: the commands are then this checker's own.
    public private(set) var isTripped = false
    /// The command before the last one that was sent.
    public var previous: AxisVector {
        @_addressableSelf get { second }
    }

    private let limits: CompiledLimits
    private var first: AxisVector
    private var second: AxisVector
    private var third: AxisVector

    /// Knows no command yet: call `restart`.
    public init(limits: @_addressable CompiledLimits) {
        self.limits = limits
        first = AxisVector(count: limits.count)
        second = AxisVector(count: limits.count)
        third = AxisVector(count: limits.count)
    }

    /// The robot rests at `position`, commanded or measured; an earlier refusal is forgotten.
    @_noAllocation @_noLocks
    public mutating func restart(at position: @_addressable AxisVector) {
        (first, second, third) = (position, position, position)
        isTripped = false
    }

    /// Looks at the next command; nil when it may leave, and then it counts as sent.
    @_noAllocation @_noLocks
    public mutating func check(_ next: @_addressable AxisVector) -> Fault? {
        for axis in 0..<limits.count {
            let places = (next[axis], first[axis], second[axis], third[axis])
            if let fault = Self.fault(axis, places, limits[axis], period: limits.period) {
                return trip(fault)
            }
        }
        if let fault = toolFault(next) { return trip(fault) }
        push(next)
        return nil
    }

    private mutating func trip(_ fault: Fault) -> Fault {
        isTripped = true
        return fault
    }

    private mutating func push(_ next: @_addressable AxisVector) {
        third.take(second)
        second.take(first)
        first.take(next)
    }

    // Every comparison is written so that a value that is not a number is a fault.

    /// - Parameter places: the next one, and the three before it.
    private static func fault(
        _ axis: Int, _ places: (Double, Double, Double, Double), _ own: AxisLimits, period: Double
    ) -> Fault? {
        let next = places.0
        let rate = 1 / period
        guard next >= own.lower, next <= own.upper else {
            return Fault(axis: axis, value: next, limit: next < own.lower ? own.lower : own.upper)
        }
        let slack =
            roundings * Double.maximumMagnitude(own.lower, own.upper).ulp * rate
        let steps = (next - places.1, places.1 - places.2, places.2 - places.3)
        let speed = steps.0 * rate
        guard speed.magnitude <= own.velocity * (1 + 1e-12) + slack else {
            return Fault(axis: axis, value: speed, limit: own.velocity)
        }
        let change = (steps.0 - steps.1) * rate * rate
        guard change.magnitude <= own.acceleration * (1 + 1e-12) + 2 * slack * rate else {
            return Fault(axis: axis, value: change, limit: own.acceleration)
        }
        guard let jerk = own.jerk else { return nil }
        let jolt = (steps.0 - 2 * steps.1 + steps.2) * rate * rate * rate
        guard jolt.magnitude <= jerk * (1 + 1e-12) + 4 * slack * rate * rate else {
            return Fault(axis: axis, value: jolt, limit: jerk)
        }
        return nil
    }

    @_addressableSelf private func toolFault(_ next: @_addressable AxisVector) -> Fault? {
        let (x, y, z) = (limits.x, limits.y, limits.z)
        if limits.toolSpeed.isFinite {
            let way = SIMD3(next[x] - first[x], next[y] - first[y], next[z] - first[z])
            let speed = ProvenMath.root((way * way).sum()) / limits.period
            guard speed <= limits.toolSpeed + Self.reach else {
                return Fault(axis: -1, value: speed, limit: limits.toolSpeed)
            }
        }
        for index in 0..<limits.planeCount {
            let plane = limits.planes[index]
            let normal = SIMD3(plane.x, plane.y, plane.z)
            let height = (normal * SIMD3(next[x], next[y], next[z])).sum()
            guard height <= plane.offset + Self.reach else {
                return Fault(axis: -1, value: height, limit: plane.offset)
            }
        }
        if limits.tilt.isFinite {
            let legs = SIMD2(next[limits.roll], next[limits.pitch])
            let tilt = ProvenMath.root((legs * legs).sum())
            guard tilt <= limits.tilt + Self.reach else {
                return Fault(axis: -1, value: tilt, limit: limits.tilt)
            }
        }
        return nil
    }

    // MARK: Braking by itself

    /// The next command of a robot that brakes, every axis for itself, from what was last sent.
    @_noAllocation @_noLocks
    public mutating func brake() -> AxisVector {
        var next = first
        for axis in 0..<limits.count {
            let own = limits[axis]
            if limits.driving & (1 << UInt32(axis)) != 0 {
                // What comes to rest is the velocity itself: the same law for what it changes by.
                let change = AxisLimits(
                    lower: own.lower, upper: own.upper, velocity: own.upper,
                    acceleration: own.velocity, jerk: own.acceleration)
                let slower = slowed(first[axis], change: first[axis] - second[axis], change)
                next[axis] = slower > own.upper ? own.upper : max(slower, own.lower)
                continue
            }
            let speed = (first[axis] - second[axis]) / limits.period
            let before = (second[axis] - third[axis]) / limits.period
            let slower = slowed(speed, change: speed - before, own)
            let position = first[axis] + slower * limits.period
            next[axis] = position > own.upper ? own.upper : max(position, own.lower)
        }
        push(next)
        return next
    }

    /// The speed one tick later.
    ///
    /// - Parameter change: of the speed in the last tick.
    @_addressableSelf private func slowed(_ speed: Double, change: Double, _ own: AxisLimits)
        -> Double
    {
        let size = speed.magnitude
        let most = own.acceleration * limits.period
        guard let jerk = own.jerk else {
            return size <= most ? 0 : speed - (speed < 0 ? -most : most)
        }
        // The largest drop that can be let go in steps of `notch` without turning the motion round:
        // with n further drops after it, each a notch smaller, n + 1 of them make up the whole speed.
        let notch = jerk * limits.period * limits.period
        var further = 0.0
        while notch * (further + 1) * (further + 2) / 2 <= size, notch * further < most {
            further += 1
        }
        let drop = min(most, size / (further + 1) + notch * further / 2)
        let wish = speed > 0 ? -drop : drop
        let taken = min(max(wish, change - notch), change + notch)
        let next = speed + taken
        return next.magnitude < notch * 1e-12 ? 0 : next
    }
}
