import Bridge
import Configuration
import Control
import Driving
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Platform
import Recipe
import Report

/// One session: what is constant as long as its directory, and the few that do its work.
///
/// The wiring between launch file, robot, recorder, trainer and report; what it counts is its tally, what it does its
/// stages. Used from one thread, the one that runs episodes.
final class Session {
    let launch: Launch
    let project: Project
    let request: SessionRequest
    let directory: SessionDirectory
    let interrupt: Interrupt
    /// How it goes with time.
    let pace: any Pace
    /// For the connection to the bridge, where it is encrypted.
    let keys: AgentKeys?
    /// The part of the log that this process writes.
    let logPart: Int
    private let lock: SessionLock

    let progress: ProgressReporter
    let journal: SessionJournal
    let logbook: Logbook
    let narrator: Narrator
    let disk: DiskWatch
    let memory: MemoryWatch
    let wallClock: WallClockWatch
    let attendance: Attendance
    let resumption: Resumption
    let trainer: Trainer
    let acting: ActingWeights
    /// Decides for resume points alone: what it loads never acts.
    let prober: Actor
    /// What the trainer takes its episodes from; filled with those of earlier processes before it starts.
    let episodes: LoggedEpisodes
    /// The checkpoint that the request names.
    private let start: StartingWeights?
    /// Takes the directory back where the start fails.
    private let fresh: FreshDirectory?
    /// Where a person's requests arrive.
    let desk = OperatorDesk()
    let operatorServer: OperatorServer

    /// What the report has beside counts.
    var report: SessionReport
    /// Wall time.
    var stageClock = StageClock()
    /// When success was best, which is when the learner was kept.
    var successWatch = SuccessWatch()
    /// The robot that is connected now.
    var robot: (any Robot)?
    /// Whoever decides for the robot that is connected now.
    var policy: PolicyLoop?
    /// How long decisions took, for robots that have been released, as this process and those before it measured it.
    var decided = LatencyHistogram()
    /// The next robot is not started before a person says so.
    var startsHeld: Bool

    /// Makes the directory, or takes it over, opens the log and prepares the learner; nothing moves yet.
    init(
        request: SessionRequest, launch: Launch, project: Project,
        interrupt: Interrupt = Interrupt()
    ) throws {
        self.launch = launch
        self.project = project
        self.request = request
        self.interrupt = interrupt
        pace = launch.makePace()
        keys = try launch.bridge.curve.map { try AgentKeys($0, in: project) }
        progress = ProgressReporter(quiet: request.quiet, json: request.json)
        let opening = try SessionOpening(request, launch, project, progress)
        (directory, lock) = (opening.directory, opening.lock)
        (resumption, start, fresh) = (opening.resumption, opening.start, opening.fresh)
        logPart = (try SessionLog.parts(in: directory.log.path).last?.part ?? 0) + 1
        let recorder = try Recorder(session: directory.log.path, part: logPart)
        logbook = Logbook(recorder, for: launch, clock: pace.clock)
        let journal = try SessionJournal(
            metricsPath: directory.metrics.path, lane: recorder.makeLane(), clock: pace.clock)
        self.journal = journal
        narrator = Narrator(
            progress: progress, journal: journal, logbook: logbook, robot: launch.robot,
            clock: pace.clock)
        disk = DiskWatch(directory, recorder: recorder, narrator: narrator)
        memory = MemoryWatch(budget: launch.session.memoryMiB, narrator: narrator)
        wallClock = WallClockWatch(logbook, narrator)
        attendance = Attendance(
            isAttended: request.hasPerson, at: directory.url.path, pace: pace,
            interrupt: interrupt, narrator: narrator, disk: disk)
        // Where time stands still nobody could start it.
        startsHeld = request.isHeld && pace.canWait
        operatorServer = try OperatorServer(
            in: directory.url.path, desk: desk, robot: launch.robot)
        episodes = LoggedEpisodes(recorder)
        let actor = Actor(launch)
        prober = Actor(launch)
        var plan = TrainerPlan(
            observationCount: launch.robot.observation.count,
            actionCount: launch.robot.axes.count, settings: launch.algorithm, seed: launch.seed)
        plan.workers = launch.session.workers
        plan.helpers = pace.helpers
        plan.publishEvery = launch.session.swapEvery
        plan.labels = RecordedMeaning.labels(of: launch)
        plan.decisionLimit = pace.isOnTheClock ? 1 / launch.robot.policyRateHz : nil
        trainer = Trainer(
            plan, source: episodes,
            sink: VersionStore(
                VersionFolder(directory.weights.path), layout: actor.snapshotLayout.layout,
                retention: launch.session.retention, labels: plan.labels),
            onUpdate: { journal.record($0) })
        acting = ActingWeights(of: LocalActor(actor), slot: trainer.slot)
        report = SessionReport(of: launch)
        if !opening.warnings.isEmpty { report.caveats = opening.warnings }
        if let note = operatorServer.note { narrator.ask(note) }
        if let refused = launch.algorithm.policy.refusedHalf {
            narrator.say("policy.sampling_precision: half is not used: \(refused)")
        }
        if let refused = trainer.learner.refusedWorkers {
            narrator.say(
                "the learner computes with \(trainer.learner.workerCount) of "
                    + "\(launch.session.workers) threads (session.workers): \(refused)")
        }
    }

    /// Writes the log.
    var recorder: Recorder { logbook.recorder }
    /// What has been counted.
    var tally: SessionTally { logbook.tally }
    /// What the session took so far, in all of its processes.
    var times: StageClock.Reading {
        stageClock.reading(learnerSeconds: trainer.dueUpdatesSeconds)
    }
    /// How long decisions took so far; to be read while none is being made.
    ///
    /// By the wall clock the log has it. In lockstep, where no wall time is in the log, the process measures it; nothing
    /// lies between a resume point and the moment at which the session goes on there.
    var decisionLatency: LatencyHistogram {
        guard !pace.isOnTheClock else { return tally.decisions }
        var all = decided
        if let policy { all.merge(policy.latency) }
        return all
    }
    /// Takes weights back.
    var rollBack: RollBack {
        RollBack(
            acting: acting, policy: policy, trainer: trainer, directory: directory,
            narrator: narrator)
    }

    /// Starts the recorder's thread, where there is one: nothing has been recorded before.
    func open() throws { try pace.open(recorder) }

    /// Goes on where an earlier process was interrupted; before anything moves.
    func resume() throws { try resumption.resume(in: self) }

    /// Throws when a person has asked to end.
    func checkInterrupt() throws {
        if interrupt.isRequested { throw RobotError.interrupted }
    }

    /// Returns once everything recorded is on the disk: what has been reported is never lost.
    func makeDurable() throws {
        try attendance.outlastDisk(of: robot) { try recorder.flush() }
    }

    /// The guardian holds the robot: that is told, and weights that asked for what it holds act no longer.
    func answerHold(_ verdict: SafetyVerdict) {
        narrator.tellHold(verdict)
        guard tally.purpose == .training, [.clampShare, .chatter].contains(verdict.cause) else {
            return
        }
        rollBack.ofActing()
    }

    // MARK: Stages

    /// Runs one stage, unless an earlier process has finished it, and notes its wall time.
    func stage(_ name: String, _ body: () throws -> Void) throws {
        guard !isFinished(name) else { return }
        if tally.stage != name { try logbook.enter(.stage(name)) }
        stageClock.begin(name)
        func end() {
            report.stages.append(
                StageRecord(name: name, wallSeconds: times.stageSeconds))
        }
        do { try body() } catch {
            end()
            throw error
        }
        end()
        if !interrupt.isRequested { try resumption.savePoint(of: self) }
    }

    /// Whether a stage has come to its end.
    func isFinished(_ name: String) -> Bool { report.stages.contains { $0.name == name } }

    // MARK: Weights

    /// Takes the learner's state of another session as the start, the one that the request names.
    func loadWeights() throws {
        guard let start else { throw CheckpointError.none("") }
        try start.restore(trainer.learner)
        try publishFirst()
    }

    /// Publishes the weights that the robot is to begin with.
    ///
    /// - Throws: when the gate refuses them, or the disk does: there are none before them.
    func publishFirst() throws {
        trainer.publish()
        guard trainer.publishedVersion > 0 else {
            if trainer.counters.unwritten != nil {
                throw SessionDirectoryError.unwritable(
                    directory.weights.path, "the first weights could not be written")
            }
            throw StageError.nothingToActWith(
                directory.url.path, reason: trainer.counters.refusals?.last?.found ?? "")
        }
    }

    /// Writes the learner's whole state; not while its thread runs.
    func saveCheckpoint() throws {
        precondition(!trainer.isRunning, "a checkpoint is made between two updates")
        try resumption.supersede(self)
        try CheckpointFile.write(
            trainer.learner.checkpoint(), updates: trainer.counters.criticUpdates,
            into: directory)
    }

    /// Where `hone pretrain` is stopped half-way, which is not resumed: keeps what was learned so far, and says so.
    ///
    /// - Parameter state: what whoever uses it should know.
    func keepUnfinished(_ stage: String, done: Int, of total: Int, _ state: String) throws {
        guard interrupt.isRequested, request.command == .pretrain else { return }
        try saveCheckpoint()
        narrator.tell(
            "\(stage) was stopped after \(done) of \(total) updates and is not resumed. What was learned until "
                + "then is kept, for --weights \(directory.url.path); \(state)")
    }

    // MARK: Report

    /// The report as it would be if the session ended here, but for what `finish` adds.
    var reportSoFar: SessionReport {
        var report = report
        logbook.readTicks()
        report.realtime = pace.realtime
        tally.fill(&report)
        report.samplesDropped += logbook.droppedTicks
        return report
    }

    /// By the wall clock: what the tick thread has counted so far, into `metrics.jsonl`.
    func journalTicks() {
        guard pace.isOnTheClock, let robot else { return }
        logbook.enterPageFaults(of: robot.counters)
        let report = reportSoFar
        journal.record(
            TickTally(
                robotSeconds: tally.robotSeconds, ticks: report.ticks, ticksLate: report.ticksLate,
                minorFaults: report.realtime?.minorFaults ?? 0,
                majorFaults: report.realtime?.majorFaults ?? 0))
    }

    /// Completes and writes the report, closes the log.
    func finish() throws {
        let counters = trainer.counters
        report = reportSoFar
        report.wallSeconds = times.wallSeconds
        if tally.training.beganAt != nil { report.learnerSeconds = times.learnerSeconds }
        report.episodesTrained = counters.episodes
        report.transitions = counters.transitions
        report.criticUpdates = counters.criticUpdates
        report.policyUpdates = counters.policyUpdates
        report.refusals = counters.refusals.map { refusals in
            Dictionary(uniqueKeysWithValues: refusals.map { ($0.cause.rawValue, $0.count) })
        }
        report.policyLatency = LatencySummary(decisionLatency)
        fillDeeds()
        if pace.isOnTheClock { report.tickLateness = LatencySummary(tally.lateness) }
        narrator.tell(of: counters, weights: directory.weights.path)
        narrator.tellNotices()
        narrator.tellLostLines(of: directory.metrics.path)
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

    /// Whether what ended the session is that it could not begin: nothing was lived and nothing learned.
    func hasFailedToStart(because failure: any Error) -> Bool {
        guard fresh != nil, !interrupt.isRequested, !trainer.isAbandoned else { return false }
        logbook.readTicks()
        let counters = trainer.counters
        return tally.episodeNumber == 0 && counters.criticUpdates == 0
            && counters.policyUpdates == 0 && (tally.ticks.ticks == 0 || failure is StageError)
    }

    /// Takes the directory of a session back that could not begin.
    ///
    /// - Returns: why it could not.
    func withdraw(after failure: any Error) -> any Error {
        abandon()
        return fresh?.withdraw(after: failure) ?? failure
    }

    /// Lets go of everything without a trace: the session could not be taken over.
    func abandon() {
        operatorServer.finish()
        trainer.learner.stop()
        try? recorder.close()
        try? Files.remove(SessionLog.path(in: directory.log.path, part: logPart))
    }
}

extension Actor {
    /// An actor for a launch's robot with a launch's settings.
    fileprivate convenience init(_ launch: Launch) {
        self.init(
            observationCount: launch.robot.observation.count,
            actionCount: launch.robot.axes.count, settings: launch.algorithm)
    }
}

extension SessionReport {
    /// A report of a session with this launch in which nothing has happened.
    fileprivate init(of launch: Launch) {
        self.init(
            task: launch.task.name, robot: launch.robot.name, seed: launch.seed,
            schedule: launch.schedule.rawValue, preset: launch.algorithm.preset,
            version: Version.text)
    }
}
