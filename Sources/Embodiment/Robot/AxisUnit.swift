/// The unit of an axis or a feature, as files, bridges and logs write it.
public enum AxisUnit: String, Sendable, CaseIterable {
    /// Metres.
    case metre = "m"
    /// Radians.
    case radian = "rad"
    /// Newtons; of features only, as all that follow but the last.
    case newton = "N"
    /// A speed along a line.
    case metrePerSecond = "m/s"
    /// A speed of turning.
    case radianPerSecond = "rad/s"
    /// An acceleration along a line.
    case metrePerSquareSecond = "m/s2"
    /// An acceleration of turning.
    case radianPerSquareSecond = "rad/s2"
    /// A torque.
    case newtonMetre = "Nm"
    /// A current.
    case ampere = "A"
    /// A voltage.
    case volt = "V"
    /// A power.
    case watt = "W"
    /// A pressure.
    case pascal = "Pa"
    /// A temperature.
    case celsius = "degC"
    /// A rate.
    case hertz = "Hz"
    /// A duration.
    case second = "s"
    /// A mass.
    case kilogram = "kg"
    /// A share in hundredths.
    case percent = "%"
    /// A share, or a number without a unit.
    case fraction = "1"

    /// Units that a command axis can have.
    public static let ofAxes: [AxisUnit] = [
        .metre, .radian, .fraction, .metrePerSecond, .radianPerSecond,
    ]

    /// Whether an axis of this unit is commanded by its velocity, whose rest is 0.
    public var isVelocity: Bool { self == .metrePerSecond || self == .radianPerSecond }

    /// The unit of a change in time, by its order: of m `m/s`, `m/s²`, `m/s³`; of m/s `m/s²`, `m/s³`.
    ///
    /// - Parameter order: 1…3.
    public func change(_ order: Int) -> String {
        let (stem, before) =
            switch self {
            case .metrePerSecond: ("m", 1)
            case .radianPerSecond: ("rad", 1)
            default: (rawValue, 0)
            }
        return "\(stem)/s\(["", "", "²", "³", "⁴"][order + before])"
    }
}

extension AxisUnit: CustomStringConvertible {
    /// As files write it.
    public var description: String { rawValue }
}
