public import Embodiment

/// What −1…1 of a policy and of an operator mean on each axis: the action box, and how often one is read.
///
/// Goes to a bridge of version 2 with `start`, so that whoever makes the operator's actions knows their scale.
public struct ActionSpace: Sendable, Equatable, Codable {
    /// The box of one axis.
    public struct Axis: Sendable, Equatable, Codable {
        /// Its name.
        public var name: String
        /// `delta` from the set-point, or `absolute`.
        public var kind: String
        /// What −1 is, axis unit.
        public var low: Double
        /// What 1 is, axis unit.
        public var high: Double
    }

    /// Actions read a second.
    public var rateHz: Double
    /// In wire order.
    public var axes: [Axis]

    init(rateHz: Double, axes: [Axis]) {
        self.rateHz = rateHz
        self.axes = axes
    }

    /// That of a robot's file.
    public init(of robot: RobotDescription) {
        rateHz = robot.policyRateHz
        axes = robot.axes.map {
            Axis(name: $0.name, kind: $0.kind.rawValue, low: $0.actionLow, high: $0.actionHigh)
        }
    }

    /// Every axis' whole range, absolute, at the command rate: for whoever knows no more of a robot than it says.
    public init(ofWhole described: BridgeDescription) {
        rateHz = described.commandRateHz
        axes = described.axes.map {
            Axis(
                name: $0.name, kind: ActionKind.absolute.rawValue, low: $0.lower, high: $0.upper)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case rateHz = "rate_hz"
        case axes
    }
}
