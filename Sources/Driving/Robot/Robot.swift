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
    /// Whether the bridge says that somebody can demonstrate; after `connect`.
    var hasOperator: Bool { get }
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
    /// - Throws: `RobotError.held` when the robot waits for a person: it brakes, and the motion waits for `resume`.
    func play(_ motion: Motion) throws(RobotError)
    /// Plays the rest of a motion that a hold interrupted, once the robot has been started again.
    func resume(playing motion: Motion) throws(RobotError)
    /// Brakes to rest and holds, as far as the bridge still listens.
    func settle() throws(RobotError)
    /// Brakes and holds the robot for a cause that a person's start ends; returns once that is decided.
    func hold(because cause: StopCause)
    /// Stopped or held: waits for a person to acknowledge and start, and comes back ready to move.
    ///
    /// - Parameters:
    ///   - seconds: how long a person may take.
    ///   - tell: says to the person what they should know.
    ///   - meanwhile: called about every 20 ms, to do what must not wait for the person.
    /// - Throws: why the robot was stopped, when nobody came or the robot cannot wait.
    func awaitOperator(
        seconds: Double, tell: (String) -> Void, meanwhile: () -> Void
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
