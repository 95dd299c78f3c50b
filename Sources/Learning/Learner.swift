import Experience
import Models
import Neural
import Platform
import Recipe

/// Turns stored experience into better weights: imitation, Cal-QL (or IQL) and PA-RL distillation.
///
/// One thread calls; the learner brings its own workers for the shards of a batch. Results depend on
/// settings, seed, stored rows and the sequence of calls only, not on the number of workers. After
/// the first update of each kind all memory is there; what remains is one closure context for each
/// handing of shards to more than one worker, and what OpenBLAS allocates where it makes the products.
public final class Learner {
    /// The algorithm.
    public let settings: AlgorithmSettings
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Scalars of one action, A.
    public let actionCount: Int
    /// Imitation updates so far.
    public internal(set) var imitationUpdates = 0
    /// Critic updates so far.
    public internal(set) var criticUpdates = 0
    /// Policy updates after imitation so far.
    public internal(set) var policyUpdates = 0
    /// Where things are in a published snapshot.
    public let snapshotLayout: SnapshotLayout

    /// What its checkpoints say in their metadata beside counts.
    public var labels: [(key: String, value: String)] = []

    let normaliser: Normaliser
    let policy: any TrainablePolicy
    let critic: CriticEnsemble
    let criticWeights: TrainableParameters
    let valueWeights: TrainableParameters?
    let optimiser: ActionOptimiser
    /// The edit policy's weights, and what its updates keep; nil where the optimiser does not edit.
    let editor: Editor?
    let calQL: CalQL
    let implicitQ: ImplicitQ?
    private(set) var workspace: ShardedWorkspace
    let candidates: CandidateSource
    let batch: Batch
    let windows: WindowRows
    let seed: UInt64
    /// Distillation's improved windows, [B, k·A], and room for [B] behind them.
    let targets: Arena
    /// Rows of the stores that a batch is drawn of, [B].
    let rowIDs: UnsafeMutablePointer<Int32>
    let samplers = [RowSampler(), RowSampler()]
    /// Policy updates climb the critic instead of distilling.
    let climbs: Bool
    /// What the critic says of a policy's own chunks; made once, so that updates allocate nothing.
    private(set) lazy var opinion = makeOpinion()
    /// Why it computes on the calling thread alone, where more workers were asked for; nil where they are there.
    public let refusedWorkers: PlatformError?
    private let threads: ThreadedRunner?

    /// A learner with fresh weights.
    ///
    /// - Parameters:
    ///   - observationCount: O.
    ///   - actionCount: A.
    ///   - settings: the algorithm.
    ///   - seed: of every random number.
    ///   - workers: threads that compute, the caller included; where one cannot be started, the
    ///     caller computes alone, with the same results, and `refusedWorkers` says why.
    ///   - scheduling: of the helpers.
    public init(
        observationCount: Int, actionCount: Int, settings: AlgorithmSettings, seed: UInt64,
        workers: Int, scheduling: Scheduling = .normal
    ) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.settings = settings
        self.seed = seed
        snapshotLayout = SnapshotLayout(
            observationCount: observationCount, actionCount: actionCount, settings: settings)
        normaliser = Normaliser(
            observationCount: observationCount, actionCount: actionCount)
        policy = PolicyFactory.policy(
            observationCount: observationCount, actionCount: actionCount,
            horizon: settings.chunk.horizon, settings: settings.policy,
            training: settings.policyTraining,
            key: Stream.policyWeights.key(seed, 0))
        let ensemble = CriticEnsemble(
            observationCount: observationCount, actionCount: actionCount, chunk: settings.chunk,
            settings: settings.critic)
        critic = ensemble
        criticWeights = TrainableParameters(layout: ensemble.layout)
        ensemble.initialise(
            criticWeights.parameters.base, key: Stream.criticWeights.key(seed, 0))
        criticWeights.startAverages()
        let isImplicit = settings.critic.loss == .iql
        let value =
            isImplicit
            ? CriticEnsemble(
                observationCount: ensemble.observationCount, actionCount: 0,
                settings: settings.critic, memberCount: 1) : nil
        implicitQ = value.map {
            ImplicitQ(critic: ensemble, value: $0, settings: settings.critic)
        }
        valueWeights = value.map { TrainableParameters(layout: $0.layout) }
        if let value, let valueWeights {
            value.initialise(valueWeights.parameters.base, key: Stream.valueWeights.key(seed, 0))
        }
        let optimiser = ActionOptimiser(critic: ensemble, settings: settings.optimisation)
        self.optimiser = optimiser
        editor = optimiser.edit.map {
            Editor(
                $0, settings: settings.optimisation.edit, batchSize: settings.critic.batchSize,
                key: Stream.editWeights.key(seed, 0))
        }
        climbs = settings.policyTraining.climbs
        Self.demand(settings, of: policy)
        calQL = CalQL(
            critic: ensemble, settings: settings.critic,
            policyCount: climbs ? settings.critic.cqlActions : 1)
        let rows = max(settings.critic.batchSize, settings.policyTraining.batchSize)
        batch = Batch(
            capacity: rows, observationCount: observationCount, actionCount: actionCount,
            horizon: settings.chunk.horizon, executedSteps: settings.chunk.executedSteps)
        windows = WindowRows(
            batch.view, chunk: settings.chunk, discount: settings.critic.discount)
        rowIDs = .allocate(capacity: rows)
        targets = Arena(count: rows * (ensemble.actionCount + 1))
        candidates = CandidateSource(
            batchSize: rows, candidateCount: optimiser.candidateCount,
            zeroFirst: optimiser.zeroFirst,
            observationCount: observationCount, chunkCount: policy.shape.chunkCount,
            maximumAge: settings.schedule.candidateCacheAge)
        (threads, refusedWorkers) = Self.helpers(workers, scheduling: scheduling)
        workspace = ShardedWorkspace(runner: SerialRunner(), scratchCount: nil)
        workspace = ShardedWorkspace(
            runner: threads ?? SerialRunner(), scratchCount: rehearse())
        weigh(nil)
    }

    /// A launch file that wants what cannot be is refused with its line.
    private static func demand(_ settings: AlgorithmSettings, of policy: any TrainablePolicy) {
        guard settings.policyTraining.climbs else { return }
        precondition(
            policy.abilities.pathwise, "a policy that climbs the critic can be differentiated")
        precondition(
            settings.chunk.horizon == 1, "what climbs the critic decides one step at a time")
    }

    private static func helpers(
        _ workers: Int, scheduling: Scheduling
    ) -> (ThreadedRunner?, PlatformError?) {
        guard workers > 1 else { return (nil, nil) }
        do throws(PlatformError) {
            return (try ThreadedRunner(workers: workers, scheduling: scheduling), nil)
        } catch { return (nil, error) }
    }

    deinit {
        threads?.stop()
        rowIDs.deallocate()
    }

    /// Threads that compute, the caller included: one where the system refused the others.
    public var workerCount: Int { threads?.workers ?? 1 }

    /// Ends and joins the workers; no update may follow.
    ///
    /// To be called before the process ends: OpenBLAS frees its buffers at exit.
    public func stop() { threads?.stop() }

    /// Fits the normaliser to what a store's rows show, as far as the settings ask for it.
    public func fitNormaliser(_ seen: DemonstratedRanges) {
        if settings.normaliseObservations { normaliser.fit(observations: seen.observations) }
        if settings.normaliseActions { normaliser.fit(actions: seen.actionParts) }
        candidates.forget()
    }

    /// Starts the offline phase: the policy's optimiser begins anew, as after loading imitated weights.
    public func beginOffline() {
        policy.state.restartOptimiser()
        criticWeights.resetOptimiser()
        valueWeights?.resetOptimiser()
    }

    /// Starts the online phase: the critic's optimiser begins anew, weights and targets stay; `Learning/Algorithm.md` 1.2.
    public func beginOnline() {
        criticWeights.resetOptimiser()
        valueWeights?.resetOptimiser()
    }

    /// Weighs as many candidates as there is experience for.
    func weigh(_ online: ReplayStore?) {
        candidates.resize(
            to: settings.optimisation.candidateCount(after: online?.episodes ?? 0))
    }

    /// The policy's version: rises with every change of its weights.
    var policyVersion: Int { imitationUpdates + policyUpdates }

    /// Floats of a snapshot.
    public var snapshotCount: Int { snapshotLayout.count }

    /// Copies out what an `Actor` loads: normaliser, acting policy, critic, edit policy.
    public func writeSnapshot(into snapshot: UnsafeMutableBufferPointer<Float>) {
        precondition(snapshot.count == snapshotCount, "a snapshot of another shape")
        guard let base = snapshot.baseAddress else { return }
        (base + snapshotLayout.normaliser.lowerBound).update(
            from: normaliser.arena.base, count: normaliser.arena.count)
        if let place = snapshotLayout.candidates.first { base[place] = Float(candidates.count) }
        (base + snapshotLayout.policy.lowerBound).update(
            from: policy.state.acting, count: snapshotLayout.policy.count)
        (base + snapshotLayout.critic.lowerBound).update(
            from: criticWeights.parameters.base, count: critic.layout.count)
        if let editor {
            (base + snapshotLayout.edit.lowerBound).update(
                from: editor.weights.parameters.base, count: snapshotLayout.edit.count)
        }
    }
}
