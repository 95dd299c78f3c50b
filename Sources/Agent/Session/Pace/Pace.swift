import Driving
import Embodiment
import Experience
import Learning
import Platform
import Report

/// How a session goes with time: as fast as it can on a virtual clock, or by the wall's.
///
/// `Launch.makePace` is the one place that asks which schedule there is; everybody else asks its pace for what it wants to
/// know or do. Used from the thread that runs episodes.
protocol Pace: AnyObject {
    /// The robot's time, from robot to robot of the session.
    var clock: any Platform.Clock { get }
    /// How the learner's helping threads are scheduled.
    var helpers: Scheduling { get }
    /// Whether a person can be waited for: time goes on while the robot stands.
    var canWait: Bool { get }
    /// Whether what was lived behind a resume point is lived once more, to the same bits; else it counts.
    var relives: Bool { get }
    /// Whether ticks can be late.
    var isOnTheClock: Bool { get }
    /// What the machine gives; nil where that does not matter, and before it was measured.
    var realtime: RealtimeRecord? { get set }

    /// Starts the recorder's thread, where it has one: nothing has been recorded before.
    func open(_ recorder: Recorder) throws
    /// Goes on at the robot's time of a resume point, ns.
    func resume(at nanoseconds: UInt64)

    /// Finds out, before a robot moves, what share of its speed limits it may use; tells when that is new.
    ///
    /// - Throws: for a machine that may not start this robot.
    func speedShare(of robot: RobotDescription, _ narrator: Narrator) throws -> Double
    /// A robot is about to be connected: has the machine stay awake, and tells where nothing keeps it so.
    ///
    /// Before anything of libzmq runs.
    ///
    /// - Returns: how long the machine was suspended since the session had a robot last, or began; nil where it was not,
    ///   and where that does not matter.
    func keepAwake(_ narrator: Narrator) -> Duration?
    /// No robot is connected any more.
    func letSleep()
    /// Brings the memory back in that starting a process has made shared with it.
    func lockMemory()
    /// A robot that is connected to nobody yet; what its own thread gets less than the machine promised is told.
    func makeRobot(_ parts: RobotParts, _ narrator: Narrator) throws -> any Robot

    /// The robot that was made is left.
    func releaseRobot()
    /// At the end of a step: looks after what the machine gives, and tells what it takes.
    func watchMachine(_ narrator: Narrator)

    /// Training begins.
    func beginLearning(_ trainer: Trainer, _ narrator: Narrator) throws
    /// An episode is on the disk: has it learned from, here or elsewhere.
    ///
    /// - Parameter isCancelled: asked between updates on the caller's thread.
    func learn(_ trainer: Trainer, isCancelled: () -> Bool)
    /// No more episodes come: has a learner that works beside the robot waited for, where there is one.
    func awaitLearner(_ body: () throws -> Void) throws
}
