import Bridge
import Control
import Embodiment
import Platform

extension Robot {
    /// Time after which a motion that has not ended never will, s: on the way to its first set-point,
    /// then as played, twice; longer for a robot that is slowed down.
    public func budget(of motion: Motion) -> Double {
        Double(HomingBudget.ticks(for: description) + 2 * motion.count) * description.tickSeconds
            / speedShare
    }
}

/// How an episode is to begin.
public struct SceneStart: Sendable {
    /// Episode number in the session.
    public var episode: UInt32
    /// Decides the start state, together with the purpose.
    public var seed: UInt64
    /// What the episode is for.
    public var purpose: EpisodePurpose
    /// Samples are to carry operator actions.
    public var wantsOperator: Bool

    /// Creates a start.
    public init(episode: UInt32, seed: UInt64, purpose: EpisodePurpose, wantsOperator: Bool) {
        self.episode = episode
        self.seed = seed
        self.purpose = purpose
        self.wantsOperator = wantsOperator
    }

    /// The message that asks a bridge for it.
    public func request(session: UInt64, epoch: UInt32) -> ResetRequest {
        ResetRequest(
            session: session, epoch: epoch, episode: episode, seed: seed, purpose: purpose,
            wantsOperator: wantsOperator)
    }
}

/// Why a robot cannot go on.
public enum RobotError: Error, CustomStringConvertible, Sendable {
    /// The guardian latched a stop.
    case stopped(SafetyVerdict, robot: RobotDescription)
    /// The robot waits for a person: one asked for it, or the disk fails.
    case held(StopCause)
    /// The bridge did not do its part.
    case bridge(BridgeError)
    /// The bridge is not the robot the YAML describes.
    case mismatch(endpoint: String, differences: [String])
    /// What the robot was asked to do did not happen in time.
    case silent(waitedFor: String, seconds: Double)
    /// The machine refused a thread, a file or memory.
    case platform(PlatformError)
    /// The robot did not get home in time.
    case homing(seconds: Double)
    /// The log could not take what happened: nothing more may happen.
    case recording(String)
    /// A second Ctrl-C, or the first while a bridge is waited for: everything stops now.
    case interrupted

    /// What an error of the bridge's client is; a request that was given up was given up by a person.
    public init(_ error: BridgeError) {
        if case .cancelled = error { self = .interrupted } else { self = .bridge(error) }
    }

    /// The guardian's cause, its code in the ticks of the log; nil where it was not the guardian.
    public var causeCode: Int? {
        switch self {
        case .stopped(let verdict, _): Int(verdict.cause.rawValue)
        case .held(let cause): Int(cause.rawValue)
        default: nil
        }
    }

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .stopped(let verdict, let robot):
            let what = verdict.cause.severity == .fault ? "fault" : "protective stop"
            return "\(what), \(verdict.line(for: robot)). "
                + "Look at the robot, remove the cause, then start again."
        case .held(let cause): return "held: \(cause.explanation)"
        case .bridge(let error): return "\(error)"
        case .mismatch(let endpoint, let differences):
            return "the bridge at \(endpoint) is not the robot that the YAML describes:\n"
                + differences.map { "  - \($0)" }.joined(separator: "\n")
                + "\nCorrect the YAML or start the right bridge."
        case .silent(let what, let seconds):
            return "waited \(seconds) s for \(what), and it did not come. Is the bridge alive?"
        case .platform(let error): return "\(error)"
        case .homing(let seconds):
            return "driving home took more than \(seconds) s. Is something in the robot's way?"
        case .recording(let why): return "could not record the episode: \(why)"
        case .interrupted: return "stopped by the operator"
        }
    }
}

/// What a robot counts, for the report.
public struct RobotCounters: Sendable {
    /// Commands made.
    public var ticks: UInt64 = 0
    /// Ticks that began more than half a period late (real time only).
    public var lateTicks: UInt64 = 0
    /// Times the guardian braked and resumed.
    public var holds = 0
    /// Latched stops.
    public var stops = 0
    /// Lateness of each tick against its schedule.
    public var lateness = LatencyHistogram()
    /// From the beginning of a tick to its command's way to the bridge, complete once closed (real time only).
    public var commandDelays = LatencyHistogram()
    /// Page faults of the tick thread since it first let the robot move (real time only).
    public var pageFaults = Memory.PageFaults()

    /// All zero.
    public init() {}
}

/// A robot as an episode sees it: whom it follows in, what each step did out.
///
/// Two conformers: `LockstepRobot` (one thread, virtual clock) and `RealtimeRobot` (tick and bridge
/// threads, wall clock). All calls come from one thread, the one that runs episodes.
public protocol Robot: AnyObject {
    /// Who it is.
    var description: RobotDescription { get }
    /// Share of its speed limits that it may use.
    var speedShare: Double { get }
    /// Robot time: virtual in lockstep, monotonic in real time.
    var now: MonotonicTime { get }
    /// What has been counted so far.
    var counters: RobotCounters { get }
    /// Called with each tick's report, on the thread that ticks; must not block.
    var onTick: (@Sendable (TickReport) -> Void)? { get set }
    /// Asked at each tick, on the thread that ticks: true when the robot is to wait for a person because what it does
    /// can hardly be recorded any more (real time only).
    var isLogBlocked: (@Sendable () -> Bool)? { get set }
    /// Called with why the guardian holds the robot, once a hold, on the thread that runs episodes.
    var onHold: ((SafetyVerdict) -> Void)? { get set }
    /// Shakes hands and begins a session; the robot holds.
    func connect() throws(RobotError)
    /// Drives home through the guardian and stays there.
    func home() throws(RobotError)
    /// Has the bridge prepare the scene; returns the first sample of the episode.
    ///
    /// Given up for a second Ctrl-C, and in real time for a stop or a hold that waits for a person: the
    /// next must be of another episode, for the bridge may yet answer this one.
    func reset(_ start: SceneStart) throws(RobotError) -> SensorSample
    /// Follows a course: each of its steps begins as soon as the one before it has ended and there is an action
    /// for it.
    ///
    /// It is over after its last step, after one that accomplished or ended the task, when anything else is asked
    /// of the robot, and with `endCourse`.
    /// - Parameter policy: decides, where the course asks a policy.
    func follow(_ course: Course, with policy: PolicyLoop) throws(RobotError)
    /// Waits for the end of the course's next step.
    ///
    /// A policy may take as long as it likes: the robot holds meanwhile.
    func nextStep() throws(RobotError) -> StepOutcome
    /// No further step of the course begins; the robot stays where the last one has brought it.
    func endCourse()
    /// Plays a motion through the guardian to its end, or to the first interrupt; the robot is then to be settled.
    ///
    /// - Throws: `RobotError.held` when the robot waits for a person: it brakes, and the motion waits for `goOn`.
    func play(_ motion: Motion) throws(RobotError)
    /// Plays the rest of a motion that a hold interrupted, once the robot has been started again.
    func goOn(playing motion: Motion) throws(RobotError)
    /// Brakes to rest and holds, as far as the bridge still listens.
    func settle() throws(RobotError)
    /// Brakes and holds the robot for a cause that a person's start ends; returns once that is decided.
    func hold(because cause: StopCause)
    /// Stopped or held: waits for a person to acknowledge and start, and comes back ready to move.
    ///
    /// - Parameters:
    ///   - seconds: how long a person may take.
    ///   - note: told what the person should know.
    ///   - meanwhile: called about every 20 ms, to do what must not wait for the person.
    /// - Throws: why the robot was stopped, when nobody came or the robot cannot wait.
    func awaitOperator(
        seconds: Double, note: (String) -> Void, meanwhile: () -> Void
    ) throws(RobotError)
    /// What the bridge said last when it refused to be commanded, or why it cannot be heard.
    ///
    /// Nil when that was taken before, and in lockstep, where it ends what was asked of the robot.
    func takeComplaint() -> BridgeError?
    /// Stops the robot at the bridge, whatever state anything is in; never throws.
    func stop(reason: String)
    /// Releases the bridge and joins all threads.
    func close()
}

extension RobotError: HasExitCode {
    /// The sysexits code.
    public var exitCode: Int32 {
        switch self {
        case .bridge(let error): error.exitCode
        case .silent, .mismatch: 69
        // In real time the guardian is the first to see that no samples come any more.
        case .stopped(let verdict, _) where verdict.cause == .observationStale: 69
        case .stopped, .held, .homing, .platform: 70
        case .recording: 74
        case .interrupted: 130
        }
    }
}
