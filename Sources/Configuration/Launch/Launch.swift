import Embodiment
import Recipe

/// One session as a person asked for it: `launch/<use>.yaml`, its robot and calibration, and every `--set`.
///
/// A pure value, checked: nothing in it needs a second look. Made by `LaunchFile.read`.
public struct Launch: Sendable, Equatable {
    /// The launch file's name without its ending, such as `demo`.
    public var name: String
    /// What it is for, one line.
    public var summary: String
    /// The robot, read from `robots/`.
    public var robot: RobotDescription
    /// The machine's offsets, read from `calibration/` and checked against the robot.
    public var calibration: Calibration
    /// What is to be accomplished.
    public var task: TaskSettings
    /// Where the robot's bridge is.
    public var bridge: BridgeSettings
    /// How decisions reach the robot.
    public var driving: DrivingSettings
    /// Who drives time.
    public var schedule: ScheduleKind
    /// Seed of every random number of the session.
    public var seed: UInt64
    /// Preset and what the file changes of it.
    public var algorithm: AlgorithmSettings
    /// Amounts of episodes and time, and where the session is kept.
    public var session: SessionSettings
    /// Settings of the embedded simulator; nil for every other robot.
    public var simulation: SimulationSettings?
    /// The `--set` arguments that were applied, in order.
    public var overrides: [String]
    /// What of the `--set` arguments changes nothing, a line each.
    public var remarks: [String]
    /// Every file that was read, launch first, with its text: what ran, for the session's records.
    public var sources: [ConfigurationSource]
}
