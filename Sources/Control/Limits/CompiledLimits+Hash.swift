import Embodiment
import Platform

extension CompiledLimits {
    /// `hash` as 16 hexadecimal digits, for the session record, the log and the handshake.
    public var hashText: String { hash.hexadecimal }

    /// Every number of the robot's file that the guardian and the limiter enforce, in a fixed order.
    static func fingerprint(of robot: RobotDescription) -> UInt64 {
        var sum = Fingerprint()
        sum.add("hone-limits/2")
        sum.add(robot.controlSpace.rawValue)
        sum.add(robot.commandRateHz)
        sum.add(robot.policyRateHz)
        sum.add(robot.scaling.rawValue)
        sum.add(UInt64(robot.axes.count))
        for axis in robot.axes {
            sum.add(axis.name)
            sum.add(axis.unit.rawValue)
            sum.add(axis.limits.lower)
            sum.add(axis.limits.upper)
            sum.add(axis.limits.velocity)
            sum.add(axis.limits.acceleration)
            sum.add(axis.limits.jerk)
            sum.add(axis.trackingError)
            sum.add(axis.measuredVelocity)
            sum.add(axis.gripper?.dwellSeconds)
            if let space = axis.controlSpace { sum.add(space.rawValue) }
        }
        let task = robot.task
        sum.add(task.toolSpeed)
        sum.add(UInt64(task.planes.count))
        for plane in task.planes {
            for number in [plane.x, plane.y, plane.z, plane.offset] { sum.add(number) }
        }
        for number in [task.tilt, task.stepTranslation, task.stepRotation, task.stepJoint] {
            sum.add(number)
        }
        sum.add(UInt64(task.force?.features.count ?? 0))
        if let force = task.force {
            for name in force.features { sum.add(name) }
            for number in [force.contact, force.stop, force.absolute, force.filterHz] {
                sum.add(number)
            }
        }
        let timing = robot.timing
        for number in [
            timing.observationHoldSeconds, timing.observationStopSeconds,
            timing.commandValiditySeconds, timing.trackingSeconds,
        ] { sum.add(number) }
        let detection = DetectionLimits(robot: robot)
        for number in [
            detection.tickHoldSeconds, detection.tickStopSeconds, detection.clockJumpSeconds,
            detection.actionSeconds, detection.clampShare, detection.chatterShare,
            detection.brakeFactor,
        ] { sum.add(number) }
        for count in [
            detection.missingSamples, detection.frozenSamples, detection.acknowledgementCommands,
            detection.damagedFrames,
        ] { sum.add(UInt64(clamping: count)) }
        sum.add(detection.cameraHoldSeconds)
        return sum.value
    }
}
