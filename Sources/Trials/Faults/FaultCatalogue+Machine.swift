import Bridge
import CFaults
import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

/// The operating system is short of what the agent needs.
extension FaultCatalogue {
    static var machineRows: [FaultRow] {
        [
            live(
                "8", "a program of higher priority takes the agent's core",
                "SCHED_FIFO 90 on one core for 300 ms, the agent bound to it",
                robot: "brakes by its watchdog within 60 ms",
                sees: "that the agent was absent, and how long"
            ) { try starved(in: $0) },
            live(
                "9", "the kernel kills the agent for want of memory",
                "a control group of 16 MiB with a program that wants more",
                robot: "brakes within 60 ms of the kill, stands still",
                sees: "the exit code of the signal; the log reads back"
            ) { try outOfMemory(in: $0) },
            live(
                "10", "memory leaks slowly",
                "ptrace: a thread of the agent maps 16 MiB four times a second and forgets them",
                robot:
                    "continues; before the machine runs out the episode ends and the robot is held",
                sees: "how much memory is used, and of how much"
            ) { try leaking(in: $0) },
            live(
                "13", "the wall clock is set back or forward by an hour",
                "strace: the agent reads an hour more once, then the truth again",
                robot: "continues: only the monotonic clock counts", sees: "the offset, in the log"
            ) { try clockSet(in: $0) },
            FaultRow(
                id: "12", fault: "no thread can be made",
                injection: "strace: EAGAIN to every clone after the third",
                robot: "does not move", operatorSees: "that a thread could not be started"
            ) { try threadless(in: $0) },
            live(
                "17", "the system grants neither priority nor locked memory",
                "prlimit and setpriv; a robot file without a word on it",
                robot: "does not move", sees: "what is missing and how to get it"
            ) { lab in
                var fault = try unprivileged(in: lab, degraded: "")
                fault.robot = .rests
                fault.agent = .ends([69])
                fault.words = [["RT2"], ["priority refused"], ["not locked"], ["limits.conf"]]
                fault.waitsForMotion = false
                fault.isRefused = true
                return try fault.run(in: lab) { _ in
                } judge: { live, _, evidence in
                    let moved = live.track.contains { LiveSession.isMoving($0) }
                    evidence.expect(!moved, "it moved")
                }
            },
            live(
                "17b", "the same, and the robot's file allows a quarter of its speed",
                "prlimit and setpriv",
                robot: "is commanded at most that fast; late ticks hold or stop it as ever",
                sees: "the level, in the report"
            ) { try slowed(in: $0) },
            live(
                "18", "pages of the agent are taken away and faulted in again",
                "its control group is emptied ten times a second",
                robot: "continues: what the tick touches is locked",
                sees: "the count of page faults, in the report"
            ) { try reclaimed(in: $0) },
        ]
    }

    /// A session whose agent the system grants nothing.
    ///
    /// - Parameter degraded: what the robot's file says of such machines.
    private static func unprivileged(in lab: FaultLab, degraded: String) throws -> LiveFault {
        let copy = try lab.projectCopy()
        try lab.change(
            copy + "/robots/sim-widowx.yaml",
            "degraded:\n  rt1_speed_share: 1 # it hurts nobody\n  rt2_speed_share: 1\n", degraded)
        // Such an agent may be late at any time: whether it goes on, nobody can say.
        var fault = LiveFault(robot: .isGone, agent: .any)
        fault.project = copy
        fault.starter = ["/usr/bin/prlimit", "--rtprio=0:0", "--memlock=65536:65536"]
        if geteuid() == 0 {
            fault.starter += ["/usr/bin/setpriv", "--bounding-set=-sys_nice,-ipc_lock"]
        }
        try tool(fault.starter + ["/bin/true"])
        return fault
    }

    private static func slowed(in lab: FaultLab) throws -> FaultEvidence {
        let share = 0.25
        let fault = try unprivileged(
            in: lab,
            degraded: "degraded: {rt1_speed_share: \(share), rt2_speed_share: \(share)}\n")
        return try fault.run(in: lab) { _ in
        } judge: { live, aftermath, evidence in
            let fastest = try Self.fastest(
                in: live, of: RobotFile.read("sim-widowx", in: lab.project))
            let text = "\(NumberText.wholePercent(fastest)) % of its speed limits at most"
            evidence.robot = "commanded \(text)"
            evidence.expect(
                fastest > 0.1 * share && fastest < share + 1e-6, "it was commanded \(text)")
            let isStopped =
                aftermath.agentCode == 70
                && ["absent", "too often"].contains { aftermath.agentErrors.contains($0) }
            evidence.expect(
                isStopped || aftermath.agentCode == 130,
                "the agent ended with \(aftermath.agentCode)")
            let realtime = aftermath.report?.realtime
            evidence.operatorSaw += ", \(realtime?.summary ?? "no level in the report")"
            evidence.expect(realtime?.speedShare == share, "the report has no such share")
        }
    }

    /// Fastest command in a session's log, in shares of the arm's speed limits.
    private static func fastest(
        in live: LiveSession, of robot: RobotDescription
    ) throws -> Double {
        var (last, fastest) = (nil as TickRecord?, 0.0)
        try SessionLogReader(path: live.directory + "/log/session.mcap").records { record, _ in
            guard case .tick(let tick) = record else { return }
            defer { last = tick }
            guard let last, tick.command == last.command + 1 else { return }
            for axis in 0..<6 {
                let speed = abs(tick.commanded[axis] - last.commanded[axis]) / robot.tickSeconds
                fastest = max(fastest, speed / robot.axes[axis].limits.velocity)
            }
        }
        return fastest
    }

    /// Runs a system tool; a refusal is not this program's fault.
    static func tool(_ words: [String]) throws {
        guard access(words[0], X_OK) == 0 else {
            throw FaultNotPossible(reason: "there is no \(words[0])")
        }
        let child = try ChildProcess.spawn(
            executable: words[0], arguments: Array(words.dropFirst()))
        if child.wait() != 0 { throw FaultNotPossible(reason: "\(words[0]) is refused") }
    }

    private static func reclaimed(in lab: FaultLab) throws -> FaultEvidence {
        let group = "/sys/fs/cgroup/memory/hone-faults-\(getpid())"
        guard mkdir(group, 0o755) == 0 else {
            throw FaultNotPossible(reason: "control groups need more rights")
        }
        defer { rmdir(group) }
        guard access(group + "/memory.force_empty", W_OK) == 0 else {
            throw FaultNotPossible(reason: "this kernel cannot empty a control group")
        }
        var fault = LiveFault(robot: .goesOn, agent: .goesOn, watch: .seconds(1))
        // From its start: what a process has touched before stays with the group it was in.
        fault.starter = [
            "/bin/sh", "-c", "echo $$ > \(group)/cgroup.procs && exec \"$@\"", "sh",
        ]
        var emptied = 0
        return try fault.run(in: lab) { live in
            for _ in 0..<40 {
                // Refused while nothing more can be taken away: what is locked stays.
                try? "0".write(
                    toFile: group + "/memory.force_empty", atomically: false, encoding: .utf8)
                emptied += 1
                try live.watch(for: .milliseconds(100))
            }
        } judge: { _, aftermath, evidence in
            let faults = aftermath.report?.realtime
            evidence.robot += ", emptied \(emptied) times"
            evidence.operatorSaw +=
                ", page faults of the tick: \(faults?.minorFaults ?? -1) minor, "
                + "\(faults?.majorFaults ?? -1) major"
            evidence.expect(faults != nil, "the report does not count page faults")
            evidence.expect(faults?.majorFaults == 0, "the tick waited for the disk")
        }
    }

    private static func leaking(in lab: FaultLab) throws -> FaultEvidence {
        let budget = 1024 as UInt64
        // It is looked at once a second, at the end of a step; between two episodes there are none.
        var fault = LiveFault(
            robot: .isHeld(within: .seconds(6)), agent: .any,
            words: [["session.memory_mib"], ["hone start"]], watch: .seconds(9))
        fault.settings = ["session.memory_mib=\(budget)"]
        var (before, after, went) = (0 as UInt64, 0 as UInt64, false)
        return try fault.run(in: lab) { live in
            before = Memory.residentBytes(of: live.agent.identifier) >> 20
            let thread = try thread("operator", of: live)
            let deadline = lab.clock.now + .seconds(60)
            while live.agent.isRunning, lab.clock.now < deadline {
                let resident = Memory.residentBytes(of: live.agent.identifier) >> 20
                after = resident
                if 10 * resident > 9 * budget { break }
                let error = hone_leak(thread, 16 << 20)
                guard error == 0 else {
                    throw FaultNotPossible(
                        reason: "a leak: \(String(cString: strerror(error)))")
                }
                try live.watch(for: .milliseconds(250))
            }
            went = live.track.suffix(500).contains { LiveSession.isMoving($0) && $0.stop == .none }
            live.restartClock()
        } judge: { live, aftermath, evidence in
            evidence.expect(10 * after > 9 * budget, "nothing leaked: \(after) MiB at the end")
            evidence.expect(went, "it did not continue while memory leaked")
            evidence.robot =
                "continued from \(before) to \(after) of \(budget) MiB; \(evidence.robot)"
            let told = (aftermath.report?.events.map(\.cause) ?? []).filter {
                $0.contains("session.memory_mib")
            }
            evidence.operatorSaw += ", \(told.last ?? "nothing of its memory")"
            evidence.expect(told.count == 2, "told \(told.count) times, not at 70 % and at 90 %")
            let isCause = aftermath.holds.contains { $0.contains("nearly all the memory") }
            evidence.expect(isCause, "the report has no such hold")
        }
    }

    private static func clockSet(in lab: FaultLab) throws -> FaultEvidence {
        try findTracer()
        let later = WallClock.nanoseconds / 1_000_000_000 + 3600
        // A `timespec`, the lowest byte first: seconds and nanoseconds.
        let bytes = [later, 0].map(\.byteSwapped.hexadecimal).joined()
        let words = [
            "-e", "trace=clock_gettime", "-e",
            "inject=clock_gettime:poke_exit=@arg2=\(bytes):when=1",
        ]
        var child: ChildProcess?
        defer {
            child?.terminate()
            _ = child?.wait()
        }
        let fault = LiveFault(robot: .goesOn, agent: .goesOn, watch: .seconds(6))
        return try fault.run(in: lab) { live in
            child = try trace(live, live.agent.identifier, words)
        } judge: { live, aftermath, evidence in
            var found: [String] = []
            try SessionLogReader(path: live.directory + "/log/session.mcap").records { record, _ in
                guard case .event(let event) = record else { return }
                if event.name.hasPrefix("WALLCLOCK") {
                    found.append("\(event.name) \(event.message)")
                }
            }
            evidence.operatorSaw += "; in the log: " + found.joined(separator: "; ")
            evidence.expect(
                found.count == 3 && found.dropFirst().allSatisfy { $0.hasPrefix("WALLCLOCK_STEP") },
                "the log has not one offset and two steps")
            let told = (aftermath.report?.events.map(\.cause) ?? []).filter {
                $0.contains("time of day was set")
            }
            evidence.expect(told.count == 2, "told \(told.count) times of two steps")
            evidence.expect((aftermath.report?.holds ?? 1) == 0, "it was held")
        }
    }

    private static func starved(in lab: FaultLab) throws -> FaultEvidence {
        guard HoneThread.coreCount > 1 else {
            throw FaultNotPossible(reason: "the robot needs a core of its own")
        }
        // The kernel ends the hungry program: nobody else need get the core to do so.
        let hungry = [
            "--rttime=300000:300000", "--cpu=1:1", "/usr/bin/taskset", "-c", "1", "/usr/bin/chrt",
            "-f", "90", "/bin/sh", "-c", "while :; do :; done",
        ]
        var fault = LiveFault(
            robot: .brakes(within: braking, as: [.watchdog]), agent: .ends([70]),
            words: [["absent"]])
        // What its watchdog did not brake the agent does, when it is back.
        fault.rest = nil
        return try fault.run(in: lab) { live in
            try tool([
                "/usr/bin/taskset", "-a", "-c", "-p", "1", "\(live.agent.identifier)",
            ])
            try tool(["/usr/bin/chrt", "-f", "90", "/bin/true"])
            let child = try ChildProcess.spawn(executable: "/usr/bin/prlimit", arguments: hungry)
            live.restartClock()
            if child.wait(timeout: .seconds(2)) == nil { child.kill() }
            _ = child.wait()
        }
    }

    private static func outOfMemory(in lab: FaultLab) throws -> FaultEvidence {
        let group = "/sys/fs/cgroup/memory/hone-faults-\(getpid())"
        guard mkdir(group, 0o755) == 0 else {
            throw FaultNotPossible(reason: "control groups need more rights")
        }
        defer { rmdir(group) }
        func write(_ text: String, _ path: String) throws {
            do { try text.write(toFile: path, atomically: false, encoding: .utf8) } catch {
                throw FaultNotPossible(reason: "\(path) cannot be written")
            }
        }
        try write("\(16 << 20)", group + "/memory.limit_in_bytes")
        return try LiveFault(
            robot: .brakes(within: braking, as: nil), agent: .ends([128 + SIGKILL])
        ).run(in: lab) { live in
            try write("1000", "/proc/\(live.agent.identifier)/oom_score_adj")
            try write("\(live.agent.identifier)", group + "/cgroup.procs")
            let hog = try ChildProcess.spawn(
                executable: "/bin/sh",
                arguments: [
                    "-c",
                    "echo $$ > \(group)/cgroup.procs; head -c 60000000 /dev/zero | tail | wc -c",
                ])
            defer {
                hog.kill()
                _ = hog.wait()
            }
            let deadline = lab.clock.now + .seconds(10)
            while live.agent.isRunning, lab.clock.now < deadline {
                // The kill is the fault; what led to it is not.
                live.restartClock()
                try live.watch(for: .milliseconds(1))
            }
        }
    }

    private static func threadless(in lab: FaultLab) throws -> FaultEvidence {
        try findTracer()
        let folder = try lab.scratch()
        let endpoint = "ipc://\(folder)/robot"
        let robot = try ChildProcess.spawn(
            executable: lab.program, arguments: ["sim", "--endpoint", endpoint],
            output: folder + "/robot.txt", errors: folder + "/robot.txt")
        defer {
            robot.kill()
            _ = robot.wait()
        }
        let launch = folder + "/live.yaml"
        try LiveSession.launchFile(endpoint: endpoint).write(
            toFile: launch, atomically: true, encoding: .utf8)
        let errors = folder + "/errors.txt"
        let agent = try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: [
                "-C", lab.project.root, tracer, "-D", "-f", "-qq", "-o", "/dev/null", "-e",
                "trace=clone,clone3", "-e", "inject=clone,clone3:error=EAGAIN:when=3+",
                lab.program, "record", launch, "--quiet", "--directory", folder + "/session",
            ], errors: errors)
        var evidence = FaultEvidence(lost: "nothing to lose")
        let code = agent.wait(timeout: .seconds(60))
        if code == nil { agent.kill() }
        _ = agent.wait()
        let words = FaultLab.text(errors).split(separator: "\n").last.map(String.init) ?? "nothing"
        evidence.robot = "nothing moved: the agent ended with \(code.map { "\($0)" } ?? "nothing")"
        evidence.operatorSaw = String(words.prefix(240))
        evidence.expect((1..<128).contains(code ?? 0), "the agent ended with \(code ?? 0)")
        evidence.expect(words.contains("thread"), "no person was warned about a thread")
        return evidence
    }
}
