import Embodiment

/// Keeps a gripper from chattering: it changes between closing and opening only so often (F12).
///
/// A change is a target in the other half of the axis' range. A value; one thread, the tick's; no
/// allocation.
struct GripperDwell: Sendable {
    private var isOpen: AxisBits = 0
    private var hasChanged: AxisBits = 0
    private var lastChange = PerAxis<UInt64>(repeating: 0)

    /// The gripper rests where it is.
    mutating func restart(
        at position: @_addressable AxisVector, limits: @_addressable CompiledLimits
    ) {
        (isOpen, hasChanged) = (0, 0)
        for axis in 0..<limits.count where isInUpperHalf(position[axis], limits[axis]) {
            isOpen |= 1 << UInt32(axis)
        }
    }

    /// The target that the axis may have now: the wished one, or the present one when it is too early.
    @_noAllocation @_noLocks
    mutating func admit(
        _ wish: Double, present: Double, axis: Int, tick: UInt64,
        limits: @_addressable CompiledLimits
    ) -> Double {
        let dwell = limits.dwellTicks[axis]
        let bit: AxisBits = 1 << UInt32(axis)
        let opens = isInUpperHalf(wish, limits[axis])
        guard dwell > 0, opens != (isOpen & bit != 0) else { return wish }
        if hasChanged & bit != 0, tick - lastChange[axis] < dwell { return present }
        isOpen ^= bit
        hasChanged |= bit
        lastChange[axis] = tick
        return wish
    }

    @_addressableSelf private func isInUpperHalf(_ position: Double, _ limits: AxisLimits) -> Bool {
        position > (limits.lower + limits.upper) / 2
    }
}
