import Embodiment

@testable import Control

/// One mistake somebody could make with axes that are commanded by their velocity; `DriveCopy` makes it.
enum DriveMistake: String, CaseIterable, Sendable {
    // F14: what rest is.
    case restKeepsVelocity, restEndsChangeOnly, restBackwards, restAtOnce, restSlowly
    case startsAtMeasurement
    // The change of a velocity and the change of that.
    case jerkFree, accelerationFree, upperFree, lowerFree, limitsOfAPlace
    // What no number is.
    case notFiniteKeepsVelocity, notFinitePasses
    // The common share: an arc keeps its curve.
    case eachForItself, waitingBrakes, largestShare, turningStopsAll, easedEach, easedNot
}

/// A pair of velocities that share a scale, written once more with room for one mistake.
///
/// Without a mistake it must give the real limiter's numbers bit for bit, which a test demands.
struct DriveCopy {
    let mistake: DriveMistake?
    let limits: [AxisLimits]
    let period: Double
    var motions: [AxisMotion]

    private func has(_ wanted: DriveMistake) -> Bool { mistake == wanted }

    init(mistake: DriveMistake?, limits: [AxisLimits], period: Double, measured: [Double]) {
        self.mistake = mistake
        self.limits = limits
        self.period = period
        motions = measured.map {
            AxisMotion(position: mistake == .startsAtMeasurement ? $0 : 0)
        }
    }

    private func interval(_ axis: Int) -> (lowest: Double, highest: Double) {
        var own = limits[axis]
        if has(.jerkFree) { own.acceleration = 1e9 }
        if has(.accelerationFree) { own.velocity = 1e9 }
        if has(.upperFree) { own.upper = 1e9 }
        if has(.lowerFree) { own.lower = -1e9 }
        if has(.limitsOfAPlace) { (own.velocity, own.acceleration) = (own.upper, own.velocity) }
        return Limiter.interval(
            position: motions[axis].position, velocity: motions[axis].velocity, limits: own,
            period: period)
    }

    /// The change that leads to a velocity, without overshoot.
    private func approach(_ axis: Int, _ target: Double) -> Double {
        var own = limits[axis]
        if has(.accelerationFree) { own.velocity = 1e9 }
        return Limiter.approachSpeed(
            error: target - motions[axis].position, limits: own, period: period)
    }

    private mutating func move(_ axis: Int, _ change: Double) {
        let (lowest, highest) = interval(axis)
        let taken = Limiter.greatest(Limiter.least(change, highest), lowest)
        let next = Limiter.least(
            Limiter.greatest(motions[axis].position + taken * period, limits[axis].lower),
            limits[axis].upper)
        let rest = limits[axis].acceleration * period * period * 1e-15
        motions[axis] = AxisMotion(
            position: abs(next) <= rest ? 0 : next, velocity: taken,
            acceleration: (taken - motions[axis].velocity) / period)
    }

    private mutating func brake(_ axis: Int) {
        if has(.restAtOnce) {
            motions[axis] = AxisMotion(position: 0)
            return
        }
        var change = approach(axis, 0)
        if has(.restKeepsVelocity) || has(.restEndsChangeOnly) { change = 0 }
        if has(.restBackwards) { change = -change }
        if has(.restSlowly) { change *= 0.25 }
        move(axis, change)
    }

    /// Every axis comes to rest as hard as it can.
    mutating func brake() {
        if has(.restKeepsVelocity) {
            for axis in motions.indices { motions[axis].velocity = 0 }
            return
        }
        for axis in motions.indices { brake(axis) }
    }

    /// One tick towards velocities.
    ///
    /// - Parameter share: of the limits that may be used.
    mutating func advance(towards target: [Double], share: Double) {
        if !target.allSatisfy(\.isFinite), !has(.notFinitePasses) {
            if !has(.notFiniteKeepsVelocity) { brake() }
            return
        }
        let aim = eased(target, share)
        var wish = motions.indices.map { approach($0, aim[$0]) }
        straighten(&wish, aim)
        var scale = 1.0
        for axis in wish.indices
        where abs(wish[axis]) * scale > limits[axis].velocity && !has(.accelerationFree) {
            scale = limits[axis].velocity / abs(wish[axis])
        }
        let goal = wish.map { $0 * scale }
        var share = has(.largestShare) ? 0.0 : 1.0
        for axis in motions.indices {
            let possible = possibleShare(axis, goal[axis])
            guard possible > 0 || has(.turningStopsAll) else { continue }
            share =
                has(.largestShare)
                ? Limiter.greatest(share, Limiter.least(possible, 1))
                : Limiter.least(share, Limiter.greatest(possible, 0))
        }
        for axis in motions.indices {
            let isOwn = has(.eachForItself) || possibleShare(axis, goal[axis]) <= 0
            var change = isOwn ? goal[axis] : share * goal[axis]
            if has(.waitingBrakes), share < 1 {
                let braking = approach(axis, 0)
                change = braking + share * (goal[axis] - braking)
            }
            move(axis, change)
        }
    }

    private func possibleShare(_ axis: Int, _ goal: Double) -> Double {
        guard goal != 0 else { return 1 }
        let (lowest, highest) = interval(axis)
        return (goal > 0 ? highest : lowest) / goal
    }

    private func eased(_ target: [Double], _ share: Double) -> [Double] {
        guard share < 1, !has(.easedNot) else { return target }
        let factors = target.indices.map { axis in
            let most = share * (target[axis] < 0 ? -limits[axis].lower : limits[axis].upper)
            return abs(target[axis]) > most ? most / abs(target[axis]) : 1
        }
        if has(.easedEach) { return target.indices.map { target[$0] * factors[$0] } }
        var factor = 1.0
        for axis in target.indices {
            let most = share * (target[axis] < 0 ? -limits[axis].lower : limits[axis].upper)
            if abs(target[axis]) * factor > most { factor = most / abs(target[axis]) }
        }
        return target.map { $0 * factor }
    }

    private func straighten(_ wish: inout [Double], _ target: [Double]) {
        var rate = Double.infinity
        for axis in wish.indices where wish[axis] != 0 {
            rate = Limiter.least(rate, wish[axis] / (target[axis] - motions[axis].position))
        }
        for axis in wish.indices where wish[axis] != 0 && !has(.eachForItself) {
            let error = target[axis] - motions[axis].position
            if wish[axis] / error > rate { wish[axis] = rate * error }
        }
    }
}
