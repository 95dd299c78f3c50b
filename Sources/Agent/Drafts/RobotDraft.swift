import Bridge
import Configuration
import Embodiment
import Foundation

/// A robot's file, `robots/NAME.yaml`, as far as its bridge can tell it: a careful beginning.
///
/// What the hardware says of itself is taken as it is; what a person has to decide is marked with `DECIDE`. Passes
/// `hone check` and the bridge's own comparison.
struct RobotDraft {
    private let bridge: BridgeDescription
    /// Where each axis stands, axis unit; nil where the bridge did not say.
    private let pose: [Double]?

    /// The share of the hardware's speed and acceleration that a robot begins with.
    static let share = 0.25
    /// Decisions a second that a robot begins with, at most.
    private static let decisionsHz = 10.0

    /// A draft of what a bridge says.
    ///
    /// - Parameter pose: measured positions in the order of the axes, if any were.
    init(_ bridge: BridgeDescription, pose: [Double]?) {
        (self.bridge, self.pose) = (bridge, pose)
    }

    /// Decisions a second: the command rate divided, so that few digits write it exactly.
    var policyRateHz: Double {
        let rate = bridge.commandRateHz
        let first = max(1, Int((rate / Self.decisionsHz - 1e-9).rounded(.up)))
        let divisor = (first...2 * first).first { divisor in
            let hundredths = (100 * rate / Double(divisor)).rounded() / 100
            return hundredths * Double(divisor) == rate
        }
        return rate / Double(divisor ?? first)
    }

    /// The file.
    var text: String {
        """
        # Written by hone init from what the bridge says of itself. Every key is explained in launch/KEYS.md, and by
        # hone check --keys. Lines with DECIDE want a person who knows the arm: look at each before it moves.
        schema: robot/1
        summary: \(Self.quoted("\(bridge.robot), as its bridge describes it"))
        control_space: \(bridge.controlSpace)
        command_rate_hz: \(Self.number(bridge.commandRateHz))
        policy_rate_hz: \(Self.number(policyRateHz)) # DECIDE: decisions a second; 5 to 10 suffice for most tasks of an arm

        axes:
        \(bridge.axes.indices.map(axis).joined(separator: "\n"))

        features:\(bridge.features.isEmpty ? " []" : "\n" + features)
        # DECIDE: what the policy sees, in this order; leave out what is of no use to the task.
        observation: [\(observation)]

        timing:
        \(timing)

        """
    }

    // MARK: Axes

    private func space(of axis: BridgeDescription.Axis) -> ControlSpace? {
        ControlSpace(rawValue: axis.controlSpace ?? bridge.controlSpace)
    }

    private func axis(_ index: Int) -> String {
        let axis = bridge.axes[index]
        var lines = ["  - name: \(axis.name)", "    unit: \(axis.unit)"]
        if let space = axis.controlSpace { lines.append("    control_space: \(space)") }
        lines += axis.isVelocity ? velocityKeys(axis) : positionKeys(axis, index)
        return lines.joined(separator: "\n")
    }

    /// An axis that is commanded by its velocity: all one derivative up.
    private func velocityKeys(_ axis: BridgeDescription.Axis) -> [String] {
        let unit = axis.keyUnit
        let (lower, upper) = (Self.share * axis.lower, Self.share * axis.upper)
        let (slow, fast) = (Self.towardsZero(lower), Self.towardsZero(upper))
        let acceleration = Self.towardsZero(Self.share * axis.velocity)
        let jerk = Self.towardsZero(Self.share * axis.acceleration)
        return [
            "    kind: velocity # on hold, on stop and without a decision it goes to 0",
            "    \(unit.position("lower")): \(slow) # DECIDE: the hardware takes \(Self.number(axis.lower))",
            "    \(unit.position("upper")): \(fast) # DECIDE: the hardware takes \(Self.number(axis.upper))",
            "    \(unit.velocityKey): \(acceleration) # the hardware takes \(Self.number(axis.velocity))",
            "    \(unit.accelerationKey): \(jerk) # the hardware takes \(Self.number(axis.acceleration))",
            "    \(unit.position("action_low")): \(slow) # what −1 of the policy is",
            "    \(unit.position("action_high")): \(fast) # what 1 is",
            "    \(unit.position("tracking_error")): \(Self.awayFromZero(max(abs(lower), abs(upper)))) # how far behind it may lag",
        ]
    }

    private func positionKeys(_ axis: BridgeDescription.Axis, _ index: Int) -> [String] {
        let unit = axis.keyUnit
        // What an environment calls its actions passes unchanged: nothing in it moves as an axis does.
        let isEnvironment = space(of: axis) == .environmentAction
        let share = isEnvironment ? 1 : Self.share
        let velocity = Self.towardsZero(share * axis.velocity)
        let acceleration = Self.towardsZero(share * axis.acceleration)
        func found(_ mark: String, _ value: Double) -> String {
            isEnvironment ? "" : " # \(mark)the hardware takes \(Self.number(value))"
        }
        let range = isEnvironment ? "" : " # DECIDE: the hardware's; narrower is safer"
        var lines = [
            "    \(unit.position("lower")): \(Self.number(axis.lower))\(range)",
            "    \(unit.position("upper")): \(Self.number(axis.upper))",
            "    \(unit.velocityKey): \(velocity)\(found("DECIDE: ", axis.velocity))",
            "    \(unit.accelerationKey): \(acceleration)\(found("", axis.acceleration))",
        ]
        lines += actionKeys(axis, unit)
        let home = home(of: axis, index)
        lines.append(
            "    \(unit.position("home")): \(Self.number(home.value)) # DECIDE: \(home.words)")
        lines.append(
            "    \(unit.position("tracking_error")): \(trackingError(of: axis)) # commanded minus measured: farther off it does not follow"
        )
        if !isEnvironment {
            lines.append(
                "    \(unit.measuredVelocityKey): \(Self.number(axis.velocity)) # the hardware's; what is faster by half is a jump"
            )
        }
        if isGripper(axis) {
            lines.append(
                "    gripper: {dwell_ms: 200} # DECIDE: least time between closing and opening")
        }
        return lines
    }

    /// What −1 and 1 of the policy are: the whole range of joints and grippers, a displacement of a tool.
    private func actionKeys(_ axis: BridgeDescription.Axis, _ unit: AxisUnit) -> [String] {
        let isTool = space(of: axis) == .endEffectorPose && !isGripper(axis)
        guard isTool else {
            return [
                "    kind: absolute # the action is the set-point itself",
                "    \(unit.position("action_low")): \(Self.number(axis.lower)) # what −1 of the policy is; narrowed to what the demonstrations use",
                "    \(unit.position("action_high")): \(Self.number(axis.upper))",
            ]
        }
        let most = min(
            Self.share * axis.velocity / policyRateHz, (axis.upper - axis.lower) / 2)
        let box = Self.towardsZero(most)
        return [
            "    kind: delta # the action displaces the set-point",
            "    \(unit.position("action_low")): -\(box) # DECIDE: what −1 of the policy is; at most what a step has time for",
            "    \(unit.position("action_high")): \(box)",
        ]
    }

    /// Where it stands, where that is within its limits; else the middle of them.
    private func home(
        of axis: BridgeDescription.Axis, _ index: Int
    ) -> (value: Double, words: String) {
        func within(_ place: Double) -> Double {
            min(max((1e4 * place).rounded() / 1e4, axis.lower), axis.upper)
        }
        if let place = pose?[index], (axis.lower...axis.upper).contains(place) {
            return (within(place), "where it stood when this was written")
        }
        let middle = within(axis.lower + (axis.upper - axis.lower) / 2)
        return (middle, "the middle of its range; where should it go between episodes?")
    }

    /// A fifth of a second at its speed, and a fiftieth of its range; of grippers and environments more than all of it.
    private func trackingError(of axis: BridgeDescription.Axis) -> String {
        let range = axis.upper - axis.lower
        if isGripper(axis) || space(of: axis) == .environmentAction {
            return Self.awayFromZero(1.05 * range)
        }
        return Self.awayFromZero(max(range / 50, Self.share * axis.velocity / 5))
    }

    private func isGripper(_ axis: BridgeDescription.Axis) -> Bool {
        let name = axis.name.lowercased()
        return !axis.isVelocity
            && ["gripper", "finger", "jaw", "hand"].contains { name.contains($0) }
    }

    // MARK: The rest

    private var features: String {
        bridge.features.map { "  - {name: \($0.name), unit: \(Self.quoted($0.unit))}" }
            .joined(separator: "\n")
    }

    private var observation: String {
        let names = bridge.axes.map(\.name) + bridge.features.map(\.name)
        return stride(from: 0, to: names.count, by: 8).map {
            names[$0..<min(names.count, $0 + 8)].joined(separator: ", ")
        }.joined(separator: ",\n  ")
    }

    private var timing: String {
        let period = 1000 / bridge.commandRateHz
        func milliseconds(_ value: Double) -> String { Self.number(value.rounded(.up)) }
        let validity = min(bridge.watchdogMilliseconds, max(100, (3 * period).rounded(.up)))
        return """
              observation_hold_ms: \(milliseconds(max(100, 5 * period))) # an older sample holds the robot
              observation_stop_ms: \(milliseconds(max(250, 12 * period))) # an older one stops it
              command_validity_ms: \(Self.number(validity)) # the bridge brakes by itself after \(Self.number(bridge.watchdogMilliseconds))
              tracking_ms: \(milliseconds(max(200, 5 * period)))
            """
    }

    // MARK: Words

    /// A number as files have it, every digit of it.
    static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// To three digits, never larger than it is.
    private static func towardsZero(_ value: Double) -> String { digits(value, .towardZero) }

    /// To three digits, never smaller than it is.
    private static func awayFromZero(_ value: Double) -> String { digits(value, .awayFromZero) }

    private static func digits(
        _ value: Double, _ rule: FloatingPointRoundingRule
    ) -> String {
        guard value != 0 else { return "0" }
        // Powers of ten are exact where they multiply, so that 0.3 is written as it is.
        let places = 2 - Int(log10(abs(value)).rounded(.down))
        let power = pow(10, Double(abs(places)))
        return number(
            places >= 0
                ? (value * power * (1 + 1e-12)).rounded(rule) / power
                : (value / power * (1 + 1e-12)).rounded(rule) * power)
    }

    /// A text in quotation marks, whatever is in it.
    static func quoted(_ text: String) -> String {
        let escaped = text.flatMap { character -> String in
            switch character {
            case "\"", "\\": "\\\(character)"
            default:
                character.isNewline || character.asciiValue.map { $0 < 32 } == true
                    ? " " : "\(character)"
            }
        }
        return "\"" + String(escaped) + "\""
    }
}

extension BridgeDescription.Axis {
    /// The unit that keys of its file end with; without one where a bridge names none that an axis can have.
    var keyUnit: AxisUnit { AxisUnit(rawValue: unit) ?? .fraction }
}
