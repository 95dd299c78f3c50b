import Configuration
import Driving
import Embodiment
import Experience
import Learning
import Platform
import Report

/// The wall clock: ticks, recorder and learner each have a thread, and nobody waits for the learner.
final class RealtimePace: Pace {
    let clock: any Platform.Clock
    let helpers = Trainer.scheduling
    let canWait = true
    let relives = false
    let isOnTheClock = true
    var realtime: RealtimeRecord?

    private var machine: RealtimeMachine?
    /// Why what ticks record goes to a disk; nil where it goes to memory.
    private var ringRefusal: String?
    private let wakefulness: CoreWakefulness
    /// Holds the cores while there is a robot.
    private var cores: WakefulCores?
    private var steal = StealWatch()
    /// Keeps the machine awake while a robot is connected.
    private var sleepLock: SleepLock?
    private var isSleepTold = false
    /// While a robot is connected its tick watches.
    private var suspensions = SuspendWatch()
    /// When the machine was looked after last; that is once a second.
    private var looked = MonotonicTime.zero

    /// - Parameters:
    ///   - wakefulness: what the launch wants of the cores.
    ///   - clock: the machine's.
    init(_ wakefulness: CoreWakefulness, clock: any Platform.Clock = SystemClock()) {
        self.wakefulness = wakefulness
        self.clock = clock
        _ = suspensions.take(clock.suspended)
    }

    func open(_ recorder: Recorder) throws {
        try recorder.start()
        ringRefusal = recorder.ringRefusal.map { "\($0)" }
    }

    /// It is the machine's, which nobody sets.
    func resume(at nanoseconds: UInt64) {}

    /// Once in each process.
    func speedShare(of robot: RobotDescription, _ narrator: Narrator) throws -> Double {
        var measured: RealtimeMachine
        if let machine {
            measured = machine
        } else {
            Memory.keepFreed()
            measured = try RealtimeMachine.measure(
                rateHz: robot.commandRateHz, wish: wakefulness.wish)
            measured.ringRefusal = ringRefusal
        }
        guard let share = measured.level.speedShare(of: robot) else {
            throw MachineNotOnTime(measured)
        }
        if machine == nil { tell(measured, share: share, narrator) }
        machine = measured
        return share
    }

    private func tell(_ machine: RealtimeMachine, share: Double, _ narrator: Narrator) {
        narrator.tell(machine, share: share)
        realtime = RealtimeRecord(
            level: machine.level.rawValue, speedShare: share, summary: machine.summary,
            idleLateness: LatencySummary(machine.lateness),
            minorFaults: realtime?.minorFaults ?? 0, majorFaults: realtime?.majorFaults ?? 0)
    }

    /// What is left of a robot's speed limits with what its tick's own thread has got; nil where it may not be moved.
    ///
    /// The idle loop that was measured had a thread of its own, once in each process: another may get less.
    private func share(
        of robot: RobotDescription, given grant: ThreadGrant, _ narrator: Narrator
    ) -> Double? {
        guard let machine else { return nil }
        let given = machine.given(grant)
        guard let share = given.level.speedShare(of: robot) else { return nil }
        if given.level > machine.level { tell(given, share: share, narrator) }
        return share
    }

    func keepAwake(_ narrator: Narrator) -> Duration? {
        sleepLock = SleepLock()
        tellSleep(narrator)
        return suspensions.take(clock.suspended)
    }

    func letSleep() {
        _ = suspensions.take(clock.suspended)
        sleepLock?.release()
        sleepLock = nil
    }

    private func tellSleep(_ narrator: Narrator) {
        guard !isSleepTold, let refusal = sleepLock?.refusal else { return }
        isSleepTold = true
        narrator.tellSleep(refusal)
    }

    func lockMemory() { if machine?.isLocked == true { try? Memory.lockAll() } }

    func makeRobot(_ parts: RobotParts, _ narrator: Narrator) throws -> any Robot {
        cores = machine?.sleep.hold()
        steal = StealWatch()
        return try RealtimeRobot(
            description: parts.description, client: parts.client, session: parts.session,
            patience: parts.patience, interrupt: parts.interrupt, desk: parts.desk,
            speedShare: parts.speedShare, isHeld: parts.isHeld,
            shareGiven: { [unowned self] grant in
                share(of: parts.description, given: grant, narrator)
            })
    }

    func releaseRobot() {
        cores?.release()
        cores = nil
    }

    func watchMachine(_ narrator: Narrator) {
        let now = clock.now
        guard now.seconds(since: looked) >= 1 else { return }
        looked = now
        tellSleep(narrator)
        guard let cores, let stolen = StolenTime.seconds else { return }
        guard let taken = steal.take(stolen: stolen, at: now.seconds(since: .zero)) else { return }
        cores.release()
        self.cores = nil
        machine?.sleep = .any
        narrator.tellStolenTime(taken)
        if let machine { realtime?.summary = machine.summary }
    }

    func beginLearning(_ trainer: Trainer, _ narrator: Narrator) throws {
        try trainer.start()
        if !trainer.isOutOfTheWay { narrator.tellLearnerInTheWay() }
    }

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
