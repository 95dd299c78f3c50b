/// One machine's offsets: `calibration/<serial>.yaml` as a value.
public struct Calibration: Sendable, Equatable {
    /// The machine's serial, equal to the file's name.
    public var serial: String
    /// The model it is a calibration of.
    public var robot: String
    /// When it was measured, ISO 8601 date.
    public var date: String
    /// With what it was measured.
    public var tool: String
    /// Added to a measured axis position to get the true one, axis unit; one per axis, by name.
    public var axisOffsets: [String: Double]
    /// Added to a reported feature, by name; absent means zero.
    public var featureOffsets: [String: Double]

    /// Creates a calibration; `Configuration` checks it against the robot.
    public init(
        serial: String, robot: String, date: String, tool: String,
        axisOffsets: [String: Double], featureOffsets: [String: Double]
    ) {
        self.serial = serial
        self.robot = robot
        self.date = date
        self.tool = tool
        self.axisOffsets = axisOffsets
        self.featureOffsets = featureOffsets
    }
}
