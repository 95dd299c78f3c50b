import Foundation
import Platform

/// What this machine gives a thread that must not be late: tried, and measured.
public struct RealtimeMachine: Sendable {
    /// The priority of the tick was granted.
    public var isScheduled: Bool
    /// The process' memory stays where it is.
    public var isLocked: Bool
    /// The core that the tick is bound to; nil for none.
    public var core: Int?
    /// How deeply the cores sleep while the tick runs: as an idle loop woke best.
    public var sleep: CoreSleep
    /// It is a virtual one: its cores sleep as deeply as they like unless a launch wants it otherwise.
    public var isVirtual: Bool
    /// How late an idle loop on such a thread woke.
    public var lateness: LatencyHistogram
    /// The tick's period, s.
    public var period: Double
    /// Why the tick could not be bound to a core; nil where it could, or there is none for it.
    public var coreRefusal: String?
    /// Why the rings that the tick's thread fills are on a disk; nil where they are in memory.
    public var ringRefusal: String?

    /// Priority of the thread that ticks, above everybody who serves it.
    static let priority = 80
    /// How long the idle loop is watched, s.
    private static let seconds = 2.0

    /// Starts a thread like the tick's: priority, a core of its own.
    ///
    /// - Parameter body: told what the thread has of that.
    static func startThread(
        name: String, _ body: @escaping @Sendable (ThreadGrant) -> Void
    ) throws(PlatformError) -> HoneThread {
        let wish = HoneThread.quietCore
        return try HoneThread.start(name: name, scheduling: .realtime(priority: priority)) {
            body(ThreadGrant.current(binding: wish))
        }
    }

    /// The same machine where the tick's own thread has got this: never more than was measured, for the idle loop was
    /// as late as it was with that.
    public func given(_ grant: ThreadGrant) -> RealtimeMachine {
        var machine = self
        machine.isScheduled = isScheduled && grant.priority >= Self.priority
        machine.core = core == nil ? nil : grant.core
        machine.coreRefusal = coreRefusal ?? grant.refusal
        return machine
    }

    /// Tries everything and watches an idle loop for two seconds, with cores that may sleep and, where that is not
    /// enough, with cores that may sleep less; the calling thread waits.
    ///
    /// What was granted stays so: the process' memory is locked from here on.
    ///
    /// - Parameter wish: how deeply the cores are to sleep; nil for what the idle loop shows to be needed. Where this
    ///   user may not ask for it, they sleep as they like.
    public static func measure(
        rateHz: Double, wish: CoreSleep? = nil
    ) throws(PlatformError) -> RealtimeMachine {
        let isLocked = (try? Memory.lockAll()) != nil
        let isVirtual = Processor.isVirtual
        var trials: [CoreSleepTrial] = []
        var loops: [IdleLoop] = []
        for sleep in ways(wish, isVirtual: isVirtual) {
            let cores = sleep.hold()
            defer { cores?.release() }
            if sleep != .any, cores == nil { continue }
            let stolen = StolenTime.seconds ?? 0
            let loop = try IdleLoop.run(rateHz: rateHz, ticks: Int((rateHz * seconds).rounded(.up)))
            loops.append(loop)
            trials.append(
                CoreSleepTrial(
                    sleep: sleep, latest: Double(loop.lateness.percentile(99.9)) * 1e-9,
                    pauses: loop.pauses, stolen: (StolenTime.seconds ?? 0) - stolen))
            if sleep == wish || trials.last?.isGood(period: 1 / rateHz) == true { break }
        }
        let sleep = CoreSleepTrial.choose(trials, period: 1 / rateHz)
        let index = trials.firstIndex { $0.sleep == sleep } ?? 0
        let loop = loops.isEmpty ? IdleLoop() : loops[index]
        return RealtimeMachine(
            isScheduled: loop.isScheduled, isLocked: isLocked, core: loop.grant.core, sleep: sleep,
            isVirtual: isVirtual, lateness: loop.lateness, period: 1 / rateHz,
            coreRefusal: loop.grant.refusal)
    }

    /// What is tried, in this order.
    private static func ways(_ wish: CoreSleep?, isVirtual: Bool) -> [CoreSleep] {
        if let wish { return wish == .any ? [.any] : [wish, .any] }
        return isVirtual ? [.any] : CoreSleep.ways
    }

    /// The idle loop's 99.9 %, s: with 200 ticks, its worst.
    public var latest: Double { Double(lateness.percentile(99.9)) * 1e-9 }

    /// What all of it comes to.
    public var level: RealtimeLevel {
        let missing = [isScheduled, isLocked, core != nil, ringRefusal == nil].count { !$0 }
        if missing == 0, !isIdleLate { return .full }
        return missing <= 1 && latest <= 0.5 * period ? .reduced : .poor
    }

    /// One line: the level and its reasons.
    public var summary: String {
        let parts: [String?] = [
            "priority \(isScheduled ? "granted" : "refused")",
            "memory \(isLocked ? "locked" : "not locked")",
            core.map { "core \($0)" }
                ?? "no core of its own" + (coreRefusal.map { " (\($0))" } ?? ""),
            sleep.text + (isVirtual ? " (a virtual machine)" : ""),
            ringRefusal.map { "the log's rings on a disk (\($0))" },
            "an idle loop up to \(NumberText.duration(latest)) late",
        ]
        return "\(level.rawValue): " + parts.compactMap(\.self).joined(separator: ", ")
    }

    /// Whether an idle loop alone keeps the machine from the best level.
    public var isIdleLate: Bool { latest > 0.1 * period }

    /// What to do about each thing that keeps the machine from the best level.
    public var advice: [String] {
        var advice: [String] = []
        if !isScheduled { advice.append(Self.priorityAdvice) }
        if !isLocked { advice.append(Self.memoryAdvice) }
        if core == nil { advice.append(Self.coreAdvice) }
        if ringRefusal != nil { advice.append(Self.ringAdvice) }
        if isIdleLate, sleep == .any, !isVirtual { advice.append(Self.awakeAdvice) }
        if isIdleLate { advice.append(latenessAdvice) }
        return advice
    }

    /// How to get the priority.
    public static var priorityAdvice: String {
        "Add '\(NSUserName()) - rtprio 90' to /etc/security/limits.conf and log in again; a systemd "
            + "service needs LimitRTPRIO=90, a container CAP_SYS_NICE. Where a cgroup has "
            + "cpu.rt_runtime_us, it must not be 0."
    }

    /// How to get the memory locked.
    public static var memoryAdvice: String {
        "Add '\(NSUserName()) - memlock unlimited' to /etc/security/limits.conf and log in again; a "
            + "systemd service needs LimitMEMLOCK=infinity, a container CAP_IPC_LOCK."
    }

    /// How to get a core.
    ///
    /// By what the calling thread may use.
    public static var coreAdvice: String {
        let (own, all) = (HoneThread.coreCount, HoneThread.machineCoreCount)
        if own > 1 {
            return
                "The tick could not be bound to one of the \(own) cores that this process may run on: a "
                + "container or service must allow sched_setaffinity."
        }
        guard all > 1 else {
            return "The tick shares its only core: a machine with two or more is needed."
        }
        return
            "This process may run on one of the machine's \(all) cores only: give it two or more "
            + "(taskset -c, cpuset.cpus of its control group, AllowedCPUs= of a systemd service, --cpuset-cpus of "
            + "a container)."
    }

    /// How to have the log's rings in memory.
    public static var ringAdvice: String {
        "What each tick records goes through \(SharedMemory.memoryDisk); without room there it goes to a file beside the "
            + "log, and a tick may wait for that disk. Make \(ringByteCount >> 20) MiB of room there (remove what others "
            + "left, mount it larger; a container needs --shm-size)."
    }

    /// More than the rings of a session take.
    public static let ringByteCount = 32 << 20

    /// How to have the cores kept awake.
    public static var awakeAdvice: String {
        "Cores that sleep wake late. Let '\(NSUserName())' write /dev/cpu_dma_latency: the udev rule "
            + "'KERNEL==\"cpu_dma_latency\", GROUP=\"realtime\", MODE=\"0660\"' and a place in that group."
    }

    /// How to have an idle loop wake on time.
    public var latenessAdvice: String {
        "RT0 wants at most \(NumberText.duration(0.1 * period)), a tenth of the period: stop other "
            + "programs, keep them off one core (isolcpus= on the kernel's command line), use a "
            + "kernel with PREEMPT_RT, and no virtual machine."
    }
}
