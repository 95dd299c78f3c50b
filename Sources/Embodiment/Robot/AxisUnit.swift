/// The unit of an axis or a feature, as files, bridges and logs write it.
public enum AxisUnit: String, Sendable, CaseIterable {
    /// Metres.
    case metre = "m"
    /// Radians.
    case radian = "rad"
    /// Newtons; of features only.
    case newton = "N"
    /// A share, or a number without a unit.
    case fraction = "1"

    /// Units that a command axis can have.
    public static let ofAxes: [AxisUnit] = [.metre, .radian, .fraction]
}

extension AxisUnit: CustomStringConvertible {
    /// As files write it.
    public var description: String { rawValue }
}
