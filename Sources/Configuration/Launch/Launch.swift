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
    /// Every file that was read, launch first, with its text: what ran, for the session's records.
    public var sources: [ConfigurationSource]
}

/// What the robot is to accomplish, and how one knows.
public struct TaskSettings: Sendable, Equatable {
    /// The task's name, as the bridge knows it, such as `cup-to-rack`.
    public var name: String
    /// The same for a person, one sentence.
    public var instruction: String
    /// An episode that has not succeeded by then has failed, robot seconds.
    public var maxEpisodeSeconds: Double
    /// Who says that the task is accomplished.
    public var success: SuccessSource

    /// Policy steps of one episode at most.
    ///
    /// - Parameter robot: gives the policy's rate.
    public func maxSteps(of robot: RobotDescription) -> Int {
        max(1, Int((maxEpisodeSeconds * robot.policyRateHz).rounded()))
    }
}

/// Who says that a task is accomplished.
public enum SuccessSource: String, Sendable, Equatable, CaseIterable {
    /// The success flag of a sample: a detector, a simulator or a person at the bridge.
    case bridge
}

/// Where the robot's bridge is and how long it may take to answer.
public struct BridgeSettings: Sendable, Equatable {
    /// ZeroMQ endpoint to connect to: `ipc://…` or `tcp://host:port`; empty lets the agent choose a
    /// private one for the bridge that it starts.
    public var endpoint: String
    /// Keys of an encrypted connection; nil for one that only this machine can make.
    public var curve: CurveSettings?
    /// Argument list that starts the bridge, empty when somebody else does.
    ///
    /// In each word the agent replaces `{endpoint}`, `{task}` and `{seed}`.
    public var command: [String]
    /// The bridge waits for commands and advances one period for each.
    public var isLockstep: Bool
    /// How long the handshake may take, from starting the bridge on.
    public var connectSeconds: Double
    /// How long resetting the scene may take (wall time).
    public var resetSeconds: Double
    /// Silence after which the bridge is taken for dead (wall time).
    public var silenceSeconds: Double
}

/// The keys of an encrypted connection to a bridge.
public struct CurveSettings: Sendable, Equatable {
    /// File with the agent's secret key, relative to the project; read when a session begins.
    public var secretKeyFile: String
    /// Who the bridge must be.
    public var bridgeKey: PublicKey
}

/// Who drives time; DESIGN decision 4.
public enum ScheduleKind: String, Sendable, Equatable, CaseIterable {
    /// One thread and a virtual clock: as fast as the machine allows, reproducible to the bit.
    case lockstep
    /// Threads and the wall clock.
    case realtime
}

/// When the acting thread takes new weights.
public enum SwapBoundary: String, Sendable, Equatable, CaseIterable {
    /// Between two policy steps.
    case step
    /// Between two episodes.
    case episode
}

/// Amounts of one session.
public struct SessionSettings: Sendable, Equatable {
    /// Successful demonstrations recorded before training.
    public var demonstrations: Int
    /// Episodes of each evaluation.
    public var evaluationEpisodes: Int
    /// Robot time of the online part, minutes.
    public var robotMinutes: Double
    /// Episodes of the online part at most.
    public var maxOnlineEpisodes: Int
    /// Threads that the learner computes with; results do not depend on it.
    public var workers: Int
    /// Folder that session directories are made in, relative to where `hone` was started.
    public var directory: String
    /// When new weights begin to act.
    public var swapAt: SwapBoundary
    /// By the wall clock: the learner's updates between two hot swaps while it has more to do.
    public var swapEvery: Int
    /// Which versions of the weights stay on the disk, of those that acted.
    public var retention: VersionRetention
    /// Episodes between two points that an interrupted session can be resumed from.
    public var checkpointEpisodes: Int
    /// Session directories whose episodes are offline data besides what is recorded.
    public var offlineData: [String]
}

/// Which world the embedded simulator plays.
public enum SimulationVariant: String, Sendable, Equatable, CaseIterable {
    /// Where the demonstrations are recorded: calibrated.
    case lab
    /// Where the robot is put to work: the deployment gap applies.
    case field
}

/// Settings of the embedded simulator.
public struct SimulationSettings: Sendable, Equatable {
    /// The world that evaluation and fine-tuning happen in; demonstrations are always of the lab.
    public var variant: SimulationVariant
    /// Scale of the scripted demonstrator's noise: 0 perfect, 1 human-like.
    public var noise: Double
}
