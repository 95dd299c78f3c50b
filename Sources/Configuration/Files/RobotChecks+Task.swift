import Embodiment

/// What must hold between `tool`, `step`, `force` and the rest of a robot's file.
extension RobotChecks {
    static func task(
        _ task: RobotFile.DecodedTask, axes: [RobotFile.Decoded<CommandAxis>],
        features: [RobotFile.Decoded<ObservationFeature>], space: ControlSpace?,
        commandRate: Double?
    ) {
        let known = axes.compactMap(\.value)
        if let block = task.tool {
            if task.value.toolSpeed != nil {
                needs(AxisRole.place, known, space, block, "speed_m_s")
            }
            if task.value.tilt != nil {
                needs([.roll, .pitch], known, space, block, "tilt_rad")
            }
            if !task.planes.isEmpty { needs(AxisRole.place, known, space, block, "planes") }
        }
        if let block = task.step {
            if task.value.stepTranslation != nil {
                needs(AxisRole.place, known, space, block, "translation_m")
            }
            if task.value.stepRotation != nil {
                needs(AxisRole.angles, known, space, block, "rotation_rad")
            }
            if task.value.stepJoint != nil, let space,
                space != .jointPosition || !known.contains(where: { $0.unit == .radian })
            {
                block.report(
                    "joint_rad needs control_space joint_position and an axis with unit rad",
                    at: "joint_rad")
            }
        }
        home(task, known)
        rollOut(task, known, commandRate)
        force(task, features)
    }

    private static func needs(
        _ roles: [AxisRole], _ axes: [CommandAxis], _ space: ControlSpace?, _ block: Block,
        _ key: String
    ) {
        guard let space else { return }
        let found = axes.map { AxisRole(of: $0, in: .endEffectorPose) }
        if space == .endEffectorPose, roles.allSatisfy(found.contains) { return }
        let names = roles.map(\.rawValue).joined(separator: ", ")
        let units = Set(roles.compactMap(\.unit)).map(\.rawValue).joined(separator: ", ")
        block.report(
            "\(key) needs control_space end_effector_pose and the axes "
                + "\(names) with unit \(units)", at: key)
    }

    private static func home(_ task: RobotFile.DecodedTask, _ axes: [CommandAxis]) {
        func home(_ role: AxisRole) -> Double? {
            axes.first { $0.name == role.rawValue }?.home
        }
        if let x = home(.x), let y = home(.y), let z = home(.z) {
            for (plane, block) in zip(task.value.planes, task.planes)
            where plane.excess(x, y, z) > 0 {
                block.report(
                    "home is \(StoppingDistance.write(plane.excess(x, y, z))) m beyond this plane",
                    at: "offset_m")
            }
        }
        if let tilt = task.value.tilt, let roll = home(.roll), let pitch = home(.pitch) {
            let angle = (roll * roll + pitch * pitch).squareRoot()
            if angle > tilt {
                task.tool?.report(
                    "home is tilted by \(StoppingDistance.write(angle)) rad, more than tilt_rad",
                    at: "tilt_rad")
            }
        }
    }

    /// Limits that couple axes are kept by rolling braking out ahead of every command.
    private static func rollOut(
        _ task: RobotFile.DecodedTask, _ axes: [CommandAxis], _ commandRate: Double?
    ) {
        guard let commandRate, let block = task.tool else { return }
        var roles: [AxisRole] = []
        if task.value.toolSpeed != nil || !task.planes.isEmpty { roles += AxisRole.place }
        if task.value.tilt != nil { roles += [.roll, .pitch] }
        for axis in axes where roles.contains(where: { $0.rawValue == axis.name }) {
            let ticks = axis.limits.longestBraking(period: 1 / commandRate)
            guard ticks > Capacity.brakingTicks else { continue }
            block.report(
                "braking axis \(axis.name) takes \(ticks) command periods, more than "
                    + "\(Capacity.brakingTicks) that can be rolled out ahead", at: "tool")
        }
    }

    private static func force(
        _ task: RobotFile.DecodedTask, _ features: [RobotFile.Decoded<ObservationFeature>]
    ) {
        guard let block = task.force, let force = task.value.force else { return }
        let known = features.compactMap(\.value)
        for name in force.features
        where !known.contains(where: { $0.name == name && $0.unit == .newton }) {
            block.report("\"\(name)\" is not a feature with unit N", at: "features")
        }
        if force.contact >= force.stop || force.stop >= force.absolute {
            block.report(
                "contact_n must be below stop_n, and stop_n below absolute_n", at: "stop_n")
        }
    }
}
