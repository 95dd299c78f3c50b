import Embodiment
import Experience
import Platform
import Recipe
import Synchronization

/// The learner at work: owes updates for every step of experience and pays them off.
///
/// In lockstep the session calls it between episodes; in real time it runs on a thread of its own,
/// and the session only posts episodes and reads counters and weights.
public final class Trainer: @unchecked Sendable {
    /// The weights that act next; written by the trainer, read by the acting thread.
    public let slot: WeightBuffer
    /// The learner itself; not to be touched while the thread runs.
    public let learner: Learner
    /// Demonstrations and other offline data.
    public let offline: ReplayStore
    /// What the robot lived in this session.
    public let online: ReplayStore

    private let schedule: ScheduleSettings
    private let plan: TrainerPlan
    var gate: WeightGate
    /// What the gate has new weights decide; nil until there is an observation.
    private var probe: WeightProbe?
    /// Version of the weights that were published last; 0 for none.
    public internal(set) var publishedVersion: UInt32 = 0
    /// The file of those weights, where another process wrote it and this one has yet to write it again.
    var inherited: [UInt8]?
    private let source: any EpisodeSource
    let sink: any VersionSink
    private let onUpdate: (UpdateFigures) -> Void
    var local = TrainerCounters()
    var criticDebt = 0.0
    var policyDebt = 0.0
    /// Updates since weights went to the gate last.
    private var unpublished = 0
    /// Episodes that its source gave, of every kind.
    public internal(set) var taken = 0
    private let shared = Guarded(TrainerCounters())
    private let spent = Guarded(0.0)

    private let isFinished = Atomic<Bool>(false)
    /// The episode thread asks the learner's own thread for a copy of its state.
    private let wantsKeep = Atomic<Bool>(false)
    var kept: [UInt8]?
    private let wantsState = Atomic<Bool>(false)
    /// The learner as of the last resume point, and whether it was online: what it goes back to when its
    /// weights are refused.
    var sound: (learner: [UInt8], isOnline: Bool)?
    private let state = Guarded<TrainerState?>(nil)
    /// Touched by the thread that starts and finishes it only.
    private var thread: HoneThread?
    /// Set before that thread begins and cleared once it has been joined: it reads this itself.
    private let isThreaded = Atomic<Bool>(false)
    /// Whether it learns on a thread of its own now.
    public var isRunning: Bool { isThreaded.load(ordering: .relaxed) }

    /// Of the learner's own thread, and of its helpers by the wall clock: the lowest that the machine knows.
    public static let scheduling = Scheduling.batch(nice: 15)

    /// `source`, `sink` and `onUpdate` are used on the thread that trains.
    ///
    /// - Parameters:
    ///   - plan: sizes, algorithm and machine.
    ///   - source: of what it trains on.
    ///   - sink: for the weights that it publishes.
    ///   - onUpdate: figures of every update.
    public init(
        _ plan: TrainerPlan, source: any EpisodeSource, sink: any VersionSink,
        onUpdate: @escaping (UpdateFigures) -> Void
    ) {
        self.plan = plan
        let settings = plan.settings
        learner = Learner(
            observationCount: plan.observationCount, actionCount: plan.actionCount,
            settings: settings, seed: plan.seed, workers: plan.workers, scheduling: plan.helpers)
        learner.labels = plan.labels
        func store() -> ReplayStore {
            ReplayStore(
                observationCount: plan.observationCount, actionCount: plan.actionCount,
                capacity: settings.schedule.storeRows, discount: Float(settings.critic.discount),
                failedToFloor: settings.schedule.failedToFloor,
                absorbsFailures: settings.schedule.absorbsFailures)
        }
        offline = store()
        online = store()
        slot = WeightBuffer(count: learner.snapshotCount)
        schedule = settings.schedule
        gate = WeightGate(layout: learner.snapshotLayout)
        self.onUpdate = onUpdate
        self.source = source
        self.sink = sink
    }

    /// Counters as of the last finished update.
    public var counters: TrainerCounters { shared.withLock { $0 } }

    /// Processor time of this process while it made updates that were due, s: in real time with what its other threads
    /// took meanwhile.
    public var dueUpdatesSeconds: Double { spent.withLock { $0 } }

    // MARK: Before the robot moves

    /// Imitation of the offline data.
    ///
    /// - Parameters:
    ///   - updates: 0 for none.
    ///   - progress: called after each update with its number, from 1; returns false to end early.
    public func imitate(updates: Int, progress: (Int, Float) -> Bool) {
        for update in stride(from: 1, through: updates, by: 1) {
            let loss = learner.imitationUpdate(offline: offline)
            local.policyUpdates += 1
            var record = UpdateFigures(update: update, stage: "imitation")
            record.policyLoss = Double(loss)
            onUpdate(record)
            guard progress(update, loss) else { break }
        }
        share()
    }

    /// Offline critic updates; parameters as of `imitate`.
    public func pretrainCritic(updates: Int, progress: (Int, CriticMetrics) -> Bool) {
        learner.beginOffline()
        for update in stride(from: 1, through: updates, by: 1) {
            let metrics = learner.criticUpdate(offline: offline, online: nil)
            local.criticUpdates += 1
            record(metrics, stage: "offline critic")
            guard progress(update, metrics) else { break }
        }
        share()
    }

    // MARK: While the robot lives

    /// Admits every episode that has become durable, and owes updates for what the robot lived.
    public func absorb() {
        while let episode = source.nextEpisode() { take(episode) }
        share()
    }

    /// Takes the next episode that is on the disk; not while the thread runs.
    public func take(_ episode: Episode) {
        taken += 1
        if admit(episode) { owe(for: episode) }
    }

    /// Puts an episode where it belongs; true when updates are owed for it.
    func admit(_ episode: Episode) -> Bool {
        guard episode.outcome != .aborted else { return false }
        switch episode.purpose {
        case .demonstration: offline.admit(episode)
        case .evaluation: break
        case .training:
            if case .admitted = online.admit(episode) { return true }
            local.leftOut = (local.leftOut ?? 0) + 1
        }
        return false
    }

    /// Owes the updates of one training episode.
    func owe(for episode: Episode) {
        local.episodes += 1
        local.transitions += episode.transitions.count
        criticDebt += Double(episode.transitions.count) * schedule.criticUTD
        policyDebt += Double(episode.transitions.count) * schedule.basePolicyUTD
        if local.episodes == max(1, schedule.warmupEpisodes) { learner.beginOnline() }
    }

    /// Makes the updates that are due, the policy's first as published, and publishes the result.
    ///
    /// - Parameter isCancelled: asked between updates.
    public func makeDueUpdates(isCancelled: () -> Bool) {
        guard local.episodes >= schedule.warmupEpisodes, criticDebt >= 1 || policyDebt >= 1 else {
            if unpublished > 0 { publish() }
            return
        }
        let began = ProcessorTime.ofProcess
        defer {
            let seconds = ProcessorTime.ofProcess - began
            spent.withLock { $0 += seconds }
        }
        while !isCancelled() {
            if policyDebt >= 1 {
                policyDebt -= 1
                local.policyUpdates += 1
                let metrics = learner.policyUpdate(offline: offline, online: online)
                var record = UpdateFigures(update: local.policyUpdates, stage: "online policy")
                record.policyLoss = Double(metrics.loss)
                record.optimisation = metrics.optimisation
                report(age: metrics.staleness, redrawn: metrics.refreshed, in: &record)
                onUpdate(record)
            } else if criticDebt >= 1 {
                criticDebt -= 1
                local.criticUpdates += 1
                record(
                    learner.criticUpdate(offline: offline, online: online), stage: "online critic")
            } else {
                break
            }
            unpublished += 1
            if unpublished >= plan.publishEvery, isRunning { publish() }
            if isRunning {
                answerRequests()
                absorb()
            } else {
                share()
            }
        }
        if unpublished > 0 { publish() }
    }

    private func record(_ metrics: CriticMetrics, stage: String) {
        var record = UpdateFigures(update: local.criticUpdates, stage: stage)
        record.tdLoss = Double(metrics.tdLoss)
        record.conservativeLoss = Double(metrics.cqlLoss)
        record.qMean = Double(metrics.qData)
        record.optimisation = metrics.optimisation
        record.edit = metrics.edit
        report(age: metrics.staleness, redrawn: metrics.refreshed, in: &record)
        onUpdate(record)
    }

    private func report(age: Float, redrawn: Float, in record: inout UpdateFigures) {
        guard schedule.candidateCacheAge > 0 else { return }
        record.candidateAge = Double(age)
        record.candidatesRedrawn = Double(redrawn)
    }

    /// Hands the present weights to the acting thread, if they pass the gate and are on the disk.
    ///
    /// Weights that the gate refuses would not get better by themselves: the learner goes on from the last
    /// resume point, with all that was lived since. What the disk does not take is tried again with the next.
    public func publish() {
        unpublished = 0
        // The gate sees the slot's own draft, before the acting thread can.
        learner.writeSnapshot(into: slot.draft)
        probe = probe ?? WeightProbe(plan, seen: offline.count > 0 ? offline : online)
        if let refusal = gate.admit(slot.draft, probe: probe) {
            local.count(refusal)
            goBack()
        } else {
            do throws(PlatformError) { try publishDraft() } catch {
                local.unwritten = (local.unwritten ?? 0) + 1
            }
        }
        share()
    }

    private func publishDraft() throws(PlatformError) {
        let version = local.version + 1
        try sink.keep(UnsafeBufferPointer(slot.draft), version: version, isDurable: !isRunning)
        let before = publishedVersion
        (local.version, publishedVersion) = (version, version)
        inherited = nil
        let overtaken = slot.offer(version: version)
        if isRunning, before > 0 { sink.retire(version: before, hasActed: overtaken != before) }
    }

    private func goBack() {
        guard let sound, (try? learner.restore(sound.learner)) != nil else { return }
        if isOnline, !sound.isOnline { learner.beginOnline() }
    }

    /// Whether the robot has lived enough for the learner's online phase.
    var isOnline: Bool { local.episodes >= max(1, schedule.warmupEpisodes) }

    /// Keeps the learner's present state, to come back to; in real time at the next update.
    public func keep() {
        if isRunning {
            wantsKeep.store(true, ordering: .relaxed)
        } else {
            kept = learner.checkpoint()
        }
    }

    /// Everything the trainer is, to go on from; in real time as of the last time it was asked for.
    ///
    /// - Returns: nil in real time when the learner's thread has yet to answer: it is asked, and the
    ///   next call finds the answer.
    public func takeState() -> TrainerState? {
        if !isRunning { return makeSoundState() }
        if let made = state.withLock({ $0.take() }) { return made }
        wantsState.store(true, ordering: .relaxed)
        return nil
    }

    private func answerRequests() {
        let (keeps, wantsState) = (
            wantsKeep.exchange(false, ordering: .relaxed),
            wantsState.exchange(false, ordering: .relaxed)
        )
        // What is kept has passed the gate.
        if keeps || wantsState, unpublished > 0 { publish() }
        if keeps { kept = learner.checkpoint() }
        if wantsState {
            if let made = makeSoundState() { state.withLock { $0 = made } }
        }
    }

    /// Nil where the disk does not give back the weights that act next: there is nothing to go on from then.
    private func makeSoundState() -> TrainerState? {
        let made = makeState()
        guard made.published != nil || publishedVersion == 0 else {
            local.unwritten = (local.unwritten ?? 0) + 1
            share()
            return nil
        }
        sound = (made.learner, isOnline)
        return made
    }

    /// Puts the learner back to the state that was kept and publishes it; not while its thread runs.
    ///
    /// - Returns: whether there was one.
    public func restoreKept() throws -> Bool {
        guard let kept else { return false }
        try learner.restore(kept)
        publish()
        return true
    }

    func share() {
        // Only whole updates can be paid; two halves are not one.
        local.debt = Int(criticDebt) + Int(policyDebt)
        let copy = local
        shared.withLock { $0 = copy }
    }

    // MARK: Real time

    /// Starts the learner's own thread, at the lowest priority the machine knows.
    public func start() throws(PlatformError) {
        // Before it begins: it may make its first update before this function is done.
        isThreaded.store(true, ordering: .sequentiallyConsistent)
        do throws(PlatformError) {
            thread = try HoneThread.start(name: "learner", scheduling: Self.scheduling) {
                self.run()
            }
        } catch {
            isThreaded.store(false, ordering: .sequentiallyConsistent)
            throw error
        }
    }

    /// The learner's own thread is behind every other and off the tick's core; also where it has none.
    public var isOutOfTheWay: Bool { thread?.isGranted ?? true }

    /// How long a session's end waits for the update in hand, s: far more than any takes.
    public static let patienceSeconds = 30.0
    /// The thread did not end and was given up: nothing but the counters may be touched any more, and the
    /// process must end by `LearnerHangs`.
    public private(set) var isAbandoned = false

    /// Ends and joins the thread; what is still owed stays owed.
    ///
    /// - Returns: whether it has ended within so many seconds; it may be called again.
    public func finish(within seconds: Double = Trainer.patienceSeconds) -> Bool {
        guard let thread else { return !isAbandoned }
        isFinished.store(true, ordering: .sequentiallyConsistent)
        guard thread.join(within: .seconds(seconds)) else { return false }
        self.thread = nil
        isThreaded.store(false, ordering: .sequentiallyConsistent)
        if publishedVersion > 0 { sink.retire(version: publishedVersion, hasActed: true) }
        return true
    }

    /// Gives up a thread that does not end: it hangs, for good or for all that one can tell.
    public func abandon() {
        guard let thread else { return }
        thread.abandon()
        self.thread = nil
        isAbandoned = true
    }

    private func run() {
        let clock = SystemClock()
        while !isFinished.load(ordering: .relaxed) {
            answerRequests()
            absorb()
            makeDueUpdates(isCancelled: { self.isFinished.load(ordering: .relaxed) })
            clock.sleep(for: .milliseconds(20))
        }
    }
}
