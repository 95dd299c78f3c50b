import Embodiment

/// What the robot should do next, before any limit.
extension Controller {
    /// The velocity that each axis should have.
    func wish() -> AxisVector {
        switch mode {
        case .hold: return AxisVector(count: robot.axes.count)
        case .home: return motion.approach(target, share: Controller.homeSpeedScale)
        case .play: return wishInMotion()
        case .track: return wishInStep()
        }
    }

    private func wishInMotion() -> AxisVector {
        guard motionTick > 0 else {
            return motion.approach(target, share: Controller.homeSpeedScale)
        }
        // The motion's own speed, and what closes the gap to it without overshoot.
        var wish = motion.approach(lastTarget)
        for index in 0..<robot.axes.count {
            wish[index] += (target[index] - lastTarget[index]) / robot.tickSeconds
        }
        return wish
    }

    /// Whether the next step may still come: who has not decided anew for another step, or for a second,
    /// moves the robot no further.
    var isPatient: Bool {
        let patience =
            robot.commandRateHz < Double(robot.ticksPerStep)
            ? robot.commandRateHz : Double(robot.ticksPerStep)
        return Double(ticksOver) < patience
    }

    private func wishInStep() -> AxisVector {
        guard isPatient else { return AxisVector(count: robot.axes.count) }
        // A displacement is spread over the step, so that motion flows from step to step.
        var spread: UInt32 = 0
        for index in 0..<robot.axes.count where ticksLeft > 0 && robot.axes[index].kind == .delta {
            spread |= 1 << UInt32(index)
        }
        var wish = motion.approach(target, axes: ~spread)
        for index in 0..<robot.axes.count where spread & (1 << UInt32(index)) != 0 {
            let error = target[index] - motion.position[index]
            wish[index] = error / (Double(ticksLeft) * robot.tickSeconds)
        }
        return wish
    }
}
