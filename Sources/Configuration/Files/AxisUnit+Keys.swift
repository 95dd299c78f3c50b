import Embodiment
import Foundation

/// How a unit shows in the names of keys.
extension AxisUnit {
    /// `lower` → `lower_m`.
    public func position(_ stem: String) -> String {
        switch self {
        case .fraction: stem
        case .percent: stem + "_percent"
        // `m/s2` → `_m_s2`.
        default:
            stem + "_" + rawValue.lowercased().map { $0 == "/" ? "_" : String($0) }.joined()
        }
    }

    /// `velocity_m_s`, `velocity_rad_s`, `velocity_per_s`; of a velocity its change, `acceleration_m_s2`.
    public var velocityKey: String {
        switch self {
        case .metrePerSecond: AxisUnit.metre.accelerationKey
        case .radianPerSecond: AxisUnit.radian.accelerationKey
        case .fraction: "velocity_per_s"
        default: position("velocity") + "_s"
        }
    }

    /// `measured_velocity_m_s`, `measured_velocity_rad_s`, `measured_velocity_per_s`; of a velocity
    /// `measured_acceleration_m_s2`.
    public var measuredVelocityKey: String { "measured_" + velocityKey }

    /// `acceleration_m_s2`, `acceleration_rad_s2`, `acceleration_per_s2`; of a velocity `jerk_m_s3`.
    public var accelerationKey: String {
        switch self {
        case .metrePerSecond: AxisUnit.metre.jerkKey
        case .radianPerSecond: AxisUnit.radian.jerkKey
        case .fraction: "acceleration_per_s2"
        default: position("acceleration") + "_s2"
        }
    }

    /// `jerk_m_s3`, `jerk_rad_s3`, `jerk_per_s3`.
    public var jerkKey: String { self == .fraction ? "jerk_per_s3" : position("jerk") + "_s3" }

    /// The one of `known` that differs from `key` in its unit only.
    static func sameStem(_ key: String, in known: [String]) -> String? {
        func stem(_ word: String) -> String {
            let own = AxisUnit.allCases.map { $0.position("") }.filter { !$0.isEmpty }
            let suffix = (["_deg", "_degrees", "_mm", "_cm"] + own)
                .filter { word.hasSuffix($0) }.max { $0.count < $1.count }
            return String(word.dropLast(suffix?.count ?? 0))
        }
        return known.first { stem($0) == stem(key) }
    }

    /// What a key of a velocity would be called that was written in another unit, without one, or as of a position.
    private func meantOfVelocity(_ key: String) -> String? {
        for (stem, name) in [
            ("measured_", measuredVelocityKey), ("acceleration", velocityKey),
            ("jerk", accelerationKey), ("velocity", position("upper")),
        ] where key.hasPrefix(stem) { return name }
        return AxisUnit.stems.first { $0 != "home" && key.hasPrefix($0) }.map { position($0) }
    }

    /// What a key would be called in this unit when it was written in another, or without one.
    func meant(_ key: String) -> String? {
        if isVelocity { return meantOfVelocity(key) }
        for other in AxisUnit.ofAxes where !other.isVelocity {
            if key == other.velocityKey { return velocityKey }
            if key == other.measuredVelocityKey { return measuredVelocityKey }
            if key == other.accelerationKey { return accelerationKey }
            if key == other.jerkKey { return jerkKey }
        }
        if key == "velocity" { return velocityKey }
        if key == "measured_velocity" { return measuredVelocityKey }
        if key == "acceleration" { return accelerationKey }
        if key == "jerk" { return jerkKey }
        for stem in AxisUnit.stems
        where AxisUnit.ofAxes.contains(where: { key == $0.position(stem) }) {
            return position(stem)
        }
        let wrongUnits = ["_deg", "_degrees", "_mm", "_cm"]
        for stem in AxisUnit.stems where wrongUnits.contains(where: { key == stem + $0 }) {
            return position(stem)
        }
        return nil
    }

    private static let stems = [
        "lower", "upper", "home", "action_low", "action_high", "tracking_error",
    ]

    /// What a person wrote who meant this unit by another name.
    static func meant(byWord word: String) -> AxisUnit? {
        let plain = word.replacingOccurrences(of: "·", with: "").replacingOccurrences(
            of: "²", with: "2")
        switch plain {
        case "°C", "C", "celsius": return .celsius
        case "N.m", "N*m", "N m": return .newtonMetre
        case "m/s^2": return .metrePerSquareSecond
        case "rad/s^2": return .radianPerSquareSecond
        case "", "-", "bool", "none", "count", "ratio": return .fraction
        case "percent": return .percent
        default:
            return AxisUnit(rawValue: plain)
                ?? allCases.first { $0.rawValue.lowercased() == plain.lowercased() }
        }
    }

    /// How a unit that is not taken is converted to one that is: what is said to whoever writes it.
    static func conversion(of word: String) -> String? {
        switch word {
        case "deg", "degree", "degrees", "°": "rad (times 0.0174533)"
        case "deg/s", "°/s", "dps": "rad/s (times 0.0174533)"
        case "rpm", "1/min": "rad/s (times 0.10472)"
        case "mm": "m (times 0.001)"
        case "cm": "m (times 0.01)"
        case "mm/s": "m/s (times 0.001)"
        case "mA": "A (times 0.001)"
        case "mV": "V (times 0.001)"
        case "ms": "s (times 0.001)"
        case "g": "kg (times 0.001), or m/s2 (times 9.80665)"
        case "kPa": "Pa (times 1000)"
        case "MPa": "Pa (times 1000000)"
        case "bar": "Pa (times 100000)"
        case "kN": "N (times 1000)"
        case "kHz": "Hz (times 1000)"
        case "K": "degC (less 273.15)"
        case "°F", "F": "degC (less 32, times 0.555556)"
        default: nil
        }
    }

    /// The unit after a number in a message.
    var symbol: String { self == .fraction ? "" : " " + rawValue }
}
