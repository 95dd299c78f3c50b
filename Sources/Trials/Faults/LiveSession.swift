import Bridge
import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report
import Simulation

/// A real session by the wall clock: robot and agent as processes, a wire between them that can be bad,
/// and an observer at the robot whom no fault touches.
///
/// One thread; the wire has its own.
final class LiveSession {
    let proxy: ChaosProxy
    private(set) var robot: ChildProcess
    private(set) var agent: ChildProcess
    let robotAddress: String
    let directory: String
    let folder: String
    /// When the fault was injected.
    private(set) var injected: MonotonicTime?
    /// What the observer saw since then.
    private(set) var track: [SensorSample] = []
    private let program: String
    private let project: String
    private let starter: [String]
    /// The session's command, and its words behind the launch file.
    private let command: (verb: String, more: [String])
    private let observer: BridgeProbe
    private let clock = SystemClock()

    /// - Parameters:
    ///   - isMobile: the robot is a base that drives, with an arm.
    ///   - robotArguments: more words for `hone sim`.
    ///   - directory: of the session; nil for one in the lab.
    ///   - project: whose files the agent reads; nil for the lab's.
    ///   - command: what the agent does, and its words behind the launch file.
    ///   - starter: a system tool, with its arguments, that starts the agent.
    ///   - edit: what the wire does to messages.
    init(
        in lab: FaultLab, isMobile: Bool = false, robotArguments: [String] = [],
        directory: String? = nil,
        project: String? = nil, starter: [String] = [],
        command: (verb: String, more: [String]) = ("record", []),
        edit: @escaping ChaosProxy.Edit = { _ in true }
    ) throws {
        self.project = project ?? lab.project.root
        self.starter = starter
        self.command = command
        folder = try lab.scratch()
        robotAddress = "ipc://\(folder)/robot"
        self.directory = directory ?? folder + "/session"
        program = lab.program
        robot = try Self.startRobot(
            program, folder,
            robotArguments + (isMobile ? ["--task", SimulatedMobile.task] : []))
        observer = try BridgeProbe(address: robotAddress)
        let client = try BridgeClient(address: robotAddress)
        observer.description = try client.hello(timeout: .seconds(20))
        try observer.send(.hello(Hello(agent: "observer")))
        proxy = try ChaosProxy(
            address: "ipc://\(folder)/wire", bridge: robotAddress, seed: lab.seed, edit: edit)
        try Self.launchFile(endpoint: proxy.address, isMobile: isMobile).write(
            toFile: folder + "/live.yaml", atomically: true, encoding: .utf8)
        agent = try Self.startAgent(
            starter + [lab.program], in: self.project, folder: folder,
            directory: self.directory, command)
    }

    private static func startAgent(
        _ program: [String], in project: String, folder: String, directory: String,
        _ command: (verb: String, more: [String])
    ) throws -> ChildProcess {
        try ChildProcess.spawn(
            executable: "/usr/bin/env",
            arguments: ["-C", project] + program + [
                command.verb, folder + "/live.yaml", "--quiet", "--directory", directory,
            ] + command.more,
            // The runtime's crash handler comes back from a signal that was only sent; without it such a
            // signal ends the process, as the real thing does.
            environment: ["NO_COLOR": "1", "SWIFT_BACKTRACE": "enable=no"],
            output: folder + "/agent.txt",
            errors: folder + "/agent-errors.txt")
    }

    /// Another agent for the same robot, with a session directory of its own.
    func startNextAgent() throws {
        agent.kill()
        _ = agent.wait()
        try? FileManager.default.removeItem(atPath: directory)
        injected = nil
        agent = try Self.startAgent(
            starter + [program], in: project, folder: folder, directory: directory,
            command)
    }

    private static func startRobot(
        _ program: String, _ folder: String, _ more: [String]
    ) throws -> ChildProcess {
        try ChildProcess.spawn(
            executable: program,
            arguments: [
                "sim", "--endpoint", "ipc://\(folder)/robot", "--reset-seconds", "0.05",
            ] + more, output: folder + "/robot.txt", errors: folder + "/robot.txt")
    }

    /// What a session is told, at whatever address its robot is.
    static func launchFile(endpoint: String, isMobile: Bool = false) -> String {
        """
        schema: launch/1
        summary: A session that a fault is injected into
        robot: \(isMobile ? "sim-mobile" : "sim-widowx")
        calibration: \(isMobile ? "sim-mobile-0001" : "sim-0001")
        task:
          name: \(isMobile ? SimulatedMobile.task : "cup-to-rack")
          instruction: Put the cup into the rack, around the post.
          max_episode_s: 16
        bridge:
          endpoint: \(endpoint)
          connect_s: 20
          reset_s: 20
          silence_s: 3
        schedule: realtime
        seed: 0
        preset: default
        session:
          demonstrations: 1000
          evaluation_episodes: 1
          robot_minutes: 60
          max_online_episodes: 1
          workers: 1
          directory: sessions
          swap_at: step
        """
    }

    // MARK: The fault

    /// Watches until the robot has been moving for a moment; at most 40 s.
    func waitForMotion() throws {
        let deadline = clock.now + .seconds(40)
        var moving = 0
        while clock.now < deadline {
            let seen = try look(for: .milliseconds(50))
            for sample in seen {
                let moves = Self.isMoving(sample) && sample.stop == .none
                moving = moves ? moving + 1 : 0
            }
            if moving >= 5 { return }
            if !agent.isRunning { break }
        }
        throw NeverMoved(agentSaid: agentSaid)
    }

    /// What stands on its standard error so far.
    var agentSaid: String { FaultLab.text(folder + "/agent-errors.txt") }

    /// A robot that did not begin to move, or whose agent ended before.
    struct NeverMoved: Error, CustomStringConvertible {
        let agentSaid: String
        var description: String { "the robot did not get so far; the agent said: " + agentSaid }
    }

    /// Notes the time, then does it.
    func inject(_ body: () throws -> Void) rethrows {
        restartClock()
        try body()
    }

    /// The fault begins now: what was done before only led to it.
    func restartClock() {
        track = []
        injected = clock.now
    }

    /// Sends a signal to a process of the session.
    func signal(_ process: ChildProcess, _ number: Int32) { kill(process.identifier, number) }

    /// Starts the robot anew, at the same place.
    func restartRobot() throws {
        robot = try Self.startRobot(program, folder, [])
        try greet()
    }

    /// Greets the robot until it is seen: a connection that was silent for long is a new one.
    func greet() throws {
        let deadline = clock.now + .seconds(10)
        while clock.now < deadline {
            try? observer.send(.hello(Hello(agent: "observer")))
            if try !look(for: .milliseconds(100)).isEmpty { return }
        }
    }

    /// Watches for a span of time.
    func watch(for span: Duration) throws { _ = try look(for: span) }

    /// Watches until the agent has ended; nil when it has not within the limit.
    func watchUntilAgentEnds(within limit: Duration) throws -> Int32? {
        let deadline = clock.now + limit
        while clock.now < deadline {
            if !agent.isRunning { return agent.exitCode }
            try watch(for: .milliseconds(20))
        }
        return agent.isRunning ? nil : agent.exitCode
    }

    private func look(for span: Duration) throws -> [SensorSample] {
        var found: [SensorSample] = []
        let deadline = clock.now + span
        while let arrival = try observer.next(within: max(.zero, deadline - clock.now)) {
            if case .sample(let sample) = arrival.event { found.append(sample) }
            if clock.now >= deadline { break }
        }
        if injected != nil { track += found }
        return found
    }

    // MARK: What the robot did

    /// The arm's axes; the gripper holds things.
    ///
    /// A base moves while it has a velocity.
    static func isMoving(_ sample: SensorSample) -> Bool {
        let isMobile = sample.position.count == SimulatedMobile.model.axes.count
        let drives = isMobile && (0..<2).contains { abs(sample.position[$0]) > 0.005 }
        return drives || (0..<6).contains { abs(sample.velocity[$0]) > 0.005 }
    }

    /// From the injection to the first sample with any stop (or one of them); both clocks are this machine's.
    func stopDelay(_ stops: Set<BridgeStop>? = nil) -> Duration? {
        delay(to: track.first { stops?.contains($0.stop) ?? ($0.stop != .none) })
    }

    /// From the first sample in which the robot may move to the first stop after it; nil without either.
    ///
    /// What robots report that nobody has enabled yet is no stop of anybody's.
    var enabledSpan: Duration? {
        let enabled = track.drop { $0.stop != .none }
        guard let first = enabled.first, let stop = enabled.first(where: { $0.stop != .none })
        else {
            return nil
        }
        return .nanoseconds(
            Int64(bitPattern: stop.captureNanoseconds &- first.captureNanoseconds))
    }

    /// From the injection to the last sample that moved; zero when none did.
    var restDelay: Duration {
        delay(to: track.last { Self.isMoving($0) }) ?? .zero
    }

    /// From the injection to a sample's capture.
    func delay(to sample: SensorSample?) -> Duration? {
        guard let sample, let injected else { return nil }
        return .nanoseconds(Int64(bitPattern: sample.captureNanoseconds &- injected.nanoseconds))
    }

    /// Limits that were broken, as the robot itself counted them.
    var violations: Int {
        let names = observer.description?.features.map(\.name) ?? []
        guard let index = names.firstIndex(of: SimulatedFeature.violations.name) else { return 0 }
        return Int(track.last?.features[index] ?? 0)
    }

    // MARK: The end

    /// What is left when everything has ended.
    struct Aftermath {
        var agentCode: Int32
        var agentErrors: String
        var report: SessionReport?
        var log: LogReport?
        var episodes = 0
        var robotsLastWord: String

        /// The last line that the operator read.
        var lastWords: String {
            let line = agentErrors.split(separator: "\n").last.map(String.init)
            return String((line ?? "nothing").prefix(240))
        }

        /// Why the robot was held, as the report has it.
        var holds: [String] {
            report?.events.filter { $0.kind == .hold }.map(\.cause) ?? []
        }

        /// What a reader of the log is told, and whether anything that was committed is gone.
        var lost: (text: String, isMore: Bool) {
            guard let log else { return ("no log", true) }
            // An open end is all that a killed writer may leave behind.
            let worse = log.issues.filter { issue in
                switch issue {
                case .notClosed, .cutShort, .cutOffEpisode: false
                default: true
                }
            }
            let text =
                "0: \(log.records) records and \(episodes) episodes read back"
                + (log.isClosed ? "" : ", the log's end is open")
            return worse.isEmpty ? (text, false) : ("\(worse)", true)
        }
    }

    /// Ends the agent as Ctrl-C does, where it still runs, then the robot; reads what they left.
    func finish() throws -> Aftermath {
        if agent.isRunning {
            signal(agent, SIGCONT)
            signal(agent, SIGINT)
            if try watchUntilAgentEnds(within: .seconds(20)) == nil { agent.kill() }
        }
        let code = agent.wait()
        signal(robot, SIGCONT)
        robot.terminate()
        if robot.wait(timeout: .seconds(5)) == nil { robot.kill() }
        _ = robot.wait()
        proxy.end()
        var aftermath = Aftermath(
            agentCode: code, agentErrors: FaultLab.text(folder + "/agent-errors.txt"),
            robotsLastWord: FaultLab.text(folder + "/robot.txt").split(separator: "\n").last
                .map(String.init) ?? "")
        let report = URL(fileURLWithPath: directory + "/report.json")
        aftermath.report = (try? Data(contentsOf: report)).flatMap { try? SessionReport(json: $0) }
        // What a resumed session would do first: what the disk did not take is in the rings.
        _ = try? LogRings.recover(in: directory + "/log")
        if let (episodes, log) = try? SessionLogReader(session: directory + "/log").episodes() {
            aftermath.log = log
            aftermath.episodes = episodes.count
        }
        return aftermath
    }
}
