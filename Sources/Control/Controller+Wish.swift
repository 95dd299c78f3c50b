import Embodiment

/// What the robot should do next, before any limit.
extension Controller {
    /// The velocity that each axis should have; of one that is commanded by its velocity the change of that.
    ///
    /// - Parameter share: of the speed limits that may be used.
    func updateWish(share: Double) {
        switch mode {
        case .hold: wishToRest()
        case .home: motion.approach(target, share: Controller.homeSpeedScale, wish: &wish)
        case .play: wishInMotion(share: share)
        case .track: wishInStep(share: share)
        }
    }

    /// Places stay, velocities go to 0.
    private func wishToRest() {
        guard limits.driving != 0 else {
            for index in 0..<robot.axes.count { wish[index] = 0 }
            return
        }
        motion.approach(
            AxisVector(count: robot.axes.count), axes: limits.driving, wish: &wish)
    }

    private func wishInMotion(share: Double) {
        guard motionTick > 0 else {
            return motion.approach(target, share: Controller.homeSpeedScale, wish: &wish)
        }
        // The motion's own speed, and what closes the gap to it without overshoot.
        let (last, next) = (
            motion.eased(lastTarget, share: share), motion.eased(target, share: share)
        )
        motion.approach(last, wish: &wish)
        for index in 0..<robot.axes.count {
            wish[index] += (next[index] - last[index]) / robot.tickSeconds
        }
    }

    /// Whether the next step may still come: who has not decided anew for another step, or for a second,
    /// moves the robot no further.
    var isPatient: Bool {
        let patience =
            robot.commandRateHz < Double(robot.ticksPerStep)
            ? robot.commandRateHz : Double(robot.ticksPerStep)
        return Double(ticksOver) < patience
    }

    private func wishInStep(share: Double) {
        guard isPatient else { return wishToRest() }
        // A displacement is spread over the step, so that motion flows from step to step.
        var spread: AxisBits = 0
        for index in 0..<robot.axes.count where ticksLeft > 0 && robot.axes[index].kind == .delta {
            spread |= 1 << UInt32(index)
        }
        // A place is kept until the next step comes; a velocity that nobody asks for any more is not.
        if limits.driving == 0 {
            motion.approach(target, axes: ~spread, wish: &wish)
        } else {
            var goal = motion.eased(target, share: share)
            for index in 0..<robot.axes.count
            where ticksLeft == 0 && robot.axes[index].isVelocity { goal[index] = 0 }
            motion.approach(goal, axes: ~spread, wish: &wish)
        }
        for index in 0..<robot.axes.count where spread & (1 << UInt32(index)) != 0 {
            let error = target[index] - motion.position[index]
            wish[index] = error / (Double(ticksLeft) * robot.tickSeconds)
        }
    }
}
