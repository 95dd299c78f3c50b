import Embodiment

/// What couples axes: the tool's speed, the planes and the tilt; `Control/Safety.md` 2, F10 and F11.
extension CompiledLimits {
    /// Rounding that is forgiven: of a position (m), of a square relative to its limit.
    static let slack = 1e-12

    /// Whether a position and velocity of all axes respect what couples them.
    @_noAllocation @_noLocks
    @_addressableSelf func holds(
        _ position: @_addressable AxisVector, _ velocity: @_addressable AxisVector
    ) -> Bool {
        if toolSpeed < .infinity {
            let (vx, vy, vz) = (velocity[x], velocity[y], velocity[z])
            let square = vx * vx + vy * vy + vz * vz
            if !(square <= toolSpeed * toolSpeed * (1 + CompiledLimits.slack)) { return false }
        }
        for plane in 0..<planeCount
        where
            !(planes[plane].excess(position[x], position[y], position[z])
            <= CompiledLimits.slack)
        { return false }
        return tilt == .infinity || tiltSquare(position) <= tilt * tilt + CompiledLimits.slack
    }

    /// Whether a robot may rest here.
    @_noAllocation @_noLocks
    @_addressableSelf func contains(_ position: @_addressable AxisVector) -> Bool {
        for axis in 0..<count
        where !(position[axis] >= axes[axis].lower && position[axis] <= axes[axis].upper) {
            return false
        }
        return holds(position, AxisVector(count: count))
    }

    /// roll² + pitch²: never less than the square of the tool axis' angle to the vertical.
    ///
    /// On the unit sphere roll and pitch are the legs of a right triangle whose hypotenuse is the
    /// tilt: cos tilt = cos roll · cos pitch, in whichever order the two turns are made, and a
    /// hypotenuse on a sphere is no longer than in the plane. The disc lies inside the cone.
    @_addressableSelf private func tiltSquare(_ position: @_addressable AxisVector) -> Double {
        position[roll] * position[roll] + position[pitch] * position[pitch]
    }

    /// The target nearest to a wish that one policy step may have: stages 10 and 11 of `Safety.md` 1.
    ///
    /// Step caps first, keeping the direction; then box, planes and tilt, so that motion along an
    /// edge goes on. No allocation.
    /// - Parameters:
    ///   - wish: a set-point per axis.
    ///   - from: the last commanded position, within all limits.
    @_noAllocation @_noLocks
    @_addressableSelf public func admissible(
        _ wish: @_addressable AxisVector, from: @_addressable AxisVector
    ) -> AxisVector {
        var target = wish
        capStep(&target, from: from)
        for axis in 0..<count {
            target[axis] = Limiter.least(
                Limiter.greatest(target[axis], axes[axis].lower), axes[axis].upper)
        }
        confine(&target, otherwise: from)
        return target
    }

    /// The nearest position within all limits, for a robot that stands anywhere.
    ///
    /// - Returns: nil when the planes and the box leave nothing near it.
    @_noAllocation @_noLocks
    @_addressableSelf func nearest(_ measured: @_addressable AxisVector) -> AxisVector? {
        var position = measured
        for axis in 0..<count {
            position[axis] = Limiter.least(
                Limiter.greatest(measured[axis], axes[axis].lower), axes[axis].upper)
        }
        return project(&position) ? position : nil
    }

    /// Whether the nearest position on one axis may depend on others.
    var isCoupled: Bool {
        @_addressableSelf get { planeCount > 0 || tilt < .infinity }
    }

    // MARK: Step caps

    @_addressableSelf private func capStep(
        _ target: inout AxisVector, from: @_addressable AxisVector
    ) {
        if stepTranslation < .infinity {
            let (dx, dy, dz) = (target[x] - from[x], target[y] - from[y], target[z] - from[z])
            let way = ProvenMath.root(dx * dx + dy * dy + dz * dz)
            if way > stepTranslation {
                shorten(&target, from: from, bits: bit(x) | bit(y) | bit(z), stepTranslation / way)
            }
        }
        if stepRotation < .infinity {
            // Turning by one angle after the other is one way to get there, so no turn is larger.
            let turn =
                abs(target[roll] - from[roll]) + abs(target[pitch] - from[pitch])
                + abs(target[yaw] - from[yaw])
            if turn > stepRotation {
                let bits = bit(roll) | bit(pitch) | bit(yaw)
                shorten(&target, from: from, bits: bits, stepRotation / turn)
            }
        }
        if stepJoint < .infinity {
            var largest = 0.0
            for axis in 0..<count where joints & bit(axis) != 0 {
                largest = Limiter.greatest(largest, abs(target[axis] - from[axis]))
            }
            if largest > stepJoint {
                shorten(&target, from: from, bits: joints, stepJoint / largest)
            }
        }
    }

    @_addressableSelf private func shorten(
        _ target: inout AxisVector, from: @_addressable AxisVector, bits: AxisBits, _ share: Double
    ) {
        for axis in 0..<count where bits & bit(axis) != 0 {
            target[axis] = from[axis] + share * (target[axis] - from[axis])
        }
    }

    @inline(__always)
    @_addressableSelf private func bit(_ axis: Int) -> AxisBits {
        1 << AxisBits(truncatingIfNeeded: axis)
    }

    // MARK: Planes and tilt

    @_addressableSelf private func confine(
        _ target: inout AxisVector, otherwise from: @_addressable AxisVector
    ) {
        if project(&target) { return }
        // Planes that meet at a sharp edge: the tool stays where it is.
        for axis in 0..<count where coupled & bit(axis) != 0 { target[axis] = from[axis] }
    }

    /// Projects on planes and box in turn, and shrinks the tilt.
    ///
    /// Each projection on a convex set brings the point no farther from any point of it.
    /// - Returns: whether all hold at the end.
    @_addressableSelf private func project(_ position: inout AxisVector) -> Bool {
        if tilt < .infinity {
            let square = tiltSquare(position)
            if square > tilt * tilt {
                let share = tilt / ProvenMath.root(square)
                position[roll] = within(roll, share * position[roll])
                position[pitch] = within(pitch, share * position[pitch])
            }
        }
        guard planeCount > 0 else { return true }
        for _ in 0..<64 {
            var worst = 0.0
            for index in 0..<planeCount {
                let plane = planes[index]
                let excess = plane.excess(position[x], position[y], position[z])
                worst = Limiter.greatest(worst, excess)
                guard excess > 0 else { continue }
                position[x] = within(x, position[x] - excess * plane.x)
                position[y] = within(y, position[y] - excess * plane.y)
                position[z] = within(z, position[z] - excess * plane.z)
            }
            if worst <= CompiledLimits.slack { return true }
        }
        return false
    }

    @_addressableSelf func within(_ axis: Int, _ value: Double) -> Double {
        Limiter.least(Limiter.greatest(value, axes[axis].lower), axes[axis].upper)
    }
}
