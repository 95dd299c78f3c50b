import Embodiment
import Platform

extension SafetyVerdict {
    /// One line for the person at the robot: number of the cause, what, where, value, limit, age.
    ///
    /// `cause 7: the robot did not follow its commands: axis y, 0.112 m, limit 0.1 m, for 120 ms`.
    /// Allocates; not for the tick.
    public func line(for robot: RobotDescription) -> String {
        var parts: [String] = []
        if let place = place(in: robot) { parts.append(place) }
        if hasValue {
            parts.append(quantity(value, in: robot))
            if hasLimit { parts.append("limit \(quantity(limit, in: robot))") }
        }
        if seconds > 0, unit(in: robot) != .seconds {
            parts.append("for \(SafetyVerdict.duration(seconds))")
        }
        let head = "cause \(cause.rawValue): \(cause.explanation)"
        return parts.isEmpty ? head : "\(head): \(parts.joined(separator: ", "))"
    }

    private enum Unit: Equatable {
        case seconds
        case samples
        case frames
        case commands
        case share
        case times
        case named(String)
        case stop
    }

    private func place(in robot: RobotDescription) -> String? {
        let index = Int(axis)
        guard index >= 0 else { return nil }
        switch field {
        case .feature:
            return index < robot.features.count ? "feature \(robot.features[index].name)" : nil
        case .none, .position, .velocity, .operatorAction:
            guard index < robot.axes.count else { return nil }
            let what =
                switch field {
                case .velocity: "velocity of "
                case .operatorAction: "operator's action on "
                default: ""
                }
            return "\(what)axis \(robot.axes[index].name)"
        }
    }

    private var hasValue: Bool {
        switch cause {
        case .none, .actionNotFinite, .bridgeReboot, .operatorStop, .agentFault, .holdRequested,
            .selfTest, .logBlocked, .memory:
            false
        case .observationNotFinite: !value.isFinite
        case .sampleFlood: value > 0
        default: true
        }
    }

    private var hasLimit: Bool {
        switch cause {
        case .observationNotFinite, .bridgeStopped, .clockRegression, .suspended: false
        default: true
        }
    }

    private func unit(in robot: RobotDescription) -> Unit {
        switch cause {
        case .sensorFrozen, .sequenceGap: return .samples
        case .damagedFrames: return .frames
        case .acknowledgementLag: return .commands
        case .clampShare, .chatter: return .share
        case .resumeBudget: return .times
        case .bridgeStopped: return .stop
        case .force: return .named(AxisUnit.newton.rawValue)
        case .sampleFlood: return .named("Hz")
        case .tracking, .encoderJump, .outOfLimits, .observationNotFinite, .valueTooLarge,
            .outputCheck, .brakeRamp, .motionless:
            let index = Int(axis)
            if field == .feature, index < robot.features.count {
                return .named(robot.features[index].unit.rawValue)
            }
            // An operator's action is a share of its axis' action box.
            guard index >= 0, index < robot.axes.count, field != .operatorAction else {
                return .named(AxisUnit.fraction.rawValue)
            }
            return .named(unit(ofAxis: robot.axes[index]))
        default: return .seconds
        }
    }

    /// A field `velocity` is the change of an axis, whatever that is.
    private func unit(ofAxis axis: CommandAxis) -> String {
        field == .velocity ? axis.unit.change(1) : axis.unit.rawValue
    }

    private func quantity(_ value: Double, in robot: RobotDescription) -> String {
        switch unit(in: robot) {
        case .seconds where cause == .suspended: NumberText.duration(value)
        case .seconds: SafetyVerdict.duration(value)
        case .samples: "\(SafetyVerdict.number(value)) samples"
        case .frames: "\(SafetyVerdict.number(value)) frames"
        case .commands: "\(SafetyVerdict.number(value)) commands"
        case .share: "\(SafetyVerdict.number(value * 100)) %"
        case .times: "\(SafetyVerdict.number(value)) times"
        case .named(AxisUnit.fraction.rawValue): SafetyVerdict.number(value)
        case .named(let unit): "\(SafetyVerdict.number(value)) \(unit)"
        case .stop:
            BridgeStop(rawValue: UInt16(value)).map { "it says \($0)" } ?? "it does not say why"
        }
    }

    /// Below a second in milliseconds.
    private static func duration(_ seconds: Double) -> String {
        abs(seconds) < 1 ? "\(number(seconds * 1000)) ms" : "\(number(seconds)) s"
    }

    /// To three significant digits.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        var scale = 1.0
        while abs(value) * scale < 100, scale < 1e15 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        guard rounded == rounded.rounded(), abs(rounded) < 1e15 else { return "\(rounded)" }
        return "\(Int64(rounded))"
    }
}
