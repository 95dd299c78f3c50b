import Glibc

extension Scene {
    /// The gripper's own directions in the table plane: closing, and along the pads.
    @inline(__always)
    static func directions(_ tool: ToolPose) -> (closing: SIMD2<Double>, pads: SIMD2<Double>) {
        // The tool's y axis is the closing direction; it stays near the table plane.
        let y = tool.rotation.y
        let length = max(1e-9, (y.x * y.x + y.y * y.y).squareRoot())
        let closing = SIMD2(y.x / length, y.y / length)
        return (closing, SIMD2(closing.y, -closing.x))
    }

    /// Fingers against a standing object: pushing, grasping, squeezing out, pressing from above.
    mutating func touch(tool: ToolPose, motorOpening: Double) {
        let tip = tool.position.z
        guard tip < bottom + geometry.height else { return }
        let (closing, pads) = Self.directions(tool)
        let offset = object - SIMD2(tool.position.x, tool.position.y)
        var across = (offset * closing).sum()
        var along = (offset * pads).sum()
        let half = motorOpening * SimulatedArm.openGap / 2
        let bodyTop = bottom + geometry.bodyHeight
        // Fingers that come from above rest on the body's top, which gives way a little.
        isOnBody = tip < bodyTop && !wasBelowBody && tip > bodyTop - Self.bodyGive
        let isAtGrip = tip >= bodyTop || isOnBody
        let radius = isAtGrip ? geometry.gripRadius : geometry.bodyRadius

        if pressesFromAbove(across: across, along: along, half: half, isAtGrip: isAtGrip) {
            topple(.toppled)
            return
        }
        // Closing around the object: hold it or squeeze it out.
        let reach = Self.padHalfWidth + radius
        let isBetween =
            abs(across) < half + Self.fingerThickness && abs(along) < reach
            && bottom + geometry.height - tip >= Self.minimumGrip
        let needed = isBetween ? halfWidth(along: along, radius: radius) : 0
        if isBetween, half < needed {
            let slope = contactSlope(along: along, radius: radius)
            if isAtGrip, slope <= friction {
                hold(tip: tip, along: along, needed: needed, across: across, closing: closing)
                return
            }
            let rest = max(0, radius * radius - half * half).squareRoot()
            along = (along < 0 ? -1 : 1) * (Self.padHalfWidth + rest + 1e-5)
            across = 0
            squeezes += 1
        } else {
            for finger in 0..<2 {
                let side = finger == 0 ? 1.0 : -1.0
                push(&across, &along, side: side, half: half, radius: radius)
            }
        }
        let toolPlace = SIMD2(tool.position.x, tool.position.y)
        object = toolPlace + closing * across + pads * along
    }

    /// Half of the gap between pads that touch the object at `along` from their middle.
    @inline(__always)
    func halfWidth(along: Double, radius: Double) -> Double {
        let beyond = max(0, abs(along) - Self.padHalfWidth)
        return max(0, radius * radius - beyond * beyond).squareRoot()
    }

    /// Tangent of the angle between contact normal and closing direction.
    @inline(__always)
    func contactSlope(along: Double, radius: Double) -> Double {
        let beyond = max(0, abs(along) - Self.padHalfWidth)
        return beyond / max(1e-9, halfWidth(along: along, radius: radius))
    }

    /// A fingertip that came down on the object more than its rounded edge forgives.
    private func pressesFromAbove(across: Double, along: Double, half: Double, isAtGrip: Bool)
        -> Bool
    {
        let entersGrip = !wasBelowTop
        let entersBody = !isAtGrip && !wasBelowBody
        guard entersGrip || entersBody else { return false }
        let radius = entersBody ? geometry.bodyRadius : geometry.gripRadius
        for finger in 0..<2 {
            let side = finger == 0 ? 1.0 : -1.0
            let inner = side * half
            let outer = side * (half + Self.fingerThickness)
            let nearestAcross = max(min(inner, outer), min(max(inner, outer), across))
            let nearestAlong = max(-Self.padHalfWidth, min(Self.padHalfWidth, along))
            let gap = SIMD2(across - nearestAcross, along - nearestAlong)
            if radius - (gap * gap).sum().squareRoot() > Self.chamfer { return true }
        }
        return false
    }

    /// Pushes the object out of one finger along the contact normal.
    @inline(__always)
    private func push(
        _ across: inout Double, _ along: inout Double, side: Double, half: Double, radius: Double
    ) {
        let inner = side * half
        let outer = side * (half + Self.fingerThickness)
        let low = min(inner, outer)
        let high = max(inner, outer)
        let nearest = SIMD2(
            max(low, min(high, across)), max(-Self.padHalfWidth, min(Self.padHalfWidth, along)))
        let gap = SIMD2(across, along) - nearest
        let length = (gap * gap).sum().squareRoot()
        if length >= radius { return }
        if length > 1e-9 {
            across = nearest.x + gap.x / length * radius
            along = nearest.y + gap.y / length * radius
        } else {
            // The axis is inside the finger: out through the nearer long side.
            across =
                abs(across - inner) < abs(across - outer)
                ? inner - side * radius : outer + side * radius
        }
    }

    private mutating func hold(
        tip: Double, along: Double, needed: Double, across: Double, closing: SIMD2<Double>
    ) {
        state = .held
        self.along = along
        halfGap = needed
        depth = tip - bottom
        // The pads centre the object between them.
        object -= closing * across
    }

    /// A held object follows the hand, creeps when friction is short, and is let go.
    mutating func carry(tool: ToolPose, motorOpening: Double, seconds: Double) {
        let half = motorOpening * SimulatedArm.openGap / 2
        let (_, pads) = Self.directions(tool)
        object = SIMD2(tool.position.x, tool.position.y) + pads * along
        opening = halfGap * 2 / SimulatedArm.openGap
        // The motor presses in proportion to how far it is held open, fully at a quarter stroke.
        load = max(0, min(1, (opening - motorOpening) / 0.25))
        let floor = geometry.support(object, goal: goal)
        // What friction has left beyond what the slanted contact uses, against the weight.
        let spare = (friction - contactSlope(along: along, radius: geometry.gripRadius)) * load
        if spare < Self.weightShare, tool.position.z - depth > floor + 1e-4 {
            depth += Self.creepSpeed * (1 - spare / Self.weightShare) * seconds
        }
        bottom = tool.position.z - depth
        if bottom < floor {
            if floor - bottom > 0.008, floor > 0, depth > 0 {
                topple(.collision)
                return
            }
            // The support pushes the object up between the fingers.
            depth -= floor - bottom
            bottom = floor
        }
        let isSlippedOut = depth > geometry.height - 0.003
        if half > halfGap + 0.0015 || isSlippedOut {
            state = .falling
            fallSpeed = 0
            dropHeight = bottom - floor
            load = 0
        }
    }

    /// Free fall to whatever is below; toppling from high up or on a rim.
    mutating func fall(seconds: Double) {
        let floor = geometry.support(object, goal: goal)
        fallSpeed += 9.81 * seconds
        bottom -= fallSpeed * seconds
        guard bottom <= floor else { return }
        bottom = floor
        let isOnRim = floor > 0 && distance(object, goal) >= geometry.goalTolerance
        if dropHeight > Self.toppleDrop || isOnRim {
            topple(.toppled)
        } else {
            state = .standing
        }
    }

    /// Hand and object against the obstacle and the rack's side.
    mutating func collide(tool: ToolPose) {
        guard failure == .none else { return }
        let hand = SIMD2(tool.position.x, tool.position.y)
        switch geometry.obstacle {
        case .post(let radius):
            if distance(hand, obstacle) < radius + Self.handRadius
                || distance(object, obstacle) < radius + geometry.bodyRadius
            {
                topple(.collision)
            }
        case .wall(let halfThickness, let height):
            let handHits =
                tool.position.z < height
                && abs(hand.y - obstacle.y) < halfThickness + Self.fingerThickness
            let objectHits =
                bottom < height
                && abs(object.y - obstacle.y) < halfThickness + geometry.bodyRadius
            if handHits || objectHits { topple(.collision) }
        }
        let floor = geometry.support(object, goal: goal)
        if state == .standing, bottom < floor - 0.004 { topple(.collision) }
    }
}
