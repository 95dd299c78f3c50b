import Bridge
import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Platform

/// One session: everything that lives as long as its directory.
///
/// The wiring between launch file, robot, recorder, trainer and report; the stages are in
/// `Session+…`. Used from one thread, the one that runs episodes.
final class Session {
    let launch: Launch
    let project: Project
    let directory: SessionDirectory
    let progress: ProgressReporter
    let interrupt: Interrupt
    /// The robot's time in lockstep, from robot to robot of the session.
    let virtualClock = VirtualClock()
    let journal: SessionJournal
    let recorder: Recorder
    let trainer: Trainer
    let acting: ActingPolicy
    /// The checkpoint that the request names.
    let start: (file: String, bytes: [UInt8])?
    var report: SessionReport
    /// A person is there to acknowledge a stop.
    let isAttended: Bool
    /// Where that person's requests arrive.
    let desk = OperatorDesk()
    private let operatorServer: OperatorServer

    /// Episodes and ticks are recorded through lanes of their own: each has one producing thread.
    let episodeLane: RecorderLane
    let tickLane: RecorderLane

    /// Numbers that only grow in a session.
    var episodeNumber: UInt32 = 0
    var decisionNumber: UInt64 = 0
    var robotSeconds = 0.0
    /// Robot time of the online part alone, what `session.robot_minutes` limits.
    var trainingSeconds = 0.0

    private let began = ContinuousClock.now

    /// Makes the directory, opens the log and prepares the learner; nothing moves yet.
    init(request: SessionRequest, launch: Launch, project: Project) throws {
        self.launch = launch
        self.project = project
        // First of all: a mistyped path leaves no session directory behind.
        start = try request.weights.map { try CheckpointFile.read($0) }
        progress = ProgressReporter(quiet: request.quiet, json: request.json)
        interrupt = Interrupt()
        let url =
            request.directory.map { URL(fileURLWithPath: $0) }
            ?? SessionDirectory.next(
                named: launch.name, under: URL(fileURLWithPath: launch.session.directory))
        let directory = try SessionDirectory(creating: url)
        self.directory = directory
        isAttended = request.isAttended ?? (isatty(0) == 1 && !request.json)
        operatorServer = try OperatorServer(
            directory: directory, desk: desk, robot: launch.robot)
        let recorder = try Recorder(
            creating: directory.log.appendingPathComponent("session.mcap").path)
        self.recorder = recorder
        episodeLane = recorder.makeLane()
        tickLane = recorder.makeLane()
        let journal = try SessionJournal(
            metricsPath: directory.metrics.path, lane: recorder.makeLane(),
            clock: launch.schedule == .lockstep ? virtualClock : SystemClock())
        self.journal = journal
        let robot = launch.robot
        let actor = Actor(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm)
        let layout = actor.snapshotLayout.layout
        trainer = Trainer(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm, seed: launch.seed, workers: launch.session.workers,
            source: { recorder.takeDurableEpisode() },
            onPublish: { version, weights in
                WeightFile.write(weights, layout: layout, version: version, into: directory)
            },
            onUpdate: { journal.record($0) })
        acting = ActingPolicy(actor: actor, slot: trainer.slot, seed: launch.seed)
        report = SessionReport(
            task: launch.task.name, robot: robot.name, seed: launch.seed,
            schedule: launch.schedule.rawValue, preset: launch.algorithm.preset,
            version: Version.text)
        try SessionRecord(launch: launch).write(to: directory.session)
        if launch.schedule == .realtime { try recorder.start() }
    }

    /// Runs one stage and notes its wall time.
    func stage<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        defer {
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            report.stages.append(StageRecord(name: name, wallSeconds: seconds))
        }
        return try body()
    }

    /// Starts or finds the bridge, connects, hands out an episode runner, and parks afterwards.
    ///
    /// - Parameter variant: world of the embedded simulator; nil for the launch file's.
    func withRobot<Result>(
        variant: SimulationVariant? = nil, _ body: (EpisodeRunner) throws -> Result
    ) throws -> Result {
        try withConnectedRobot(variant: variant) { robot in
            try body(
                EpisodeRunner(
                    robot: robot, calibration: launch.calibration,
                    maximumSteps: launch.task.maxSteps(of: launch.robot), interrupt: interrupt,
                    decide: { [acting, launch] observation, driver, number in
                        if launch.session.swapAt == .step { acting.takeNewest() }
                        return acting.decide(observation, driver: driver, number: number)
                    }))
        }
    }

    /// Starts or finds the bridge, connects, hands out the robot, and parks it afterwards.
    ///
    /// - Parameters:
    ///   - variant: world of the embedded simulator; nil for the launch file's.
    ///   - watch: called with each tick on the thread that ticks, beside the log; must not block.
    func withConnectedRobot<Result>(
        variant: SimulationVariant? = nil, watch: (@Sendable (TickReport) -> Void)? = nil,
        _ body: (any Robot) throws -> Result
    ) throws -> Result {
        let bridge = try BridgeProcess(
            launch: launch, variant: variant,
            log: directory.log.appendingPathComponent(
                "bridge" + (variant.map { "-\($0.rawValue)" } ?? "") + ".txt"),
            project: project)
        defer { bridge.finish() }
        let robot = try makeRobot(endpoint: bridge.endpoint)
        let lane = tickLane
        robot.onTick = { report in
            _ = lane.record(.tick(TickRecord(report)), at: report.time)
            watch?(report)
        }
        defer {
            robot.close()
            account(for: robot.counters)
        }
        do {
            do throws(RobotError) { try robot.connect() } catch {
                guard case .stopped = error else { throw error }
                try standBy(error, robot)
            }
            let limits = CompiledLimits(launch.robot).hashText
            episodeLane.record(
                .event(
                    LogEvent(
                        level: .info, name: "limits",
                        message: "commands keep the limits with FNV-1a hash \(limits)")),
                at: robot.now)
            let result = try body(robot)
            // Parking is also what one Ctrl-C does: home through the guardian, then release.
            try robot.home()
            return result
        } catch {
            robot.stop(reason: "\(error)".prefixed(200))
            if let code = bridge.death {
                throw SessionError.bridgeProcess(
                    "it ended with code \(code) in the middle of the session; "
                        + "what it said is in \(directory.log.path)")
            }
            throw error
        }
    }

    private func makeRobot(endpoint: String) throws -> any Robot {
        let client = try BridgeClient(address: endpoint)
        let patience = BridgePatience(
            connect: .seconds(launch.bridge.connectSeconds),
            reset: .seconds(launch.bridge.resetSeconds),
            silence: .seconds(launch.bridge.silenceSeconds))
        // Any number but 0 that differs from session to session; not a secret, not used in learning.
        let number = UInt64.random(in: 1...UInt64.max)
        switch launch.schedule {
        case .lockstep:
            return LockstepRobot(
                description: launch.robot, client: client, session: number, patience: patience,
                interrupt: interrupt, desk: desk, clock: virtualClock)
        case .realtime:
            return try RealtimeRobot(
                description: launch.robot, client: client, session: number, patience: patience,
                interrupt: interrupt, desk: desk)
        }
    }

    private func account(for counters: RobotCounters) {
        report.ticks += Int(counters.ticks)
        report.ticksLate += Int(counters.lateTicks)
        report.holds += counters.holds
        report.stops += counters.stops
        if launch.schedule == .realtime {
            report.tickLateness = LatencySummary(counters.lateness)
        }
    }

    /// Completes and writes the report, closes the log.
    func finish() throws {
        let counters = trainer.counters
        report.robotMinutes = (trainingSeconds > 0 ? trainingSeconds : robotSeconds) / 60
        report.wallSeconds = (ContinuousClock.now - began) / .seconds(1)
        report.episodesTrained = counters.episodes
        report.transitions = counters.transitions
        report.criticUpdates = counters.criticUpdates
        report.policyUpdates = counters.policyUpdates
        report.swaps = acting.swaps
        report.samplesDropped = Int(tickLane.droppedTicks)
        report.policyLatency = LatencySummary(acting.latency)
        if counters.refused > 0 {
            journal.record(
                EventRecord(
                    kind: .refusal, robotSeconds: robotSeconds,
                    cause: "\(counters.refused) sets of weights did not pass the gate"))
        }
        operatorServer.finish()
        journal.fill(&report)
        // OpenBLAS unmaps buffers as the process ends: nobody may be computing then.
        trainer.learner.stop()
        try recorder.close()
        try report.write(into: directory.url.path)
    }
}

extension TickRecord {
    /// What a tick's report becomes in the log.
    init(_ report: TickReport) {
        self.init(
            command: report.command.sequence, sample: report.command.basedOnSample,
            episode: report.episode, verdict: UInt32(report.verdict.cause.rawValue),
            latenessNanoseconds: report.latenessNanoseconds, proposed: report.proposed,
            commanded: report.command.position, measured: report.measured, origin: report.origin,
            observationAgeNanoseconds: report.observationAgeNanoseconds,
            acknowledged: report.acknowledged, limitedAxes: report.verdict.limitedAxes)
    }
}

extension String {
    /// At most the first `count` characters.
    func prefixed(_ count: Int) -> String { String(prefix(count)) }
}
