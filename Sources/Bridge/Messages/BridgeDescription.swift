internal import Embodiment

/// A bridge's account of itself: what it answers to `hello`.
public struct BridgeDescription: Codable, Sendable, Equatable {
    /// One command axis with the hardware's own limits, axis unit.
    ///
    /// One in m/s or rad/s is commanded by its velocity: all is one derivative up, and on the wire its limits
    /// are called `acceleration` and `jerk`.
    public struct Axis: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Unit of position.
        public var unit: String
        /// Lowest position the hardware takes.
        public var lower: Double
        /// Highest position the hardware takes.
        public var upper: Double
        /// Highest speed, unit/s.
        public var velocity: Double
        /// Highest acceleration, unit/s².
        public var acceleration: Double
        /// What it is, where that is another than the robot's `controlSpace`.
        public var controlSpace: String?

        /// Whether it is commanded by its velocity, whose rest is 0.
        public var isVelocity: Bool { AxisUnit(rawValue: unit)?.isVelocity ?? false }

        /// Creates an axis.
        public init(
            name: String, unit: String, lower: Double, upper: Double, velocity: Double,
            acceleration: Double, controlSpace: String? = nil
        ) {
            self.controlSpace = controlSpace
            self.name = name
            self.unit = unit
            self.lower = lower
            self.upper = upper
            self.velocity = velocity
            self.acceleration = acceleration
        }

        enum CodingKeys: String, CodingKey {
            case name, unit, lower, upper, velocity, acceleration, jerk
            case controlSpace = "control_space"
        }

        /// Reads an axis of the `describe` message.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decode(String.self, forKey: .name)
            unit = try fields.decode(String.self, forKey: .unit)
            lower = try fields.decode(Double.self, forKey: .lower)
            upper = try fields.decode(Double.self, forKey: .upper)
            controlSpace = try fields.decodeIfPresent(String.self, forKey: .controlSpace)
            let isVelocity = AxisUnit(rawValue: unit)?.isVelocity ?? false
            velocity = try fields.decode(
                Double.self, forKey: isVelocity ? .acceleration : .velocity)
            acceleration = try fields.decode(
                Double.self, forKey: isVelocity ? .jerk : .acceleration)
        }

        /// Writes an axis of the `describe` message.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(name, forKey: .name)
            try fields.encode(unit, forKey: .unit)
            try fields.encode(lower, forKey: .lower)
            try fields.encode(upper, forKey: .upper)
            try fields.encode(velocity, forKey: isVelocity ? .acceleration : .velocity)
            try fields.encode(acceleration, forKey: isVelocity ? .jerk : .acceleration)
            try fields.encodeIfPresent(controlSpace, forKey: .controlSpace)
        }
    }

    /// One reported scalar.
    public struct Feature: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its unit.
        public var unit: String

        /// Creates a feature.
        public init(name: String, unit: String) {
            self.name = name
            self.unit = unit
        }
    }

    /// `hone-bridge`.
    public var protocolName = Wire.protocolName
    /// The version agreed on; at the bridge itself the newest that it speaks.
    public var version = Wire.versions.upperBound
    /// Which robot this is, the same after every restart and unlike any other's; model and serial
    /// where a bridge of version 1 says nothing of it.
    public var robotID: String
    /// The robot's model, equal to a file's name in `robots/`.
    public var robot: String
    /// The machine, equal to a file's name in `calibration/`.
    public var serial: String
    /// Random number drawn when the bridge started.
    public var bootID: UInt64
    /// Whether robot time moves only with commands.
    public var isLockstep: Bool
    /// What the axes are.
    public var controlSpace: String
    /// Commands (and samples) per second.
    public var commandRateHz: Double
    /// Longest command validity the bridge honours before it brakes by itself, ms.
    public var watchdogMilliseconds: Double
    /// What the robot is to accomplish, for people.
    public var task: String
    /// Whether it can supply operator actions.
    public var hasOperator: Bool
    /// The command axes in wire order.
    public var axes: [Axis]
    /// The reported scalars in wire order.
    public var features: [Feature]
    /// Its cameras; none in version 1.
    public var cameras: [Camera] = []

    /// Creates a description of the newest protocol version.
    ///
    /// - Parameter robotID: nil for model and serial.
    public init(
        robot: String, serial: String, bootID: UInt64, isLockstep: Bool, controlSpace: String,
        commandRateHz: Double, watchdogMilliseconds: Double, task: String, hasOperator: Bool,
        axes: [Axis], features: [Feature], robotID: String? = nil
    ) {
        self.robotID = robotID ?? Self.robotID(model: robot, serial: serial)
        self.robot = robot
        self.serial = serial
        self.bootID = bootID
        self.isLockstep = isLockstep
        self.controlSpace = controlSpace
        self.commandRateHz = commandRateHz
        self.watchdogMilliseconds = watchdogMilliseconds
        self.task = task
        self.hasOperator = hasOperator
        self.axes = axes
        self.features = features
    }

    enum CodingKeys: String, CodingKey {
        case protocolName = "protocol"
        case version, robot, serial
        case robotID = "robot_id"
        case bootID = "boot"
        case isLockstep = "lockstep"
        case controlSpace = "control_space"
        case commandRateHz = "command_rate_hz"
        case watchdogMilliseconds = "watchdog_ms"
        case task
        case hasOperator = "operator"
        case axes, features, cameras
    }

    /// The id of a robot that has no other.
    static func robotID(model: String, serial: String) -> String { "\(model)/\(serial)" }

    /// Reads the `describe` message's fields.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        protocolName = try fields.decode(String.self, forKey: .protocolName)
        version = try fields.decode(Int.self, forKey: .version)
        robot = try fields.decode(String.self, forKey: .robot)
        serial = try fields.decode(String.self, forKey: .serial)
        robotID =
            try fields.decodeIfPresent(String.self, forKey: .robotID)
            ?? Self.robotID(model: robot, serial: serial)
        bootID = try fields.decode(HexadecimalID.self, forKey: .bootID).value
        isLockstep = try fields.decode(Bool.self, forKey: .isLockstep)
        controlSpace = try fields.decode(String.self, forKey: .controlSpace)
        commandRateHz = try fields.decode(Double.self, forKey: .commandRateHz)
        watchdogMilliseconds = try fields.decode(Double.self, forKey: .watchdogMilliseconds)
        task = try fields.decode(String.self, forKey: .task)
        hasOperator = try fields.decode(Bool.self, forKey: .hasOperator)
        axes = try fields.decode([Axis].self, forKey: .axes)
        features = try fields.decode([Feature].self, forKey: .features)
        cameras = try fields.decodeIfPresent([Camera].self, forKey: .cameras) ?? []
    }

    /// Writes the fields that the `describe` message of its version has.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(protocolName, forKey: .protocolName)
        try fields.encode(version, forKey: .version)
        try fields.encode(robot, forKey: .robot)
        try fields.encode(serial, forKey: .serial)
        try fields.encode(HexadecimalID(value: bootID), forKey: .bootID)
        try fields.encode(isLockstep, forKey: .isLockstep)
        try fields.encode(controlSpace, forKey: .controlSpace)
        try fields.encode(commandRateHz, forKey: .commandRateHz)
        try fields.encode(watchdogMilliseconds, forKey: .watchdogMilliseconds)
        try fields.encode(task, forKey: .task)
        try fields.encode(hasOperator, forKey: .hasOperator)
        try fields.encode(axes, forKey: .axes)
        try fields.encode(features, forKey: .features)
        guard version >= 2 else { return }
        try fields.encode(robotID, forKey: .robotID)
        if !cameras.isEmpty { try fields.encode(cameras, forKey: .cameras) }
    }
}
