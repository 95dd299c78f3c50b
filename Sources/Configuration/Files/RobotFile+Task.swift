import Embodiment

/// The limits that hold for several axes together: `tool`, `step` and `force` of a robot's file.
extension RobotFile {
    /// What was read, with the blocks it stands in, for checks that speak of its places.
    struct DecodedTask {
        var value = TaskLimits()
        var tool: Block?
        var step: Block?
        var force: Block?
        /// The blocks of `tool.planes` that were right, in the order of `value.planes`.
        var planes: [Block] = []
    }

    static func decodeTask(_ file: Block) -> DecodedTask {
        var task = DecodedTask()
        if let block = file.block(
            "tool", "limits of the tool: axes `x`, `y`, `z`, `roll`, `pitch`, `yaw`",
            isRequired: false)
        {
            task.tool = block
            task.value.toolSpeed = block.number(
                "speed_m_s", .above(0, upTo: 10), "largest speed along x, y and z together",
                isRequired: false)
            task.value.tilt = block.number(
                "tilt_rad", .above(0, upTo: 1.5), "largest tilt from roll = pitch = 0",
                isRequired: false)
            for plane in block.blocks(
                "planes", count: 1...TaskLimits.planeCapacity,
                "planes that the tool stays on one side of", isRequired: false)
            {
                guard let value = halfSpace(plane) else { continue }
                task.value.planes.append(value)
                task.planes.append(plane)
            }
            block.reportKeys()
        }
        if let block = file.block(
            "step", "limits of what one policy step asks for", isRequired: false)
        {
            task.step = block
            task.value.stepTranslation = block.number(
                "translation_m", .above(0, upTo: 10), "longest way of the tool", isRequired: false)
            task.value.stepRotation = block.number(
                "rotation_rad", .above(0, upTo: 10), "largest turn of the tool", isRequired: false)
            task.value.stepJoint = block.number(
                "joint_rad", .above(0, upTo: 10), "largest turn of any one joint", isRequired: false
            )
            block.reportKeys()
        }
        if let block = file.block(
            "force", "slows and stops on the force that a bridge reports", isRequired: false)
        {
            task.force = block
            task.value.force = force(block)
        }
        return task
    }

    private static func halfSpace(_ block: Block) -> HalfSpace? {
        let normal = block.numbers(
            "normal", count: 3,
            "x, y and z of the plane's normal; normal · position is at most `offset_m`")
        let offset = block.number("offset_m", .closed(-10, 10), "see `normal`")
        block.reportKeys()
        guard let normal, let offset else { return nil }
        guard normal.contains(where: { $0 != 0 }) else {
            block.report("a plane's normal must not be zero", at: "normal")
            return nil
        }
        return HalfSpace(normal: normal, offset: offset)
    }

    private static func force(_ block: Block) -> ForceLimits? {
        let features = block.texts(
            "features", count: 1...3, "features of unit N: the force, or its components",
            isRequired: true)
        let contact = block.number(
            "contact_n", .above(0, upTo: 1000), "above it the robot goes at a quarter of its speed")
        let stop = block.number(
            "stop_n", .above(0, upTo: 1000), "above it in two of three samples the robot is stopped"
        )
        let absolute = block.number(
            "absolute_n", .above(0, upTo: 1000), "above it the robot is stopped at once")
        let filter = block.number(
            "filter_hz", .above(0, upTo: 1000), "corner of the low-pass filter before the first two"
        )
        block.reportKeys()
        guard let features, let contact, let stop, let absolute, let filter else { return nil }
        return ForceLimits(
            features: features.map(\.text), contact: contact, stop: stop, absolute: absolute,
            filterHz: filter)
    }
}
