import Configuration
import Driving
import Embodiment
import Experience
import Learning
import Platform
import Report

/// The wall clock: ticks, recorder and learner each have a thread, and nobody waits for the learner.
final class RealtimePace: Pace {
    let clock: any Platform.Clock = SystemClock()
    let helpers = Trainer.scheduling
    let canWait = true
    let relives = false
    let isOnTheClock = true
    var realtime: RealtimeRecord?

    private var machine: RealtimeMachine?
    private let wakefulness: CoreWakefulness
    /// Holds the cores while there is a robot.
    private var cores: WakefulCores?
    private var steal = StealWatch()
    /// When the stolen time was read last; it is read once a second.
    private var looked = MonotonicTime.zero

    /// - Parameter wakefulness: what the launch wants of the cores.
    init(_ wakefulness: CoreWakefulness) { self.wakefulness = wakefulness }

    func open(_ recorder: Recorder) throws { try recorder.start() }

    /// It is the machine's, which nobody sets.
    func resume(at nanoseconds: UInt64) {}

    /// Once in each process.
    func speedShare(of robot: RobotDescription, _ narrator: Narrator) throws -> Double {
        let measured: RealtimeMachine
        if let machine {
            measured = machine
        } else {
            Memory.keepFreed()
            measured = try RealtimeMachine.measure(
                rateHz: robot.commandRateHz, wish: wakefulness.wish)
        }
        guard let share = measured.level.speedShare(of: robot) else {
            throw MachineNotOnTime(measured)
        }
        if machine == nil {
            narrator.tell(measured, share: share)
            realtime = RealtimeRecord(
                level: measured.level.rawValue, speedShare: share, summary: measured.summary,
                idleLateness: LatencySummary(measured.lateness), minorFaults: 0, majorFaults: 0)
        }
        machine = measured
        return share
    }

    func lockMemory() { if machine?.isLocked == true { try? Memory.lockAll() } }

    func makeRobot(_ parts: RobotParts) throws -> any Robot {
        cores = machine?.sleep.hold()
        steal = StealWatch()
        return try RealtimeRobot(
            description: parts.description, client: parts.client, session: parts.session,
            patience: parts.patience, interrupt: parts.interrupt, desk: parts.desk,
            speedShare: parts.speedShare, isHeld: parts.isHeld)
    }

    func releaseRobot() {
        cores?.release()
        cores = nil
    }

    func watchMachine(_ narrator: Narrator) {
        let now = clock.now
        guard let cores, now.seconds(since: looked) >= 1, let stolen = StolenTime.seconds else {
            return
        }
        looked = now
        guard let taken = steal.take(stolen: stolen, at: now.seconds(since: .zero)) else { return }
        cores.release()
        self.cores = nil
        machine?.sleep = .any
        narrator.tellStolenTime(taken)
        if let machine { realtime?.summary = machine.summary }
    }

    func beginLearning(_ trainer: Trainer) throws { try trainer.start() }

    /// It learns beside the robot, from what it finds on the disk.
    func learn(_ trainer: Trainer, isCancelled: () -> Bool) {}

    func awaitLearner(_ body: () throws -> Void) throws { try body() }
}

extension CoreWakefulness {
    /// What the machine is asked for; nil for what it shows to need.
    fileprivate var wish: CoreSleep? {
        switch self {
        case .measured: nil
        case .sleep: .any
        case .awake: .waking(within: 0)
        }
    }
}
