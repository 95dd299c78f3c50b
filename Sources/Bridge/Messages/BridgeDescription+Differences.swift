public import Embodiment

extension BridgeDescription {
    /// Where the bridge's account differs from `robots/<model>.yaml`, one readable line each.
    ///
    /// Empty means that the session may start. The file's limits must lie within the hardware's,
    /// everything else must be equal; names are compared in wire order.
    public func differences(from robot: RobotDescription) -> [String] {
        var lines: [String] = []
        func compare(_ what: String, _ file: String, _ bridge: String) {
            if file != bridge {
                lines.append("\(what): \(file) in the file, \(bridge) at the bridge")
            }
        }
        compare("protocol", Wire.protocolName, protocolName)
        if !Wire.versions.contains(version) {
            lines.append(
                "protocol version: this side speaks \(Wire.spokenVersions), the bridge \(version)")
        }
        compare("robot", robot.name, self.robot)
        compare("control space", robot.controlSpace.rawValue, controlSpace)
        compare("command rate", "\(robot.commandRateHz) Hz", "\(commandRateHz) Hz")
        lines += compareValidity(with: robot)
        lines += Self.compareOrder(
            "axis", file: robot.axes.map(\.name), bridge: axes.map(\.name))
        for axis in axes {
            guard let wanted = robot.axes.first(where: { $0.name == axis.name }) else { continue }
            compare("axis \(axis.name): unit", wanted.unit.rawValue, axis.unit)
            if wanted.controlSpace != nil || axis.controlSpace != nil {
                compare(
                    "axis \(axis.name): control space",
                    (wanted.controlSpace ?? robot.controlSpace).rawValue,
                    axis.controlSpace ?? controlSpace)
            }
            lines += Self.compareLimits(of: wanted, with: axis)
        }
        lines += Self.compareOrder(
            "feature", file: robot.features.map(\.name), bridge: features.map(\.name))
        for feature in features {
            guard let wanted = robot.features.first(where: { $0.name == feature.name })
            else { continue }
            compare("feature \(feature.name): unit", wanted.unit.rawValue, feature.unit)
        }
        return lines
    }

    /// The file's validity is at least `TimingLimits.leastPeriods` periods: a watchdog that acts sooner fits no file.
    private func compareValidity(with robot: RobotDescription) -> [String] {
        let validity = robot.timing.commandValiditySeconds * 1000
        guard validity > watchdogMilliseconds else { return [] }
        let least = TimingLimits.leastPeriods * 1000 / robot.commandRateHz
        let isShort = watchdogMilliseconds < least * (1 - Self.rounding)
        return [
            "command validity: \(validity) ms in the file, the bridge's watchdog acts after "
                + "\(watchdogMilliseconds) ms"
                + (isShort
                    ? ", and at \(robot.commandRateHz) Hz it needs at least "
                        + "\((least * 10).rounded(.up) / 10) ms, three command periods: raise the bridge's"
                    : "")
        ]
    }

    private static func compareLimits(of axis: CommandAxis, with hardware: Axis) -> [String] {
        let (limits, name) = (axis.limits, axis.name)
        var lines: [String] = []
        func outside(_ what: String, _ file: Double, _ bridge: Double, unless isInside: Bool) {
            if !isInside {
                lines.append(
                    "axis \(name): \(what) \(file) \(axis.unit) in the file is outside the "
                        + "hardware's \(bridge)")
            }
        }
        // What a bridge computes may be off in its last digits: 0.4 − 0.5 is above −0.1.
        let slack = rounding * (hardware.upper - hardware.lower)
        outside(
            "lower", limits.lower, hardware.lower, unless: limits.lower >= hardware.lower - slack)
        outside(
            "upper", limits.upper, hardware.upper, unless: limits.upper <= hardware.upper + slack)
        let words =
            axis.isVelocity ? ("acceleration", "jerk") : ("velocity", "acceleration")
        outside(
            words.0, limits.velocity, hardware.velocity,
            unless: limits.velocity <= hardware.velocity * (1 + rounding))
        outside(
            words.1, limits.acceleration, hardware.acceleration,
            unless: limits.acceleration <= hardware.acceleration * (1 + rounding))
        return lines
    }

    /// The share by which a limit may be beyond the hardware's and still be the same number.
    private static let rounding = 1e-9

    /// Missing, surplus and misplaced names.
    private static func compareOrder(
        _ what: String, file: [String], bridge: [String]
    ) -> [String] {
        guard file != bridge else { return [] }
        var lines: [String] = []
        for name in file where !bridge.contains(name) {
            lines.append("\(what) \(name): in the file, the bridge does not have it")
        }
        for name in bridge where !file.contains(name) {
            lines.append("\(what) \(name): at the bridge, the file does not have it")
        }
        if lines.isEmpty {
            lines.append(
                "\(what) order: \(file.joined(separator: ", ")) in the file, "
                    + "\(bridge.joined(separator: ", ")) at the bridge")
        }
        return lines
    }
}
