import Embodiment

/// What a controller keeps that is as large as the largest robot.
///
/// It lies in memory of its own and is read there: of a class' property everything is copied that is handed on.
struct ControllerParts {
    var guardian: Guardian
    var newest: SensorSample
    var motion: MotionLimiter
    var checker: OutputChecker
    var force: ForceMonitor
    var dwell = GripperDwell()
    var steps = StepSequence()
    var target: AxisVector
    var wanted: AxisVector
    var stepStart: AxisVector
    var lastTarget: AxisVector
    var wish: AxisVector

    init(robot: RobotDescription, watchesClocks: Bool) {
        let limits = CompiledLimits(robot)
        let nothing = AxisVector(count: robot.axes.count)
        guardian = Guardian(robot: robot, watchesClocks: watchesClocks)
        newest = SensorSample(axes: robot.axes.count, features: robot.features.count)
        motion = MotionLimiter(limits: limits)
        checker = OutputChecker(limits: limits)
        force = ForceMonitor(robot: robot)
        (target, wanted, stepStart) = (nothing, nothing, nothing)
        (lastTarget, wish) = (nothing, nothing)
    }
}

/// Where one part lies.
@inline(__always)
private func place<Part>(_ part: inout Part) -> UnsafeMutablePointer<Part> {
    // Safe: the memory of `parts` neither moves nor goes before its controller.
    withUnsafeMutablePointer(to: &part) { $0 }
}

extension Controller {
    /// Judge of the state of the world.
    public internal(set) var guardian: Guardian {
        unsafeAddress { UnsafePointer(place(&parts.pointee.guardian)) }
        unsafeMutableAddress { place(&parts.pointee.guardian) }
    }

    /// What every command respects.
    public var limits: CompiledLimits {
        unsafeAddress { UnsafePointer(place(&parts.pointee.motion.limits)) }
    }

    /// The newest sample; without meaning before the first.
    var newest: SensorSample {
        unsafeAddress { UnsafePointer(place(&parts.pointee.newest)) }
        unsafeMutableAddress { place(&parts.pointee.newest) }
    }

    /// The steps of the course that is followed.
    var steps: StepSequence {
        unsafeAddress { UnsafePointer(place(&parts.pointee.steps)) }
        unsafeMutableAddress { place(&parts.pointee.steps) }
    }

    var motion: MotionLimiter {
        unsafeAddress { UnsafePointer(place(&parts.pointee.motion)) }
        unsafeMutableAddress { place(&parts.pointee.motion) }
    }

    var checker: OutputChecker {
        unsafeAddress { UnsafePointer(place(&parts.pointee.checker)) }
        unsafeMutableAddress { place(&parts.pointee.checker) }
    }

    var force: ForceMonitor {
        unsafeAddress { UnsafePointer(place(&parts.pointee.force)) }
        unsafeMutableAddress { place(&parts.pointee.force) }
    }

    var dwell: GripperDwell {
        unsafeAddress { UnsafePointer(place(&parts.pointee.dwell)) }
        unsafeMutableAddress { place(&parts.pointee.dwell) }
    }

    /// Where the axes are to be.
    var target: AxisVector {
        unsafeAddress { UnsafePointer(place(&parts.pointee.target)) }
        unsafeMutableAddress { place(&parts.pointee.target) }
    }

    /// What homing or a motion wants of each axis, before the gripper's rule.
    var wanted: AxisVector {
        unsafeAddress { UnsafePointer(place(&parts.pointee.wanted)) }
        unsafeMutableAddress { place(&parts.pointee.wanted) }
    }

    /// The set-point at the beginning of the step.
    var stepStart: AxisVector {
        unsafeAddress { UnsafePointer(place(&parts.pointee.stepStart)) }
        unsafeMutableAddress { place(&parts.pointee.stepStart) }
    }

    /// The set-point before `target`, in a motion.
    var lastTarget: AxisVector {
        unsafeAddress { UnsafePointer(place(&parts.pointee.lastTarget)) }
        unsafeMutableAddress { place(&parts.pointee.lastTarget) }
    }

    /// The velocity that each axis should have, before any limit; see `updateWish`.
    var wish: AxisVector {
        unsafeAddress { UnsafePointer(place(&parts.pointee.wish)) }
        unsafeMutableAddress { place(&parts.pointee.wish) }
    }
}
