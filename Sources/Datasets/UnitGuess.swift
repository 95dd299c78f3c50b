import Embodiment

/// Another unit in which people write what the robot has in its own.
struct UnitGuess: Equatable {
    /// In words.
    var name: String
    /// What one is in the robot's unit.
    var factor: Double
    /// The same in words.
    var times: String

    /// What some number of an axis is beyond where they are in one of these: about 0 every unit fits.
    static let least = 2.0

    /// Those of a unit.
    static func of(_ unit: AxisUnit) -> [UnitGuess] {
        switch unit {
        case .radian: [UnitGuess(name: "degrees", factor: .pi / 180, times: "π/180")]
        case .metre: [UnitGuess(name: "mm", factor: 0.001, times: "0.001")]
        case .fraction: [UnitGuess(name: "percent", factor: 0.01, times: "0.01")]
        default: []
        }
    }

    /// The largest number of a quantity that a robot near itself observes in the unit: farther off, or further turned, it is
    /// in another; nil of units of which nobody knows.
    static func largest(of unit: AxisUnit) -> Double? {
        switch unit {
        case .radian: 7
        case .metre: 10
        default: nil
        }
    }
}
