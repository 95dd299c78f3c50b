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
    /// No core sleeps while the tick runs.
    public var isAwake: Bool
    /// How late an idle loop on such a thread woke.
    public var lateness: LatencyHistogram
    /// The tick's period, s.
    public var period: Double

    /// Priority of the thread that ticks, above everybody who serves it.
    private static let priority = 80
    /// How long the idle loop is watched, s.
    private static let seconds = 2.0

    /// Starts a thread like the tick's: priority, a core of its own, cores that do not sleep.
    ///
    /// - Parameter body: told the core that it is bound to, and whether the cores stay awake.
    static func startThread(
        name: String, _ body: @escaping @Sendable (_ core: Int?, _ isAwake: Bool) -> Void
    ) throws(PlatformError) -> HoneThread {
        let wish = HoneThread.quietCore
        return try HoneThread.start(name: name, scheduling: .realtime(priority: priority)) {
            var core = wish
            do {
                if let wish { try HoneThread.setCurrentAffinity(core: wish) }
            } catch { core = nil }
            WakefulCores.hold { isAwake in body(core, isAwake) }
        }
    }

    /// Tries everything and watches an idle loop for two seconds; the calling thread waits.
    ///
    /// What was granted stays so: the process' memory is locked from here on.
    public static func measure(rateHz: Double) throws(PlatformError) -> RealtimeMachine {
        let isLocked = (try? Memory.lockAll()) != nil
        let loop = try IdleLoop.run(rateHz: rateHz, ticks: Int((rateHz * seconds).rounded(.up)))
        return RealtimeMachine(
            isScheduled: loop.isScheduled, isLocked: isLocked, core: loop.core,
            isAwake: loop.isAwake, lateness: loop.lateness, period: 1 / rateHz)
    }

    /// The idle loop's 99.9 %, s: with 200 ticks, its worst.
    public var latest: Double { Double(lateness.percentile(99.9)) * 1e-9 }

    /// What all of it comes to.
    public var level: RealtimeLevel {
        let missing = [isScheduled, isLocked, core != nil].count { !$0 }
        if missing == 0, !isIdleLate { return .full }
        return missing <= 1 && latest <= 0.5 * period ? .reduced : .poor
    }

    /// One line: the level and its reasons.
    public var summary: String {
        let parts = [
            "priority \(isScheduled ? "granted" : "refused")",
            "memory \(isLocked ? "locked" : "not locked")",
            core.map { "core \($0)" } ?? "no core of its own",
            isAwake ? "cores kept awake" : "cores may sleep",
            "an idle loop up to \(NumberText.duration(latest)) late",
        ]
        return "\(level.rawValue): " + parts.joined(separator: ", ")
    }

    /// Whether an idle loop alone keeps the machine from the best level.
    public var isIdleLate: Bool { latest > 0.1 * period }

    /// What to do about each thing that keeps the machine from the best level.
    public var advice: [String] {
        var advice: [String] = []
        if !isScheduled { advice.append(Self.priorityAdvice) }
        if !isLocked { advice.append(Self.memoryAdvice) }
        if core == nil { advice.append(Self.coreAdvice) }
        if isIdleLate, !isAwake { advice.append(Self.awakeAdvice) }
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
    public static let coreAdvice =
        "The tick shares its only core: a machine with two or more is needed."

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
