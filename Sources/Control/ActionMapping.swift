import Embodiment

/// Between the policy's space (−1…1 per axis) and physical units, both ways.
///
/// Pure; any thread; no allocation.
public enum ActionMapping {
    /// Physical value of a normalised action component, clipped to the action box.
    public static func physical(_ value: Double, axis: CommandAxis) -> Double {
        let unit = Limiter.least(Limiter.greatest(value, -1), 1)
        return axis.actionLow + (unit + 1) / 2 * (axis.actionHigh - axis.actionLow)
    }

    /// Normalised action component of a physical value, clipped to −1…1.
    public static func normalised(_ value: Double, axis: CommandAxis) -> Double {
        let unit = 2 * (value - axis.actionLow) / (axis.actionHigh - axis.actionLow) - 1
        return Limiter.least(Limiter.greatest(unit, -1), 1)
    }
}
