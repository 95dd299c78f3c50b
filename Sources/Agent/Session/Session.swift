import Bridge
import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Platform
import Recipe

/// One session: everything that lives as long as its directory.
///
/// The wiring between launch file, robot, recorder, trainer and report; the stages are in
/// `Session+…`. Used from one thread, the one that runs episodes.
final class Session {
    let launch: Launch
    let project: Project
    let request: SessionRequest
    let directory: SessionDirectory
    let progress: ProgressReporter
    let interrupt: Interrupt
    /// The robot's time in lockstep, from robot to robot of the session.
    let virtualClock = VirtualClock()
    /// The robot's time: that one, or the machine's.
    let clock: any Platform.Clock
    let journal: SessionJournal
    let recorder: Recorder
    let trainer: Trainer
    let acting: ActingPolicy
    /// The checkpoint that the request names.
    let start: (file: String, bytes: [UInt8])?
    /// Where it is resumed from; nil for a new session, and for one that had not come to a first point.
    let resumePoint: ResumePoint?
    /// The part of the log that this process writes.
    let logPart: Int
    var report: SessionReport
    /// A person is there to acknowledge a stop.
    let isAttended: Bool
    /// The next robot is not started before a person says so.
    var startsHeld: Bool
    /// Where that person's requests arrive.
    let desk = OperatorDesk()
    let operatorServer: OperatorServer

    /// Episodes and ticks are recorded through lanes of their own: each has one producing thread.
    let episodeLane: RecorderLane
    let tickLane: RecorderLane
    /// What the trainer takes its episodes from; filled with those of earlier processes before it starts.
    let episodes: LoggedEpisodes

    /// What the stages count.
    var position = SessionPosition()
    /// Episodes since the last resume point.
    var episodesSincePoint = 0
    /// By the wall clock: whether the learner still learns.
    var learnerWatch = LearnerWatch()
    /// Training episodes that were stopped one after the other.
    var cutShort = CutShortWatch()
    /// Weights refused at the gate of which a person has been told.
    var refusalsTold = 0
    /// Weights that the disk did not take of which a person has been told.
    var unwrittenTold = 0
    /// Lines that the metrics' file did not take of which a person has been told.
    var linesTold = 0
    /// The purpose of the episode in progress, or of the last one.
    var purpose: EpisodePurpose?
    /// What the robot showed last: the observation of the next resume point's probe.
    var lastObservation: Observation?
    /// How late ticks began, of robots that were released.
    var lateness = LatencyHistogram()
    /// Whoever decides for the robot that is connected now.
    var policy: PolicyLoop?
    /// The robot that is connected now.
    var robot: (any Robot)?
    /// What the machine gives real time; nil until that matters.
    var realtime: RealtimeMachine?
    /// Training episodes that were not learned from of which a person has been told.
    var leftOutTold = 0

    /// How long the log's disk may stand still before ticks are dropped from the log, at least, s.
    private static let ringSeconds = 10.0

    private let lock: SessionLock
    /// For the connection to the bridge, where it is encrypted.
    private let keys: AgentKeys?
    private let began = ContinuousClock.now
    private var stageBegan = ContinuousClock.now

    /// Makes the directory, or takes it over, opens the log and prepares the learner; nothing moves yet.
    init(
        request: SessionRequest, launch: Launch, project: Project,
        interrupt: Interrupt = Interrupt()
    ) throws {
        self.launch = launch
        self.project = project
        self.request = request
        progress = ProgressReporter(quiet: request.quiet, json: request.json)
        self.interrupt = interrupt
        clock = launch.schedule == .lockstep ? virtualClock : SystemClock()
        keys = try launch.bridge.curve.map { try AgentKeys($0, in: project) }
        func read() throws -> (file: String, bytes: [UInt8])? {
            try request.weights.map { try CheckpointFile.read($0) }
        }
        let url =
            request.directory.map { URL(fileURLWithPath: $0) }
            ?? SessionDirectory.next(
                named: launch.name, under: URL(fileURLWithPath: launch.session.directory))
        try SessionDirectory.checkRoom(at: url.path)
        let directory: SessionDirectory
        if request.isResume {
            directory = try SessionDirectory(resuming: url)
            lock = try SessionLock(url.path)
            for finding in try LogRings.recover(in: directory.log.path) {
                progress.note("\(finding)")
            }
            resumePoint = try Session.pointToResume(in: directory)
            start = resumePoint == nil ? try read() : nil
        } else {
            // First of all: a mistyped path leaves no session directory behind.
            start = try read()
            directory = try SessionDirectory(creating: url)
            lock = try SessionLock(url.path)
            resumePoint = nil
            try SessionRecord(request: request, launch: launch, project: project)
                .write(to: directory.session)
        }
        self.directory = directory
        logPart = (try SessionLog.parts(in: directory.log.path).last?.part ?? 0) + 1
        let recorder = try Recorder(session: directory.log.path, part: logPart)
        self.recorder = recorder
        episodeLane = recorder.makeLane()
        tickLane = recorder.makeLane(
            capacity: max(4096, Int(Self.ringSeconds * launch.robot.commandRateHz)))
        let journal = try SessionJournal(
            metricsPath: directory.metrics.path, lane: recorder.makeLane(), clock: clock)
        self.journal = journal
        startsHeld = request.isHeld
        isAttended = request.hasPerson
        operatorServer = try OperatorServer(
            directory: directory, desk: desk, robot: launch.robot)
        episodes = LoggedEpisodes(recorder)
        let robot = launch.robot
        func makeActor() -> Actor {
            Actor(
                observationCount: robot.observation.count, actionCount: robot.axes.count,
                settings: launch.algorithm)
        }
        let actor = makeActor()
        let layout = actor.snapshotLayout.layout
        trainer = Trainer(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm, seed: launch.seed, workers: launch.session.workers,
            helpers: launch.schedule == .realtime ? Trainer.scheduling : .normal,
            publishEvery: launch.session.swapEvery,
            source: episodes, sink: WeightFolder(of: directory, layout: layout),
            onUpdate: { journal.record($0) })
        acting = ActingPolicy(
            actor: actor, prober: makeActor(), slot: trainer.slot, seed: launch.seed)
        report = SessionReport(
            task: launch.task.name, robot: robot.name, seed: launch.seed,
            schedule: launch.schedule.rawValue, preset: launch.algorithm.preset,
            version: Version.text)
    }

    /// Starts the recorder's thread, where there is one: nothing has been recorded before.
    func open() throws {
        let (workers, asked) = (trainer.learner.workerCount, launch.session.workers)
        if workers < asked {
            progress.note(
                "the learner computes with \(workers) of \(asked) threads (session.workers): the system "
                    + "refused it the others")
        }
        if launch.schedule == .realtime { try recorder.start() }
    }

    /// Runs one stage, unless an earlier process has finished it, and notes its wall time.
    func stage(_ name: String, _ body: () throws -> Void) throws {
        guard !isFinished(name) else { return }
        if position.stage != name { position.begin(name) }
        stageBegan = .now
        func end() {
            report.stages.append(StageRecord(name: name, wallSeconds: stageSeconds))
        }
        do { try body() } catch {
            end()
            throw error
        }
        end()
        if !interrupt.isRequested { try savePoint() }
    }

    /// Whether a stage has come to its end.
    func isFinished(_ name: String) -> Bool { report.stages.contains { $0.name == name } }

    /// Wall time of the stage in progress, in all processes, s.
    var stageSeconds: Double {
        position.stageSeconds + (ContinuousClock.now - stageBegan) / .seconds(1)
    }

    /// Wall time of the session, in all processes, s.
    var wallSeconds: Double {
        position.wallSeconds + (ContinuousClock.now - began) / .seconds(1)
    }

    /// Starts or finds the bridge, connects, hands out an episode runner, and parks afterwards.
    ///
    /// - Parameter variant: world of the embedded simulator; nil for the launch file's.
    func withRobot<Result>(
        variant: SimulationVariant? = nil, _ body: (EpisodeRunner) throws -> Result
    ) throws -> Result {
        try withConnectedRobot(variant: variant) { robot in
            let swapsAtSteps = launch.session.swapAt == .step
            // Safe: the policy loop decides on one thread at a time, and rests while anybody else uses it.
            nonisolated(unsafe) let acting = acting
            let runner = EpisodeRunner(
                robot: robot, calibration: launch.calibration,
                maximumSteps: launch.task.maxSteps(of: launch.robot), interrupt: interrupt,
                decide: { observation, driver, number in
                    if swapsAtSteps { acting.takeNewest() }
                    return acting.decide(observation, driver: driver, number: number)
                })
            policy = runner.policy
            defer { policy = nil }
            runner.onOperatorSilence = { [unowned self] in tellOperatorSilence() }
            runner.onClamping = { [unowned self] share in tellClamping(share) }
            runner.onTrackingLag = { [unowned self] lag in tellLag(lag) }
            runner.onLateDecision = { [unowned self] seconds in tellLateDecision(seconds) }
            runner.onRecord = { [unowned self] record, time throws(RobotError) in
                do { try offer(record, at: time) } catch { throw .recording("\(error)") }
            }
            return try body(runner)
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
        let speedShare = try prepareRealtime()
        var name = "bridge" + (variant.map { "-\($0.rawValue)" } ?? "")
        // What the bridge of an earlier process said is kept.
        if logPart > 1 { name += "-\(logPart)" }
        let bridge = try BridgeProcess(
            command: launch.bridgeCommand(variant: variant, project: project),
            endpoint: launch.bridge.endpoint,
            log: directory.log.appendingPathComponent(name + ".txt"))
        defer { bridge.finish() }
        settleMemory()
        let isHeld = startsHeld && launch.schedule == .realtime
        let robot = try makeRobot(
            endpoint: bridge.endpoint, speedShare: speedShare, isHeld: isHeld)
        let lane = tickLane
        robot.onTick = { report in
            _ = lane.record(.tick(TickRecord(report)), at: report.time)
            watch?(report)
        }
        robot.isLogBlocked = { lane.isNearlyFull }
        robot.onHold = { [unowned self] verdict in tellHold(verdict) }
        self.robot = robot
        defer {
            robot.close()
            self.robot = nil
            Session.add(robot.counters, to: &report)
            lateness.merge(robot.counters.lateness)
        }
        do {
            do throws(RobotError) { try robot.connect() } catch {
                switch error {
                case .stopped, .held: try standBy(error, robot)
                default: throw error
                }
            }
            if isHeld { try awaitStart(of: robot) }
            startsHeld = false
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
            tellComplaint(of: robot)
            robot.stop(reason: "\(error)".prefixed(200))
            if let code = bridge.death {
                throw BridgeProcessError.ended(code: code, log: directory.log.path)
            }
            throw error
        }
    }

    private func makeRobot(
        endpoint: String, speedShare: Double, isHeld: Bool
    ) throws -> any Robot {
        let client = try BridgeClient(address: endpoint, keys: keys)
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
                interrupt: interrupt, desk: desk, speedShare: speedShare, isHeld: isHeld)
        }
    }

    /// Completes and writes the report, closes the log.
    func finish() throws {
        let counters = trainer.counters
        report.robotMinutes =
            (position.trainingSeconds > 0 ? position.trainingSeconds : position.robotSeconds) / 60
        report.wallSeconds = wallSeconds
        report.episodesTrained = counters.episodes
        report.transitions = counters.transitions
        report.criticUpdates = counters.criticUpdates
        report.policyUpdates = counters.policyUpdates
        report.swaps = acting.swaps
        report.samplesDropped += Int(tickLane.droppedTicks)
        report.policyLatency = LatencySummary(acting.latency)
        if launch.schedule == .realtime { report.tickLateness = LatencySummary(lateness) }
        tellRefusals()
        tellNotices()
        operatorServer.finish()
        journal.fill(&report)
        // OpenBLAS unmaps buffers as the process ends: nobody may be computing then.
        // Helpers of one that hangs may wait for it for good: the process leaves without its exit handlers.
        if !trainer.isAbandoned { trainer.learner.stop() }
        // A log that failed is no reason for a session without a report.
        var failure: (any Error)?
        do { try recorder.close() } catch { failure = error }
        try report.write(into: directory.url.path)
        if let failure { throw failure }
        // Only now: until the report is there, the session can be resumed.
        if report.ended == "completed" { ResumePoint.removeAll(in: directory.checkpoints.path) }
    }
}

extension TickRecord {
    /// What a tick's report becomes in the log.
    public init(_ report: TickReport) {
        self.init(
            command: report.command.sequence, sample: report.command.basedOnSample,
            episode: report.episode, verdict: UInt32(report.verdict.cause.rawValue),
            latenessNanoseconds: report.latenessNanoseconds, proposed: report.proposed,
            commanded: report.command.position, measured: report.measured, origin: report.origin,
            observationAgeNanoseconds: report.observationAgeNanoseconds,
            acknowledged: report.acknowledged, limitedAxes: report.verdict.limitedAxes,
            acting: report.acting)
    }
}

extension String {
    /// At most the first `count` characters.
    func prefixed(_ count: Int) -> String { String(prefix(count)) }
}
