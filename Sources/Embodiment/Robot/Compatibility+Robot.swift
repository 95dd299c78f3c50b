extension Compatibility {
    /// What numbers that a robot records mean.
    ///
    /// Left out is what changes no number that is recorded or decided: texts, the order of what is not observed, the
    /// joints behind the axes, and every budget after which the robot only brakes.
    ///
    /// - Parameter task: its name, where one is known.
    public init(_ robot: RobotDescription, task: String? = nil) {
        self.task = task
        self.robot = robot.name
        controlSpace = robot.controlSpace.rawValue
        commandRateHz = robot.commandRateHz
        policyRateHz = robot.policyRateHz
        scaling = robot.scaling.rawValue
        observation = robot.observation.map { Observed(name: $0, unit: robot.unit(of: $0)) }
        action = robot.axes.map(Acted.init)
        cameras = []
        home = [:]
        atMost = [:]
        atLeast = [:]
        for axis in robot.axes {
            home[axis.name] = axis.home
            addLimits(of: axis)
        }
        addLimits(robot.task)
    }

    private mutating func addLimits(of axis: CommandAxis) {
        let (unit, limits) = (axis.unit, axis.limits)
        atLeast["axis \(axis.name): lower, \(unit)"] = limits.lower
        atMost["axis \(axis.name): upper, \(unit)"] = limits.upper
        let words =
            axis.isVelocity ? ["acceleration", "jerk"] : ["velocity", "acceleration", "jerk"]
        for (word, (order, limit)) in zip(
            words, [(1, limits.velocity), (2, limits.acceleration), (3, limits.jerk)])
        {
            atMost["axis \(axis.name): \(word), \(unit.change(order))"] = limit
        }
        atLeast["axis \(axis.name): gripper dwell, s"] = axis.gripper?.dwellSeconds
    }

    private mutating func addLimits(_ task: TaskLimits) {
        atMost["tool: speed, m/s"] = task.toolSpeed
        atMost["tool: tilt, rad"] = task.tilt
        for plane in task.planes {
            let name = "tool: plane (\(plane.x), \(plane.y), \(plane.z)): offset, m"
            // Of two with one normal the nearer is the limit.
            atMost[name] = min(atMost[name] ?? plane.offset, plane.offset)
        }
        atMost["step: translation, m"] = task.stepTranslation
        atMost["step: rotation, rad"] = task.stepRotation
        atMost["step: joint, rad"] = task.stepJoint
        guard let force = task.force else { return }
        let name = "force of \(force.features.joined(separator: ", ")) below \(force.filterHz) Hz"
        atMost["\(name): contact, N"] = force.contact
        atMost["\(name): stop, N"] = force.stop
        atMost["\(name): absolute, N"] = force.absolute
    }
}
