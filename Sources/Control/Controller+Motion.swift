import Embodiment

/// The ways that are not a policy's: home, and the motion of a log.
extension Controller {
    /// Drives home.
    public func goHome() {
        mode = .home
        steps.end()
        guardian.actions.restart()
        origin = MotionOrigin(driver: .homing)
        for index in 0..<robot.axes.count { wanted[index] = robot.axes[index].home }
        aim()
    }

    /// Plays a motion: goes to its first set-point as it would go home, rests there, then follows it tick by tick.
    ///
    /// While the guardian holds the robot the motion waits.
    /// - Parameter motion: kept by the caller until it has been played.
    public func play(_ motion: Motion) {
        precondition(motion.setpoints[0].count == robot.axes.count)
        mode = .play
        steps.end()
        guardian.actions.restart()
        origin = MotionOrigin(driver: .replay)
        played = motion
        motionTick = 0
        aim(at: motion.setpoints[0], drives: false)
    }

    /// Whether the last set-point of the motion is commanded, or none is played; velocities are at rest again.
    public var isMotionOver: Bool {
        guard mode == .play, let played else { return true }
        guard motionTick == played.count - 1, isAtTarget else { return false }
        return limits.driving == 0 || isAtRest
    }

    /// Before a motion and after it nobody wants any velocity.
    private func restVelocities() {
        for index in 0..<robot.axes.count where robot.axes[index].isVelocity { wanted[index] = 0 }
    }

    private var isAtTarget: Bool {
        for index in 0..<robot.axes.count
        where abs(motion.position[index] - wanted[index]) > 1e-6 { return false }
        return true
    }

    private func aim(at setpoint: @_addressable AxisVector, drives: Bool = true) {
        wanted = limits.nearest(setpoint) ?? motion.position
        if !drives { restVelocities() }
        aim()
    }

    /// Targets what is wanted; of a gripper once it may change sides (F12).
    func aim() {
        lastTarget.take(target)
        for index in 0..<robot.axes.count {
            target[index] = dwell.admit(
                wanted[index], present: target[index], axis: index, tick: tickNumber, limits: limits
            )
        }
    }

    /// Aims at the motion's next set-point, once the robot stands at the first.
    func advanceMotion() {
        guard let played else { return }
        if motionTick == 0, !(isAtRest && isAtTarget) { return aim() }
        if motionTick + 1 < played.count {
            motionTick += 1
            aim(at: played.setpoints[motionTick])
        } else {
            restVelocities()
            aim()
        }
    }
}
