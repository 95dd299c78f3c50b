import Configuration
import Control
import Embodiment
import Foundation
import Glibc
import Platform
import Report
import Testing

@testable import Driving
@testable import TestSupport

@Suite("Level of real time", .byTheWallClock)
struct RealtimeLevelTests {
    /// A machine at 100 Hz whose idle loop is so late, ms.
    private func machine(
        late: Double, isScheduled: Bool = true, isLocked: Bool = true, core: Int? = 1,
        sleep: CoreSleep = .waking(within: 0), isVirtual: Bool = false
    ) -> RealtimeMachine {
        var lateness = LatencyHistogram()
        for _ in 0..<199 { lateness.record(nanoseconds: 50_000) }
        lateness.record(nanoseconds: UInt64(late * 1e6))
        return RealtimeMachine(
            isScheduled: isScheduled, isLocked: isLocked, core: core, sleep: sleep,
            isVirtual: isVirtual, lateness: lateness, period: 0.01)
    }

    @Test("The best level needs everything, and an idle loop within a tenth of the period")
    func levels() {
        #expect(machine(late: 1).level == .full)
        #expect(machine(late: 1.1).level == .reduced)
        #expect(machine(late: 5).level == .reduced)
        #expect(machine(late: 5.1).level == .poor)
        #expect(machine(late: 1, isScheduled: false).level == .reduced)
        #expect(machine(late: 4, isLocked: false).level == .reduced)
        #expect(machine(late: 1, core: nil).level == .reduced)
        #expect(machine(late: 1, sleep: .any).level == .full)
        #expect(machine(late: 1, isScheduled: false, isLocked: false).level == .poor)
        var onDisk = machine(late: 1)
        onDisk.ringRefusal = "no room"
        #expect(onDisk.level == .reduced && onDisk.summary.contains("rings on a disk (no room)"))
        #expect(onDisk.advice.count == 1 && onDisk.advice[0].contains("/dev/shm"))
        onDisk.isLocked = false
        #expect(onDisk.level == .poor)
        #expect(machine(late: 6, isScheduled: false).level == .poor)
        #expect(RealtimeLevel.full < .reduced && .reduced < RealtimeLevel.poor)
    }

    @Test(
        "The level follows what the tick's own thread has got, which is never more than was measured"
    )
    func ownThread() {
        let whole = ThreadGrant(priority: 80, core: 1)
        let good = machine(late: 0.5)
        #expect(good.given(whole).level == .full)
        #expect(good.given(ThreadGrant(priority: 0, core: 1)).level == .reduced)
        let loose = good.given(ThreadGrant(priority: 80, core: nil, refusal: "not permitted"))
        #expect(loose.level == .reduced)
        #expect(loose.summary.contains("no core of its own (not permitted)"), "\(loose.summary)")
        #expect(good.given(ThreadGrant(priority: 0, core: nil)).level == .poor)
        #expect(machine(late: 0.5, isScheduled: false).given(whole).level == .reduced)
        #expect(machine(late: 0.5, core: nil).given(whole).level == .reduced)
    }

    @Test(
        "A robot whose tick's thread got less goes as slowly as that allows, from its first tick on"
    )
    func lessThanMeasured() throws {
        let fastest = Fastest()
        let grants = Guarded<[ThreadGrant]>([])
        let bench = try RobotBench(
            .realtime,
            shareGiven: { grant in
                grants.withLock { $0.append(grant) }
                return 0.2
            })
        let limits = bench.description.axes.map(\.limits.velocity)
        bench.robot.onTick = { report in
            for (axis, limit) in limits.enumerated() {
                fastest.note(abs(report.command.velocity[axis]) / limit)
            }
        }
        try bench.begin()
        #expect(bench.robot.speedShare == 0.2)
        let axes = limits.count
        try bench.move(steps: 3) { _ in
            var action = Action(count: axes)
            action[1] = 1
            return action
        }
        bench.leave(after: nil)
        #expect(fastest.share > 0.18 && fastest.share <= 0.2 * (1 + 1e-12))
        let grant = try #require(grants.withLock { $0.first })
        #expect(grants.withLock { $0.count } == 1 && grant.core == HoneThread.quietCore)
    }

    @Test("A robot that its file does not let move with that is not moved")
    func notWithThat() throws {
        let bench = try RobotBench(.realtime, shareGiven: { _ in nil })
        let error = #expect(throws: RobotError.self) { try bench.robot.connect() }
        guard case .notOnTime? = error else {
            Issue.record("\(error.map { "\($0)" } ?? "nothing")")
            return
        }
        #expect(error?.exitCode == 69)
        bench.leave(after: nil)
        #expect(bench.robot.counters.ticks == 0)
    }

    @Test("Every thing that is missing has its advice, and nothing else has")
    func advice() {
        #expect(machine(late: 0.5).advice == [])
        #expect(machine(late: 0.5, sleep: .any).advice == [])
        #expect(machine(late: 2).advice.count == 1)
        #expect(machine(late: 2, sleep: .any, isVirtual: true).advice.count == 1)
        #expect(machine(late: 2, sleep: .any).advice.contains { $0.contains("cpu_dma_latency") })
        let worst = machine(
            late: 9, isScheduled: false, isLocked: false, core: nil, sleep: .any)
        #expect(worst.advice.count == 5)
        #expect(worst.advice.contains { $0.contains("rtprio") && $0.contains("LimitRTPRIO") })
        #expect(worst.advice.contains { $0.contains("memlock") && $0.contains("CAP_IPC_LOCK") })
        #expect(worst.summary.hasPrefix("RT2: priority refused, memory not locked"))
    }

    @Test("Who may run on one of several cores is told so, not that the machine has one")
    func oneCoreOfSeveral() throws {
        guard HoneThread.machineCoreCount > 1, let core = HoneThread.quietCore else { return }
        let said = Guarded("")
        let thread = try HoneThread.start(name: "bound") {
            // As taskset and a container's cpuset do.
            do { try HoneThread.setCurrentAffinity(core: core) } catch { return }
            let advice = RealtimeMachine.coreAdvice
            let quiet = HoneThread.quietCore
            said.withLock { $0 = quiet == nil ? advice : "core \(quiet ?? -1)" }
        }
        thread.join()
        let words = said.withLock { $0 }
        #expect(
            words.contains("one of the machine's \(HoneThread.machineCoreCount) cores only"),
            "\(words)")
        #expect(words.contains("cpuset"))
    }

    @Test("A robot is slowed down at RT1 and not started at RT2, unless its file says otherwise")
    func speeds() throws {
        let project = Project(root: HoneProgram.root)
        let arm = try RobotFile.read("widowx250s", in: project)
        #expect(RealtimeLevel.full.speedShare(of: arm) == 1)
        #expect(RealtimeLevel.reduced.speedShare(of: arm) == 0.5)
        #expect(RealtimeLevel.poor.speedShare(of: arm) == nil)
        let simulated = try RobotFile.read("sim-widowx", in: project)
        #expect(RealtimeLevel.poor.speedShare(of: simulated) == 1)
    }

    @Test("A robot that is slowed down moves at its share at most, and still comes home")
    func slow() throws {
        let share = 0.2
        let bench = try RobotBench(.realtime, speedShare: share)
        let fastest = Fastest()
        let limits = bench.description.axes.map(\.limits.velocity)
        bench.robot.onTick = { report in
            for (axis, limit) in limits.enumerated() {
                fastest.note(abs(report.command.velocity[axis]) / limit)
            }
        }
        try bench.begin()
        let axes = limits.count
        try bench.move(steps: 4) { _ in
            var action = Action(count: axes)
            action[1] = 1
            return action
        }
        bench.leave(after: nil)
        #expect(fastest.share > 0.9 * share && fastest.share <= share * (1 + 1e-12))
        #expect(bench.robot.counters.stops == 0)
    }

    /// Written by the tick thread, read once that has been joined.
    private final class Fastest: @unchecked Sendable {
        private(set) var share = 0.0
        func note(_ new: Double) { share = max(share, new) }
    }

    @Test("A machine that grants nothing does not start a robot whose file does not allow it")
    func refused() throws {
        let project = try OwnProject()
        try project.change("robots/sim-widowx.yaml", "  rt2_speed_share: 1\n", "")
        // Where this user has the rights, they are taken away; who has them otherwise keeps them.
        guard geteuid() == 0 else { return }
        let refused = try HoneProgram.run(
            ["record", "demo-realtime", "--quiet", "--directory", project.scratch.path("refused")],
            in: project.scratch.folder,
            wrapper: ["setpriv", "--bounding-set=-sys_nice,-ipc_lock"])
        #expect(refused.code == 69, "\(refused.errors)")
        for word in ["RT2: priority refused", "rtprio 90", "memlock", "rt2_speed_share"] {
            #expect(refused.errors.contains(word), "no \(word) in \(refused.errors)")
        }
    }

    @Test("The doctor names the level, and everything that makes it up")
    func doctor() throws {
        let outcome = try HoneProgram.run(["doctor", "--json"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let value = try JSONDecoder().decode(
            [String: [String: String?]].self, from: Data(outcome.output.utf8))
        let level = try #require(value["real time"]?["value"] ?? nil)
        #expect(["RT0: ", "RT1: ", "RT2: "].contains { level.hasPrefix($0) })
        for name in [
            "real-time priority", "memory lock", "core of the tick", "cores while the tick runs",
            "suspending the machine", "rings of the log",
        ] {
            #expect(value[name] != nil, "no \(name)")
        }
        #expect(value["tick lateness at 100 Hz, idle"] != nil)
    }

    @Test(
        "A memory disk without room costs the level: the doctor says so, a session and its report too"
    )
    func noRoom() throws {
        // Where this user has the rights, a memory disk of their own is as good as full.
        let wrapper = [
            "unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k none /dev/shm && exec \"$@\"",
            "sh",
        ]
        let isPossible = try? HoneProgram.run(["--version"], wrapper: wrapper).code == 0
        guard geteuid() == 0, isPossible == true else { return }
        let outcome = try HoneProgram.run(["doctor", "--json"], wrapper: wrapper)
        try #require(outcome.code == 0, "\(outcome.errors)")
        let value = try JSONDecoder().decode(
            [String: [String: String?]].self, from: Data(outcome.output.utf8))
        let rings = try #require(value["rings of the log"]?["value"] ?? nil)
        #expect(rings.hasPrefix("on a disk: ") && rings.contains("No space left"), "\(rings)")
        let level = try #require(value["real time"]?["value"] ?? nil)
        #expect(!level.hasPrefix("RT0") && level.contains("rings on a disk"), "\(level)")

        let scratch = try Scratch()
        let session = try HoneProgram.run(
            ["record", "demo-realtime", "--episodes", "1", "--directory", scratch.path("session")],
            wrapper: wrapper)
        #expect(session.errors.contains("the log's rings on a disk"), "\(session.errors)")
        let realtime = try #require(try FinishedSession(scratch.path("session")).report.realtime)
        #expect(realtime.level != "RT0" && realtime.summary.contains("rings on a disk"))
    }

    @Test("An idle loop is watched for as long as it is asked for")
    func idle() throws {
        let outcome = try HoneProgram.run(["doctor", "--idle", "0.3", "--json"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let value = try JSONDecoder().decode(Idle.self, from: Data(outcome.output.utf8))
        #expect(value.ticks == 30 && value.maximum >= value.p99 && value.p99 >= value.p50)
        #expect(try HoneProgram.run(["doctor", "--idle", "-1"]).code == 64)
    }

    @Test("Without an end it is watched until Ctrl-C, and what is no time is refused")
    func idleWithoutEnd() throws {
        let running = try HoneProgram.Running(["doctor", "--idle", "inf", "--json"])
        let tasks = "/proc/\(running.child.identifier)/task"
        try HoneProgram.wait(for: "the idle loop") {
            ((try? Files.list(tasks)) ?? []).contains { task in
                let name = try? Files.read("\(tasks)/\(task.name)/comm", limit: 100)
                return name == Array("idle loop\n".utf8)
            }
        }
        SystemClock().sleep(for: .milliseconds(200))
        running.interrupt()
        let outcome = try running.finish(within: .seconds(30))
        try #require(outcome.code == 0, "\(outcome.errors)")
        let value = try JSONDecoder().decode(Idle.self, from: Data(outcome.output.utf8))
        #expect(value.ticks > 0)
        for wrong in ["nan", "0", "-inf"] {
            let refused = try HoneProgram.run(["doctor", "--idle=\(wrong)"])
            #expect(refused.code == 64, "\(wrong): \(refused.errors)")
        }
    }

    private struct Idle: Decodable {
        var ticks: Int, p50: Double, p99: Double, maximum: Double, pauses: Int
    }
}
