import Embodiment

@testable import Control

/// The limiter written once more, with room for one mistake.
///
/// Without a mistake it must give the real limiter's numbers bit for bit, which a test demands: so the
/// copy cannot fall behind what it copies, and each mistake is one in the limiter as it is.
struct LimiterCopy: Sendable {
    let mistake: LimiterMistake?

    private func has(_ wanted: LimiterMistake) -> Bool { mistake == wanted }

    func brakingSpeed(distance given: Double, acceleration: Double, period: Double) -> Double {
        let distance = has(.distanceDoubled) ? 2 * given : given
        guard distance > 0 else { return 0 }
        var step = acceleration * period * period
        if has(.periodForSquare) { step = acceleration * period }
        if has(.periodCubed) { step *= period }
        let root =
            ((has(.plusOneUnderRootLost) ? 0 : 1) + (has(.fourForEight) ? 4 : 8) * distance / step)
            .squareRoot()
        let real = (root - (has(.minusOneLost) ? 0 : 1)) / 2
        let m = has(.noFloor) ? real : real.rounded(has(.ceilingForFloor) ? .up : .down)
        let next = has(.missingPlusOne) ? m : has(.plusTwo) ? m + 2 : m + 1
        return distance / (next * period) + m * acceleration * period / (has(.halfLost) ? 1 : 2)
    }

    // MARK: Second order

    func interval(
        position: Double, velocity: Double, limits: AxisLimits, period: Double
    ) -> (lowest: Double, highest: Double) {
        let acceleration = Limiter.plannedAcceleration(limits, period: period)
        var u = acceleration * period
        if has(.twiceTheAcceleration) { u *= 2 }
        if has(.accelerationHalved) { u /= 2 }
        if has(.accelerationTimesSquare) { u *= period }
        let most = has(.speedCapTooLow) ? 0.9 * limits.velocity : limits.velocity
        let room = (limits.upper - position, position - limits.lower)
        let swapped = has(.sidesSwapped) ? (room.1, room.0) : room
        var up = brakingSpeed(distance: swapped.0, acceleration: acceleration, period: period)
        var down = brakingSpeed(distance: swapped.1, acceleration: acceleration, period: period)
        if has(.brakingWithoutMargin) {
            // The textbook's v²/2a, without the distance of the tick itself.
            up = (2 * acceleration * max(room.0, 0)).squareRoot()
            down = (2 * acceleration * max(room.1, 0)).squareRoot()
        }
        var highest = has(.speedCapLost) ? Double.infinity : most
        if !has(.speedingUpFree) { highest = Limiter.least(highest, velocity + u) }
        if !has(.upperBrakingLost) { highest = Limiter.least(highest, up) }
        var lowest = has(.lowerSpeedCapLost) ? -Double.infinity : -most
        if !has(.slowingDownFree) { lowest = Limiter.greatest(lowest, velocity - u) }
        if !has(.lowerBrakingLost) {
            lowest = Limiter.greatest(lowest, has(.lowerBrakingSign) ? down : -down)
        }
        if lowest <= highest { return (lowest, highest) }
        let speed = highest == up ? up : lowest
        return (speed, speed)
    }

    func advance(
        _ motion: AxisMotion, desired: Double, limits: AxisLimits, period: Double
    ) -> AxisMotion {
        if limits.jerk != nil {
            return advanceThird(motion, desired: desired, limits: limits, period: period)
        }
        let (lowest, highest) = interval(
            position: motion.position, velocity: motion.velocity, limits: limits, period: period)
        let isRight =
            has(.nanPasses)
            ? true : has(.infinityPasses) ? !desired.isNaN : desired.isFinite
        let wish = isRight ? desired : 0
        let speed = Limiter.greatest(Limiter.least(wish, highest), lowest)
        let moved = motion.position + speed * (has(.stepWithoutPeriod) ? 1 : period)
        return AxisMotion(
            position: Limiter.least(Limiter.greatest(moved, limits.lower), limits.upper),
            velocity: has(.wishReturned) ? wish : speed,
            acceleration: (speed - motion.velocity) / period)
    }

    func approachSpeed(
        _ motion: AxisMotion, to target: Double, limits: AxisLimits, period: Double
    ) -> Double {
        if limits.jerk != nil {
            return approachThird(motion, to: target, limits: limits, period: period)
        }
        let error = target - motion.position
        let distance = abs(error) * (has(.approachFromTwiceTheDistance) ? 2 : 1)
        let speed = Limiter.least(
            limits.velocity,
            brakingSpeed(
                distance: distance,
                acceleration: Limiter.plannedAcceleration(limits, period: period), period: period))
        return error < 0 && !has(.approachForgetsSign) ? -speed : speed
    }

    // MARK: Third order

    private func rampDown(_ room: Double, _ limits: AxisLimits, _ period: Double) -> Double {
        let jerk = has(.rampWithAcceleration) ? limits.acceleration : limits.jerk ?? 0
        return brakingSpeed(distance: room, acceleration: jerk, period: period)
    }

    private func most(_ limits: AxisLimits) -> Double {
        has(.accelerationCapLost) ? .infinity : limits.acceleration
    }

    func intervalThird(
        _ motion: AxisMotion, limits: AxisLimits, period: Double
    ) -> (lowest: Double, highest: Double) {
        let step = (limits.jerk ?? 0) * period
        let (v, a) = (motion.velocity, motion.acceleration)
        let most = most(limits)
        let room = has(.rampOtherSide) ? limits.velocity + v : limits.velocity - v
        var highest = Limiter.least(most, has(.jerkUpFree) ? .infinity : a + step)
        if !has(.rampUpLost) { highest = Limiter.least(highest, rampDown(room, limits, period)) }
        var lowest = Limiter.greatest(-most, has(.jerkDownFree) ? -.infinity : a - step)
        if !has(.rampDownLost) {
            lowest = Limiter.greatest(lowest, -rampDown(limits.velocity + v, limits, period))
        }
        return (Limiter.least(lowest, highest), highest)
    }

    func braked(_ motion: AxisMotion, limits: AxisLimits, period: Double) -> AxisMotion {
        let jerk = limits.jerk ?? 0
        let (v, a) = (motion.velocity, motion.acceleration)
        let ramp = has(.brakeWithoutRamp) ? Double.infinity : rampDown(abs(v), limits, period)
        let cap = Limiter.least(most(limits), ramp)
        let isForward = has(.brakeForward)
        let wish = (v > 0) != isForward ? -cap : cap
        let next =
            has(.brakeWithoutJerk)
            ? wish
            : Limiter.least(Limiter.greatest(wish, a - jerk * period), a + jerk * period)
        return moved(motion, at: v + next * period, limits: limits, period: period)
    }

    private func moved(
        _ motion: AxisMotion, at speed: Double, limits: AxisLimits, period: Double
    ) -> AxisMotion {
        let rest = (limits.jerk ?? 0) * period * period * 1e-15
        return motion.moved(at: abs(speed) <= rest ? 0 : speed, period: period)
    }

    func isViable(
        _ start: AxisMotion, limits: AxisLimits, lower: Double, upper: Double, period: Double
    ) -> Bool {
        if has(.rollOutSkipped) { return true }
        var motion = start
        for tick in 0..<Capacity.brakingTicks {
            if has(.rollOutTooShort), tick == 4 { return true }
            if !has(.rollOutUpperOnly), !(motion.position >= lower) { return false }
            if !has(.rollOutLowerOnly), !(motion.position <= upper) { return false }
            if motion.isAtRest { return true }
            motion = braked(motion, limits: limits, period: period)
        }
        return false
    }

    private func ramp(
        _ motion: AxisMotion, to desired: Double, limits: AxisLimits, period: Double
    ) -> Double {
        let missing = desired - motion.velocity
        let cap = Limiter.least(most(limits), rampDown(abs(missing), limits, period))
        let range = intervalThird(motion, limits: limits, period: period)
        return Limiter.greatest(
            Limiter.least(missing < 0 ? -cap : cap, range.highest), range.lowest)
    }

    private func advanceThird(
        _ motion: AxisMotion, desired: Double, limits: AxisLimits, period: Double
    ) -> AxisMotion {
        let brake = braked(motion, limits: limits, period: period)
        if !desired.isFinite, !has(.thirdOrderNanPasses) { return brake }
        let wish = ramp(motion, to: desired, limits: limits, period: period)
        var speed = motion.velocity + wish * (has(.periodLostInSpeed) ? 1 : period)
        var next = brake
        for _ in 0...7 {
            next = moved(motion, at: speed, limits: limits, period: period)
            if isViable(
                next, limits: limits, lower: limits.lower, upper: limits.upper, period: period)
            {
                return next
            }
            let towards = has(.halvingTowardsRest) ? 0 : brake.velocity
            speed = towards + (speed - towards) / 2
        }
        return has(.fallbackKeepsWish) ? next : brake
    }

    private func approachThird(
        _ motion: AxisMotion, to target: Double, limits: AxisLimits, period: Double
    ) -> Double {
        let error = target - motion.position
        let sign = error < 0 && !has(.approachForgetsSign) ? -1.0 : 1.0
        func lands(_ speed: Double) -> Bool {
            let wish = ramp(motion, to: sign * speed, limits: limits, period: period)
            let next = moved(
                motion, at: motion.velocity + wish * period, limits: limits, period: period)
            return isViable(
                next, limits: limits, lower: error < 0 ? target : -.infinity,
                upper: error < 0 ? .infinity : target, period: period)
        }
        var high = Limiter.least(limits.velocity, abs(error) / period)
        if lands(high) { return sign * high }
        var low = 0.0
        for _ in 0..<7 {
            let middle = (low + high) / 2
            if lands(middle) { low = middle } else { high = middle }
        }
        return sign * low
    }

    // MARK: The common share, second order

    func advance(
        group motions: inout [AxisMotion], wish: [Double], limits: [AxisLimits], period: Double
    ) {
        guard wish.allSatisfy(\.isFinite) else {
            for axis in motions.indices {
                motions[axis] = advance(
                    motions[axis], desired: 0, limits: limits[axis], period: period)
            }
            return
        }
        var scale = 1.0
        for axis in motions.indices where abs(wish[axis]) * scale > limits[axis].velocity {
            scale = limits[axis].velocity / abs(wish[axis])
        }
        var goal = wish.map { $0 * scale }
        var braking = goal
        var alpha = 1.0
        for axis in motions.indices {
            let (motion, own) = (motions[axis], limits[axis])
            let range = interval(
                position: motion.position, velocity: motion.velocity, limits: own, period: period)
            let u = Limiter.plannedAcceleration(own, period: period) * period
            let v = motion.velocity
            braking[axis] = v > 0 ? Limiter.greatest(v - u, 0) : Limiter.least(v + u, 0)
            let nearest = Limiter.greatest(
                Limiter.least(goal[axis], range.highest), range.lowest)
            guard nearest != goal[axis] else { continue }
            let ratio = (nearest - braking[axis]) / (goal[axis] - braking[axis])
            let isTurning = goal[axis] * motion.velocity < 0
            let counts = has(.brakingStopsAll) ? ratio >= 0 : !isTurning && ratio > 0
            if counts, ratio < 1 {
                if has(.firstAxisShares), axis > 0 { continue }
                alpha =
                    has(.largestShare) && alpha < 1
                    ? Limiter.greatest(alpha, ratio) : Limiter.least(alpha, ratio)
            } else {
                goal[axis] = nearest
            }
        }
        if has(.squaredShare) { alpha *= alpha }
        for axis in motions.indices {
            var speed = goal[axis]
            if alpha < 1 {
                let from = has(.shareFromRest) ? 0 : braking[axis]
                speed = from + alpha * (goal[axis] - from)
            }
            motions[axis] = advance(
                motions[axis], desired: speed, limits: limits[axis], period: period)
        }
    }
}
