import Embodiment

/// All axes of the robot as they were last commanded, and the only way to command them further.
///
/// Stages 11 to 14 of `Control/Safety.md` 1. Axes that share a scale move by
/// w = b + α (wish − b), where b is braking and α the largest share that keeps every axis within
/// what its own limits admit (F3, F4); where a limit couples axes or has to be seen ahead (F6,
/// F10, F11), the result is rolled out until rest before it is agreed to, and α is halved until it
/// is. α = 0 is the rest of an earlier roll-out and always possible. A value; one thread, the
/// tick's; no allocation.
public struct MotionLimiter: Sendable {
    /// What is respected.
    public internal(set) var limits: CompiledLimits
    /// Last commanded position per axis.
    public internal(set) var position: AxisVector
    /// Last commanded velocity per axis, unit/s.
    public private(set) var velocity: AxisVector
    private(set) var acceleration: AxisVector
    /// The robot stands outside its limits: it has to `recover` before it can be limited.
    private(set) var isOutside = false
    /// Then: the nearest place within all limits, or where it stands when there is none.
    private var refuge: AxisVector
    // Of `advance`: what an axis does that brakes, what it is to do, and what part of that it may do.
    private var braking: AxisVector
    private var goal: AxisVector
    private var next: AxisVector

    /// At rest at 0, which need not be within the limits: call `rest` before the first tick.
    public init(limits: @_addressable CompiledLimits) {
        self.limits = limits
        position = AxisVector(count: limits.count)
        velocity = AxisVector(count: limits.count)
        acceleration = AxisVector(count: limits.count)
        refuge = AxisVector(count: limits.count)
        braking = AxisVector(count: limits.count)
        goal = AxisVector(count: limits.count)
        next = AxisVector(count: limits.count)
    }

    /// Every axis rests where the robot stands, or where its limits are nearest to that; a velocity at 0.
    ///
    /// - Returns: false when there is no such place; the robot then rests at the box' nearest.
    @discardableResult
    public mutating func rest(at measured: @_addressable AxisVector) -> Bool {
        let found = limits.nearest(measured)
        isOutside = false
        for axis in 0..<limits.count {
            let nearest =
                found?[axis]
                ?? Limiter.least(
                    Limiter.greatest(measured[axis], limits[axis].lower), limits[axis].upper)
            position[axis] = isDriving(axis) ? 0 : nearest
            velocity[axis] = 0
            acceleration[axis] = 0
        }
        return found != nil
    }

    /// Every axis rests exactly where the robot stands, outside its limits.
    @_noAllocation @_noLocks
    mutating func stand(at measured: @_addressable AxisVector) {
        var place = measured
        for axis in 0..<limits.count where isDriving(axis) { place[axis] = 0 }
        for axis in 0..<limits.count { self[axis] = AxisMotion(position: place[axis]) }
        refuge = limits.nearest(place) ?? place
        isOutside = true
    }

    /// One tick of the way back: every axis goes to the nearest place within all limits.
    ///
    /// Each ends at rest: its last step is smaller than one tick's braking. Where nothing near is within
    /// all limits the robot stays.
    mutating func recover(_ axes: [CommandAxis], mayMove: Bool) {
        var hasArrived = true
        for axis in 0..<limits.count {
            guard position[axis] != refuge[axis] else {
                self[axis] = AxisMotion(position: refuge[axis])
                continue
            }
            hasArrived = false
            let next = RecoveryMotion.advance(
                position: position[axis], velocity: velocity[axis], to: refuge[axis],
                mayMove: mayMove, axis: axes[axis], period: limits.period)
            self[axis] = AxisMotion(position: next.position, velocity: next.velocity)
        }
        if hasArrived, limits.contains(position) { isOutside = false }
    }

    /// Takes over a command that somebody else made, one tick after `previous`.
    @_noAllocation @_noLocks
    mutating func follow(
        _ command: @_addressable AxisVector, after previous: @_addressable AxisVector
    ) {
        for axis in 0..<limits.count {
            self[axis] = AxisMotion(
                position: command[axis],
                velocity: (command[axis] - previous[axis]) / limits.period)
        }
    }

    /// One axis.
    public private(set) subscript(axis: Int) -> AxisMotion {
        @_addressableSelf get {
            AxisMotion(
                position: position[axis], velocity: velocity[axis], acceleration: acceleration[axis]
            )
        }
        set {
            position[axis] = newValue.position
            velocity[axis] = newValue.velocity
            acceleration[axis] = newValue.acceleration
        }
    }

    /// Whether every axis is commanded to rest, and to stay so.
    public var isAtRest: Bool {
        @_addressableSelf get {
            for axis in 0..<limits.count where !self[axis].isSettled(limits[axis]) { return false }
            for axis in 0..<limits.count where isDriving(axis) && position[axis] != 0 {
                return false
            }
            return true
        }
    }

    /// Velocities towards a target that is to be reached soon and not passed.
    ///
    /// Axes that share a scale go straight there, and arrive together.
    /// - Parameters:
    ///   - target: axis unit per axis.
    ///   - axes: which ones are asked for, one bit an axis; the others get 0.
    ///   - share: of every axis' own speed limit that may be used; how fast a velocity changes is no speed.
    /// - Returns: wishes for `advance`, unit/s.
    @_noAllocation @_noLocks
    @_addressableSelf public func approach(
        _ target: @_addressable AxisVector, axes: AxisBits = .max, share: Double = 1
    ) -> AxisVector {
        var wish = AxisVector(count: limits.count)
        approach(target, axes: axes, share: share, wish: &wish)
        return wish
    }

    /// The same into `wish`, which has the limits' count; axes that are not asked for get 0.
    @_addressableSelf @_noAllocation @_noLocks
    func approach(
        _ target: @_addressable AxisVector, axes: AxisBits = .max, share: Double = 1,
        wish: inout AxisVector
    ) {
        for axis in 0..<limits.count {
            guard axes & bit(axis) != 0 else {
                wish[axis] = 0
                continue
            }
            let most = limits[axis].velocity * (isDriving(axis) ? 1 : share)
            let speed = approachSpeed(axis, to: target[axis])
            wish[axis] = Limiter.least(Limiter.greatest(speed, -most), most)
            // What is no number is no place to stay at: a velocity brakes then.
            if isDriving(axis), !target[axis].isFinite { wish[axis] = .nan }
        }
        for group in 0..<limits.groupCount {
            straighten(&wish, target, limits.groups[group] & axes)
        }
    }

    @_addressableSelf func approachSpeed(_ axis: Int, to target: Double) -> Double {
        let own = limits[axis]
        guard own.jerk != nil else {
            return Limiter.approachSpeed(
                error: target - position[axis], limits: own, period: limits.period)
        }
        return JerkLimiter.approachSpeed(
            self[axis], to: target, limits: own, period: limits.period)
    }

    /// Slows axes down to the one that needs longest; one that has to brake now does not stop the others.
    @_addressableSelf private func straighten(
        _ wish: inout AxisVector, _ target: @_addressable AxisVector, _ axes: AxisBits
    ) {
        guard axes & (axes &- 1) != 0 else { return }
        var rate = Double.infinity
        for axis in 0..<limits.count where axes & bit(axis) != 0 && wish[axis] != 0 {
            rate = Limiter.least(rate, wish[axis] / (target[axis] - position[axis]))
        }
        for axis in 0..<limits.count where axes & bit(axis) != 0 && wish[axis] != 0 {
            let error = target[axis] - position[axis]
            if wish[axis] / error > rate { wish[axis] = rate * error }
        }
    }

    /// One tick of braking, every axis as hard as its limits allow.
    @_noAllocation @_noLocks
    public mutating func brake() {
        for axis in 0..<limits.count { brake(axis) }
    }

    /// One tick towards the wished velocities.
    ///
    /// - Parameters:
    ///   - wish: unit/s per axis; one that is not finite brakes its whole group.
    ///   - share: of every axis' own speed limit that may be used, more than 0, at most 1.
    @_noAllocation @_noLocks
    public mutating func advance(towards wish: @_addressable AxisVector, share: Double = 1) {
        for group in 0..<limits.groupCount {
            let axes = limits.groups[group]
            if axes & limits.driving != 0 {
                drive(group: axes, towards: wish)
            } else if axes & (axes - 1) == 0, axes & limits.coupled == 0 {
                let axis = axes.trailingZeroBitCount
                let most = limits[axis].velocity * share
                let bounded = Limiter.least(Limiter.greatest(wish[axis], -most), most)
                move(axis, desired: wish[axis].isFinite ? bounded : 0)
            } else {
                advance(group: axes, towards: wish, share: share)
            }
        }
    }

    // MARK: One axis

    mutating func move(_ axis: Int, desired: Double) {
        let own = limits[axis]
        guard own.jerk != nil else {
            let next = Limiter.advance(
                position: position[axis], velocity: velocity[axis], desired: desired,
                limits: own, period: limits.period)
            acceleration[axis] = (next.velocity - velocity[axis]) / limits.period
            position[axis] = isDriving(axis) ? settled(axis, next.position) : next.position
            velocity[axis] = next.velocity
            return
        }
        commit(
            axis,
            JerkLimiter.advance(self[axis], desired: desired, limits: own, period: limits.period))
    }

    mutating func brake(_ axis: Int) {
        let own = limits[axis]
        if isDriving(axis) { return move(axis, desired: approachSpeed(axis, to: 0)) }
        guard own.jerk != nil else { return move(axis, desired: 0) }
        commit(axis, JerkLimiter.braked(self[axis], limits: own, period: limits.period))
    }

    private mutating func commit(_ axis: Int, _ motion: AxisMotion) {
        self[axis] = motion
        // A belt of one unit in the last place, as in `Limiter.advance`.
        position[axis] = Limiter.least(
            Limiter.greatest(motion.position, limits[axis].lower), limits[axis].upper)
    }

    // MARK: A group

    /// What one axis may do in the next tick, as speeds.
    private struct Window {
        var lowest: Double
        var highest: Double
        var braking: Double
    }

    private mutating func advance(
        group: AxisBits, towards wish: @_addressable AxisVector, share: Double
    ) {
        guard let scale = wishScale(group: group, wish: wish, share: share) else {
            for axis in 0..<limits.count where group & bit(axis) != 0 { brake(axis) }
            return
        }
        var alpha = 1.0
        for axis in 0..<limits.count where group & bit(axis) != 0 {
            var desired = wish[axis] * scale
            let window = Self.window(
                self[axis], limits[axis], desired: desired, period: limits.period)
            let nearest = Limiter.greatest(
                Limiter.least(desired, window.highest), window.lowest)
            if nearest != desired {
                let ratio = (nearest - window.braking) / (desired - window.braking)
                // A wish to slow down faster than can be, or to turn round, is not helped by
                // slowing the others.
                if desired * velocity[axis] >= 0, ratio > 0, ratio < 1 {
                    alpha = Limiter.least(alpha, ratio)
                } else {
                    desired = nearest
                }
            }
            braking[axis] = window.braking
            goal[axis] = desired
        }
        for _ in 0...JerkLimiter.halvings {
            next.take(goal)
            if alpha < 1 {
                for axis in 0..<limits.count where group & bit(axis) != 0 {
                    next[axis] = braking[axis] + alpha * (goal[axis] - braking[axis])
                }
            }
            if isViable(group: group, speeds: next) {
                for axis in 0..<limits.count where group & bit(axis) != 0 {
                    move(axis, at: next[axis])
                }
                return
            }
            alpha /= 2
        }
        for axis in 0..<limits.count where group & bit(axis) != 0 { brake(axis) }
    }

    /// Moves at a speed that was found admissible; the second-order limiter looks at it once more.
    private mutating func move(_ axis: Int, at speed: Double) {
        guard limits[axis].jerk != nil else { return move(axis, desired: speed) }
        commit(
            axis,
            JerkLimiter.moved(
                self[axis], at: speed, limits: limits[axis], period: limits.period))
    }

    /// The factor that brings a group's wish below every limit of speed; nil for one that is not finite.
    @_addressableSelf private func wishScale(
        group: AxisBits, wish: @_addressable AxisVector, share: Double
    ) -> Double? {
        var scale = 1.0
        for axis in 0..<limits.count where group & bit(axis) != 0 {
            guard wish[axis].isFinite else { return nil }
            let most = limits[axis].velocity * share
            if abs(wish[axis]) * scale > most { scale = most / abs(wish[axis]) }
        }
        if limits.toolSpeed < .infinity, group & bit(limits.x) != 0 {
            // Scaled first: squares of wild numbers overflow.
            let (vx, vy, vz) = (
                wish[limits.x] * scale, wish[limits.y] * scale, wish[limits.z] * scale
            )
            let speed = ProvenMath.root(vx * vx + vy * vy + vz * vz)
            let most = limits.toolSpeed * share
            if speed > most { scale *= most / speed }
        }
        return scale
    }

    /// Of values: whoever only reads a large value has all of it copied for every element.
    private static func window(
        _ motion: AxisMotion, _ own: AxisLimits, desired: Double, period: Double
    ) -> Window {
        guard own.jerk != nil else {
            let range = Limiter.interval(
                position: motion.position, velocity: motion.velocity, limits: own, period: period)
            let braking = Limiter.braked(velocity: motion.velocity, limits: own, period: period)
            return Window(lowest: range.lowest, highest: range.highest, braking: braking)
        }
        let range = JerkLimiter.interval(motion, limits: own, period: period)
        // Not past the wish: the acceleration must be gone when it is reached.
        let ramp = JerkLimiter.ramp(motion, to: desired, limits: own, period: period)
        let braking = JerkLimiter.braked(motion, limits: own, period: period).velocity
        let isUp = desired > motion.velocity
        return Window(
            lowest: motion.velocity + (isUp ? range.lowest : ramp) * period,
            highest: motion.velocity + (isUp ? ramp : range.highest) * period, braking: braking)
    }

    @inline(__always)
    @_addressableSelf func bit(_ axis: Int) -> AxisBits {
        1 << AxisBits(truncatingIfNeeded: axis)
    }
}

extension AxisMotion {
    /// At rest and to stay so: without a limit of jerk the acceleration of the last tick is past.
    @inline(__always)
    @_addressableSelf func isSettled(_ limits: AxisLimits) -> Bool {
        velocity == 0 && (limits.jerk == nil || acceleration == 0)
    }
}
