import Embodiment

/// Braking seen ahead: what is agreed to now must still end within all limits (F6, F10, F11).
extension MotionLimiter {
    /// Whether every axis of a group, moved at these speeds, can still be braked within all limits.
    @_addressableSelf func isViable(group: AxisBits, speeds: @_addressable AxisVector)
        -> Bool
    {
        let period = limits.period
        for axis in 0..<limits.count where group & limits.jerky & bit(axis) != 0 {
            let own = limits[axis]
            let next = JerkLimiter.moved(
                self[axis], at: speeds[axis], limits: own, period: period)
            if !JerkLimiter.isViable(
                next, limits: own, lower: own.lower, upper: own.upper, period: period)
            {
                return false
            }
        }
        let coupled = limits.coupled & group
        if coupled == 0 { return true }
        return staysTogether(coupled, speeds: speeds)
    }

    /// Rolls braking of the coupled axes out from their next tick on.
    @_addressableSelf private func staysTogether(
        _ coupled: AxisBits, speeds: @_addressable AxisVector
    ) -> Bool {
        let period = limits.period
        var (p, v, a) = (position, velocity, acceleration)
        func put(_ motion: AxisMotion, _ axis: Int) {
            p[axis] = motion.position
            v[axis] = motion.velocity
            a[axis] = motion.acceleration
        }
        for axis in 0..<limits.count where coupled & bit(axis) != 0 {
            put(self[axis].moved(at: speeds[axis], period: period), axis)
        }
        for _ in 0..<Capacity.brakingTicks {
            if !limits.holds(p, v) { return false }
            var isSettled = true
            for axis in 0..<limits.count where coupled & bit(axis) != 0 {
                let own = limits[axis]
                let motion = AxisMotion(
                    position: p[axis], velocity: v[axis], acceleration: a[axis])
                if motion.isSettled(own) { continue }
                isSettled = false
                let speed =
                    own.jerk != nil
                    ? JerkLimiter.braked(motion, limits: own, period: period).velocity
                    : Limiter.braked(velocity: motion.velocity, limits: own, period: period)
                put(motion.moved(at: speed, period: period), axis)
            }
            if isSettled { return true }
        }
        return false
    }
}
