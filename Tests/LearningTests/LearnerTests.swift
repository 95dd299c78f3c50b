import Embodiment
import Experience
import Glibc
import Models
import Neural
import Platform
import Recipe
import Testing

@testable import Learning
@testable import TestSupport

@Suite("Learner")
struct LearnerTests {
    /// Policies beside the diffusion of `small()`, as small.
    static let otherPolicies: [PolicySettings] = [
        .flow(FlowSettings(trunk: trunk)),
        .oneStep(OneStepSettings(flow: FlowSettings(trunk: trunk))),
        .transformer(TransformerSettings(trunk: attention)),
        .transformer(TransformerSettings(trunk: attention, head: .flow)),
        .tokens(TokenSettings(trunk: attention, bins: 32)),
    ]
    private static let attention = TrunkSettings(layers: 2, heads: 2, width: 32)
    private static let trunk = ResidualTrunkSettings(hidden: 32, blocks: 2, timeDimension: 32)

    /// Small networks, so that a debug run is quick.
    static func small(
        _ policy: PolicySettings = .diffusion(DiffusionSettings(trunk: trunk))
    ) -> AlgorithmSettings {
        // Every value is named here, so that tuning a preset changes no recorded number.
        var settings = AlgorithmSettings()
        settings.policyTraining.learningRate = 1e-4
        settings.policyTraining.ema = 0.005
        settings.policy = policy
        settings.critic.sharedHead = false
        settings.critic.returnLowerBound = true
        settings.critic.tau = 0.02
        settings.optimisation.stepSize = 1e-2
        settings.optimisation.distillTemperature = 0
        settings.normaliseObservations = true
        settings.policyTraining.batchSize = 64
        settings.policyTraining.warmup = 10
        settings.critic.hidden = 32
        settings.critic.ensembleSize = 3
        settings.critic.bins = 32
        settings.critic.batchSize = 64
        settings.optimisation.baseActions = 6
        settings.optimisation.keptActions = 3
        settings.optimisation.steps = 2
        settings.schedule.imitationUpdates = 60
        settings.schedule.candidateCacheAge = 5
        return settings
    }

    /// Every kind of update a few times; returns what was reported and all weights.
    static func exercise(
        _ settings: AlgorithmSettings, workers: Int, seed: UInt64 = 3
    ) -> ([Float], [Float]) {
        let session = PointSession(settings: settings, seed: seed, workers: workers)
        defer { session.learner.stop() }
        _ = session.demonstrate(8)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        var losses: [Float] = []
        for _ in 0..<4 { losses.append(session.learner.imitationUpdate(offline: session.offline)) }
        session.learner.beginOffline()
        for _ in 0..<4 {
            let metrics = session.learner.criticUpdate(offline: session.offline, online: nil)
            losses += [metrics.tdLoss, metrics.cqlLoss, metrics.qData]
        }
        session.publish()
        for number in 0..<3 {
            session.online.admit(session.episode(number, purpose: .training, mode: .guided))
        }
        session.learner.beginOnline()
        for _ in 0..<8 {
            losses.append(
                session.learner.policyUpdate(offline: session.offline, online: session.online).loss)
            losses.append(
                session.learner.criticUpdate(offline: session.offline, online: session.online)
                    .tdLoss)
        }
        var weights = [Float](repeating: 0, count: session.learner.snapshotCount)
        weights.withUnsafeMutableBufferPointer { session.learner.writeSnapshot(into: $0) }
        return (losses, weights)
    }

    @Test("A worker that cannot be started is told, and the learner computes alone")
    func refusedWorkers() async {
        // A process of its own, because a process that has no descriptor left is of no use to other tests.
        await #expect(processExitsWith: .success) {
            func learner() -> Learner {
                Learner(
                    observationCount: PointTask.observationCount,
                    actionCount: PointTask.actionCount, settings: LearnerTests.small(), seed: 1,
                    workers: 2)
            }
            let usual = learner()
            #expect(usual.refusedWorkers == nil && usual.workerCount == 2)
            usual.stop()
            var limit = rlimit()
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            #expect(getrlimit(files, &limit) == 0)
            limit.rlim_cur = 0
            #expect(setrlimit(files, &limit) == 0)
            let alone = learner()
            limit.rlim_cur = limit.rlim_max
            #expect(setrlimit(files, &limit) == 0)
            #expect(alone.refusedWorkers != nil && alone.workerCount == 1)
        }
    }

    static let variants: [(String, AlgorithmSettings)] = {
        var list: [(String, AlgorithmSettings)] = [("distillation", small())]
        var settings = small()
        settings.critic.head = .scalar
        settings.critic.trunk = .layerInput
        settings.optimisation.distillTemperature = 1
        settings.schedule.candidateCacheAge = 0
        settings.schedule.policyMixing = .proportional
        list.append(("scalar, layer input, no cache", settings))
        settings = small()
        settings.critic.loss = .iql
        list.append(("IQL", settings))
        settings.policyTraining.supervision = .advantages
        list.append(("IQL, weighed by advantage", settings))
        list.append(("Gaussian Cal-QL", small().asGaussianCalQL()))
        settings = small()
        settings.optimisation.baseActions = 1
        settings.optimisation.keptActions = 1
        list.append(("without global search", settings))
        settings = small()
        settings.optimisation.optimiser = .rerank
        settings.critic.sharedHead = true
        list.append(("without local steps, shared head", settings))
        for kind in [OptimiserKind.edit, .editGradient, .mean] {
            list.append((kind.rawValue, editing(kind)))
        }
        for policy in otherPolicies { list.append((policy.kind.rawValue, small(policy))) }
        list.append(("FQL", anchored()))
        return list
    }()

    /// A one-step policy that climbs the critic and stays near its flow.
    static func anchored() -> AlgorithmSettings {
        var settings = small(otherPolicies[1])
        settings.policyTraining.valueWeight = 1
        settings.policyTraining.isAnchored = true
        return settings
    }

    /// An edit policy that learns from the first episode on.
    static func editing(_ kind: OptimiserKind = .edit) -> AlgorithmSettings {
        var settings = small()
        settings.optimisation.optimiser = kind
        settings.optimisation.edit.startEpisode = 0
        settings.optimisation.edit.every = 2
        settings.optimisation.edit.hidden = 32
        settings.optimisation.edit.tunesAlpha = true
        return settings
    }

    @Test("One worker and two give bit-identical losses and weights", arguments: variants.indices)
    func workers(variant: Int) {
        let (name, settings) = Self.variants[variant]
        let one = Self.exercise(settings, workers: 1)
        let two = Self.exercise(settings, workers: 2)
        #expect(one.0.map(\.bitPattern) == two.0.map(\.bitPattern), "\(name)")
        #expect(one.1.map(\.bitPattern) == two.1.map(\.bitPattern), "\(name)")
        #expect(one.0.allSatisfy { $0.isFinite }, "\(name)")
        #expect(one.1.allSatisfy { $0.isFinite }, "\(name)")
    }

    @Test("Another seed gives other weights")
    func seeds() {
        let a = Self.exercise(Self.small(), workers: 1, seed: 3)
        let b = Self.exercise(Self.small(), workers: 1, seed: 4)
        #expect(a.1 != b.1)
    }

    @Test("A restored checkpoint continues exactly as the original")
    func checkpoint() throws {
        let settings = Self.small()
        let session = PointSession(settings: settings, seed: 5)
        _ = session.demonstrate(6)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        for _ in 0..<5 { _ = session.learner.imitationUpdate(offline: session.offline) }
        for _ in 0..<5 { _ = session.learner.criticUpdate(offline: session.offline, online: nil) }
        let bytes = session.learner.checkpoint()
        let other = PointSession(settings: settings, seed: 5)
        _ = other.demonstrate(6)
        try other.learner.restore(bytes)
        #expect(other.learner.imitationUpdates == 5 && other.learner.criticUpdates == 5)
        #expect(other.learner.checkpoint() == bytes)
        // Imitation does not use cached candidates, so it goes on bit for bit.
        for _ in 0..<3 {
            let a = session.learner.imitationUpdate(offline: session.offline)
            let b = other.learner.imitationUpdate(offline: other.offline)
            #expect(a.bitPattern == b.bitPattern)
        }
    }

    @Test(
        "With its cached candidates a restored learner goes on bit for bit in every update",
        arguments: [small().policy] + otherPolicies)
    func checkpointWithCandidates(policy: PolicySettings) throws {
        let settings = Self.small(policy)
        let session = PointSession(settings: settings, seed: 5)
        _ = session.demonstrate(6)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        let other = PointSession(settings: settings, seed: 5)
        _ = other.demonstrate(6)
        for number in 0..<4 {
            let episode = PointTask.run(
                seed: 5, episode: number, stream: 20, purpose: .training, limit: 20
            ) { task, _ in task.demonstration(above: true, noise: 0.5) }
            session.online.admit(episode)
            other.online.admit(episode)
        }
        #expect(session.online.checksum == other.online.checksum)
        func learn(_ session: PointSession) -> [Float] {
            (0..<4).flatMap { _ in
                let critic = session.learner.criticUpdate(
                    offline: session.offline, online: session.online)
                let policy = session.learner.policyUpdate(
                    offline: session.offline, online: session.online)
                return [critic.tdLoss, critic.staleness, policy.loss, policy.refreshed]
            }
        }
        _ = learn(session)
        let bytes = session.learner.checkpoint()
        let cached = session.learner.candidateCheckpoint(
            offline: session.offline, online: session.online)
        try other.learner.restore(bytes)
        try other.learner.restoreCandidates(cached, offline: other.offline, online: other.online)
        #expect(
            other.learner.candidateCheckpoint(offline: other.offline, online: other.online)
                == cached)
        let uninterrupted = learn(session)
        #expect(uninterrupted.contains { $0 > 0 && $0 < 1 }, "some sets were cached and some not")
        #expect(learn(other).map(\.bitPattern) == uninterrupted.map(\.bitPattern))
        #expect(other.learner.checkpoint() == session.learner.checkpoint())
    }

    @Test("Cut candidates, or those of larger stores, are refused")
    func badCandidates() throws {
        let session = PointSession(settings: Self.small(), seed: 5)
        _ = session.demonstrate(6)
        _ = session.learner.criticUpdate(offline: session.offline, online: nil)
        let cached = session.learner.candidateCheckpoint(
            offline: session.offline, online: session.online)
        for count in [0, 7, cached.count / 2, cached.count - 1] {
            #expect(throws: LearningError.self) {
                try session.learner.restoreCandidates(
                    Array(cached.prefix(count)), offline: session.offline, online: session.online)
            }
        }
        let other = PointSession(settings: Self.small(), seed: 5)
        _ = other.demonstrate(1)
        #expect(throws: LearningError.self) {
            try other.learner.restoreCandidates(
                cached, offline: other.offline, online: other.online)
        }
    }

    @Test("A cut or foreign checkpoint is refused and changes nothing")
    func badCheckpoint() {
        let session = PointSession(settings: Self.small(), seed: 5)
        let before = session.learner.checkpoint()
        for count in [0, 7, 100, before.count / 2, before.count - 1] {
            #expect(throws: LearningError.self) {
                try session.learner.restore(Array(before.prefix(count)))
            }
        }
        var settings = Self.small()
        settings.critic.hidden = 48
        let foreign = PointSession(settings: settings, seed: 5).learner.checkpoint()
        #expect(throws: LearningError.self) { try session.learner.restore(foreign) }
        #expect(session.learner.checkpoint() == before)
    }

    @Test("A checkpoint of another normaliser than its networks learned with is refused")
    func otherNormaliser() throws {
        let session = PointSession(settings: Self.small(), seed: 5)
        let before = session.learner.checkpoint()
        var bytes = before
        let recorded = Array(session.learner.normaliser.fingerprint.utf8)
        let place = try #require(bytes.firstRange(of: recorded))
        bytes[place.upperBound - 1] ^= 1
        #expect {
            try session.learner.restore(bytes)
        } throws: {
            guard case .otherNormaliser(_, let found) = $0 as? LearningError else { return false }
            return found == session.learner.normaliser.fingerprint
        }
        #expect(session.learner.checkpoint() == before)
    }

    @Test(
        "An actor with a snapshot acts as the learner's policy and repeats itself by key",
        arguments: [small().policy] + otherPolicies)
    func actor(policy: PolicySettings) {
        let session = PointSession(settings: Self.small(policy), seed: 6)
        _ = session.demonstrate(6)
        _ = session.imitate()
        session.publish()
        let observation = Observation([-0.8, 0.2, 1.6, 0.1])
        for mode in ActingMode.allCases {
            let key = RandomKey(seed: 1, stream: 2, step: 3)
            let first = session.actor.act(on: observation, mode: mode, key: key)
            let second = session.actor.act(on: observation, mode: mode, key: key)
            #expect(first == second)
            #expect(first.values.allSatisfy { abs($0) <= 1 })
            #expect(session.actor.lastValue.isNaN == !mode.isGuided)
        }
        let other = session.actor.act(
            on: observation, mode: .policy, key: RandomKey(seed: 1, stream: 2, step: 4))
        let same = session.actor.act(
            on: observation, mode: .policy, key: RandomKey(seed: 1, stream: 2, step: 3))
        #expect(other != same)
    }

    @Test(
        "The target leaves out what lies beyond a terminal step, and never falls below the return")
    func maskRule() {
        var settings = Self.small().critic
        for isBounded in [false, true] {
            settings.returnLowerBound = isBounded
            let critic = CriticEnsemble(
                observationCount: 2, actionCount: 1, settings: settings)
            let loss = CalQL(critic: critic, settings: settings, policyCount: 1)
            let averages = Arena(count: critic.layout.count)
            critic.initialise(averages.base, key: RandomKey(seed: 1, stream: 1, step: 0))
            let memory = Arena(count: 64)
            let rows = CriticRows(
                observations: memory.matrix(at: 0, rows: 3, columns: 2),
                asked: memory.matrix(at: 0, rows: 3, columns: 2),
                actions: memory.matrix(at: 6, rows: 3, columns: 1),
                nextObservations: memory.matrix(at: 9, rows: 3, columns: 2),
                rewards: memory.base + 15, masks: memory.base + 18, returns: memory.base + 21)
            for (row, mask) in [Float(0), 1, 1].enumerated() {
                rows.rewards[row] = row == 0 ? 0 : -1
                rows.masks[row] = mask
                rows.returns[row] = [0, -100, -10][row]
            }
            let targets = Arena(count: 3)
            let scratch = Scratch(count: 100_000)
            loss.targets(
                rows, next: PolicyActions(actions: rows.actions, densities: nil),
                averages: averages.base, key: RandomKey(seed: 1, stream: 1, step: 1),
                into: targets.base, scratch: scratch)
            // A fresh critic says about −50 everywhere.
            #expect(targets.base[0] == 0)
            #expect(abs(targets.base[1] - (-1 - 0.99 * 50)) < 0.5)
            #expect(abs(targets.base[2] - (isBounded ? -10 : -1 - 0.99 * 50)) < 0.5)
        }
    }
}
