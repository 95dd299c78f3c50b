import Embodiment

/// Axes that are commanded by their velocity (F14): the limiter is F3 one derivative up, and their rest is 0.
extension MotionLimiter {
    /// Whether an axis is commanded by its velocity.
    @inline(__always)
    @_addressableSelf func isDriving(_ axis: Int) -> Bool {
        limits.driving & (1 << UInt32(truncatingIfNeeded: axis)) != 0
    }

    /// One tick of velocities that share a scale.
    ///
    /// Their changes are the largest share of the wished ones that every axis can have, so that a base comes to a
    /// velocity, and to rest, along one arc. One that has nothing to change keeps its velocity meanwhile; one that
    /// cannot go on changing as it does, or has to turn round, holds no other up.
    /// - Parameter wish: changes of the velocities, unit/s; one that is not finite brakes the whole group.
    mutating func drive(group: AxisBits, towards wish: @_addressable AxisVector) {
        var scale = 1.0
        for axis in 0..<limits.count where group & bit(axis) != 0 {
            guard wish[axis].isFinite else { return brake(group: group) }
            let most = limits[axis].velocity
            if abs(wish[axis]) * scale > most { scale = most / abs(wish[axis]) }
        }
        var share = 1.0
        for axis in 0..<limits.count where group & bit(axis) != 0 {
            let possible = possibleShare(axis, wish[axis] * scale)
            if possible > 0 { share = Limiter.least(share, possible) }
        }
        for axis in 0..<limits.count where group & bit(axis) != 0 {
            let goal = wish[axis] * scale
            // The limiter cuts what is left of each by itself.
            move(axis, desired: possibleShare(axis, goal) > 0 ? share * goal : goal)
        }
    }

    /// The largest share of a change that an axis can have in the next tick; 1 of none, 0 or less where it cannot
    /// change that way at all.
    @_addressableSelf private func possibleShare(_ axis: Int, _ goal: Double) -> Double {
        guard goal != 0 else { return 1 }
        let range = Limiter.interval(
            position: position[axis], velocity: velocity[axis], limits: limits[axis],
            period: limits.period)
        return (goal > 0 ? range.highest : range.lowest) / goal
    }

    private mutating func brake(group: AxisBits) {
        for axis in 0..<limits.count where group & bit(axis) != 0 { brake(axis) }
    }

    /// p + (−p/T) T may leave a rounding remainder, far below what one tick of jerk makes: that is 0.
    @_addressableSelf func settled(_ axis: Int, _ velocity: Double) -> Double {
        let rest = limits[axis].acceleration * limits.period * limits.period * 1e-15
        return abs(velocity) <= rest ? 0 : velocity
    }

    /// Target velocities of which no more is left than a share of the limits, all that go together by one
    /// factor, so that an arc keeps its curve; places as they are.
    ///
    /// - Parameter share: more than 0, at most 1.
    @_noAllocation @_noLocks
    @_addressableSelf public func eased(_ target: @_addressable AxisVector, share: Double)
        -> AxisVector
    {
        guard limits.driving != 0, share < 1 else { return target }
        var eased = target
        for group in 0..<limits.groupCount where limits.groups[group] & limits.driving != 0 {
            let axes = limits.groups[group]
            var factor = 1.0
            for axis in 0..<limits.count where axes & (1 << UInt32(axis)) != 0 {
                let speed = target[axis]
                let most = share * (speed < 0 ? -limits[axis].lower : limits[axis].upper)
                if abs(speed) * factor > most { factor = most / abs(speed) }
            }
            for axis in 0..<limits.count where axes & (1 << UInt32(axis)) != 0 {
                eased[axis] = target[axis] * factor
            }
        }
        return eased
    }
}
