import Embodiment
import Experience
import Models
import Neural
import Recipe
import Testing

@testable import Learning

/// A critic that judges windows, and a policy that learns chunks.
@Suite("Learning of chunks")
struct ChunkLearnerTests {
    static func settings(_ horizon: Int, _ executed: Int) -> AlgorithmSettings {
        var settings = LearnerTests.small()
        settings.chunk = ChunkSettings(horizon: horizon, executedSteps: executed)
        return settings
    }

    @Test("The target of a window counts what it earned, and what is owed after its steps")
    func target() {
        var settings = LearnerTests.small().critic
        settings.returnLowerBound = false
        let critic = CriticEnsemble(
            observationCount: 2, actionCount: 1,
            chunk: ChunkSettings(horizon: 4, executedSteps: 4), settings: settings)
        #expect(critic.observationCount == 3 && critic.actionCount == 4)
        let loss = CalQL(critic: critic, settings: settings, policyCount: 1)
        let averages = Arena(count: critic.layout.count)
        critic.initialise(averages.base, key: RandomKey(seed: 1, stream: 1, step: 0))
        let memory = Arena(count: 64)
        let seen = memory.matrix(at: 0, rows: 2, columns: 3)
        var rows = CriticRows(
            observations: seen, asked: seen, actions: memory.matrix(at: 6, rows: 2, columns: 4),
            nextObservations: seen, rewards: memory.base + 20, masks: memory.base + 22,
            returns: memory.base + 24)
        (rows.rewards[0], rows.masks[0]) = (0.9801, 0)
        (rows.rewards[1], rows.masks[1]) = (-3.940399, 1)
        let discounts = Arena(count: 2)
        discounts.base[0] = 0.970299
        discounts.base[1] = 0.96059601
        rows.discounts = discounts.base
        let targets = Arena(count: 2)
        let scratch = Scratch.measuring()
        let key = RandomKey(seed: 1, stream: 1, step: 1)
        loss.targets(
            rows, next: PolicyActions(actions: rows.actions, densities: nil),
            averages: averages.base, key: key, into: targets.base, scratch: scratch)
        // V′, the least of the drawn members.
        var least = Float.infinity
        for draw in 0..<settings.subsampleSize {
            var values = [Float](repeating: 0, count: 2)
            critic.memberValues(
                key.uniformInt(below: critic.memberCount, index: UInt64(draw)), averages.base,
                observations: seen, copies: 1, actions: rows.actions, into: &values,
                scratch: scratch)
            least = min(least, values[1])
        }
        #expect(targets.base[0] == 0.9801)
        #expect(abs(targets.base[1] - (-3.940399 + 0.96059601 * least)) < 1e-5)
    }

    @Test("A batch's windows reach the critic with the share of their steps and γ as often")
    func views() {
        let store = PointSession.store(Self.settings(3, 2))
        _ = store.admit(
            PointTask.run(seed: 3, episode: 0, stream: 1, purpose: .training, limit: 5) { _, step in
                Action([Double(step) / 10, -Double(step) / 10])
            })
        let batch = Batch(
            capacity: 5, observationCount: 4, actionCount: 2, horizon: 3, executedSteps: 2)
        (0..<5).map(Int32.init).withUnsafeBufferPointer {
            store.gather(rows: $0, into: batch.view)
        }
        let windows = WindowRows(
            batch.view, chunk: ChunkSettings(horizon: 3, executedSteps: 2), discount: 0.99)
        windows.fill(5)
        let rows = windows.criticRows(5)
        #expect((0..<5).map { rows.observations[$0, 4] } == [1, 1, 1, 1, 0.5])
        #expect((0..<5).allSatisfy { rows.asked[$0, 4] == 1 && rows.nextObservations[$0, 4] == 1 })
        for (row, power) in [Float(0.9801), 0.9801, 0.9801, 0.9801, 0.99].enumerated() {
            #expect(abs((rows.discounts?[row] ?? 0) - power) < 1e-6)
        }
        #expect((0..<4).map { rows.actions[1, $0] } == [0.1, -0.1, 0.2, -0.2])
        for row in 0..<5 {
            for index in 0..<4 {
                #expect(rows.asked[row, index] == windows.seen(5)[row, index])
                #expect(rows.nextObservations[row, index] == windows.seenAfter(5)[row, index])
            }
        }
        // An improved window, and behind it what its own chunk goes on with.
        let window: [Float] = [0.9, 0.8, 0.7, 0.6]
        let candidate: [Float] = [0, 0, 0, 0, 0.5, 0.4]
        windows.complete(0, window: window, candidate: candidate)
        windows.complete(3, window: window, candidate: nil)
        let (targets, counted) = windows.learned(5)
        #expect((0..<6).map { targets[0, $0] } == [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
        #expect((0..<3).map { counted[0, $0] } == [1, 1, 1])
        #expect((0..<6).map { targets[3, $0] } == [0.9, 0.8, 0.7, 0.6, 0.4, -0.4])
        #expect((0..<3).map { counted[3, $0] } == [1, 1, 0])
    }

    static let variants: [AlgorithmSettings] = {
        var implicit = settings(4, 2)
        implicit.critic.loss = .iql
        var gaussian = settings(2, 2)
        gaussian.policy = .gaussian(GaussianSettings(hidden: 24))
        var alone = settings(4, 2)
        (alone.optimisation.baseActions, alone.optimisation.keptActions) = (1, 1)
        var successes = settings(4, 2)
        successes.policyTraining.supervision = .successes
        successes.policyTraining.leastSuccesses = 0
        let optimisers = [OptimiserKind.edit, .editGradient, .mean, .vgps, .random].map { kind in
            var settings = LearnerTests.editing(kind)
            settings.chunk = ChunkSettings(horizon: 3, executedSteps: 2)
            settings.optimisation.zeroNoiseCandidate = true
            settings.optimisation.growsCandidates = kind == .edit
            return settings
        }
        return [settings(4, 2), settings(4, 1), implicit, gaussian, alone, successes] + optimisers
    }()

    @Test("One worker and two give bit-identical losses and weights of chunks", arguments: 0..<11)
    func workers(variant: Int) {
        let one = LearnerTests.exercise(Self.variants[variant], workers: 1)
        let two = LearnerTests.exercise(Self.variants[variant], workers: 2)
        #expect(one.0.map(\.bitPattern) == two.0.map(\.bitPattern))
        #expect(one.1.map(\.bitPattern) == two.1.map(\.bitPattern))
        #expect(one.0.allSatisfy { $0.isFinite } && one.1.allSatisfy { $0.isFinite })
    }

    @Test("A guided chunk is its candidate's own behind the steps that the critic improves")
    func tail() {
        var settings = Self.settings(4, 2)
        (settings.optimisation.baseActions, settings.optimisation.keptActions) = (1, 1)
        settings.optimisation.steps = 3
        settings.optimisation.stepSize = 0.2
        let session = PointSession(settings: settings, seed: 4)
        _ = session.demonstrate(8)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        for _ in 0..<20 {
            _ = session.learner.criticUpdate(offline: session.offline, online: nil)
        }
        session.publish()
        let observation = Observation([-0.8, 0.2, 1.6, 0.1])
        var improved = 0
        for step in 0..<8 {
            let key = RandomKey(seed: 1, stream: 2, step: UInt64(step))
            // One candidate: the draw of both.
            let own = session.actor.decide(on: observation, mode: .policy, key: key)
            let guided = session.actor.decide(on: observation, mode: .guided, key: key)
            #expect(own.count == 4 && guided.count == 4)
            #expect(guided[2] == own[2] && guided[3] == own[3])
            if guided[0] != own[0] || guided[1] != own[1] { improved += 1 }
            #expect(session.actor.lastValue.isFinite)
            #expect(session.actor.act(on: observation, mode: .guided, key: key) == guided[0])
        }
        #expect(improved > 0)
    }

    @Test("An edit policy is one of windows, and learns from those that were carried out")
    func edits() {
        var settings = LearnerTests.editing()
        settings.chunk = ChunkSettings(horizon: 3, executedSteps: 2)
        settings.optimisation.edit.scale = 0.5
        (settings.optimisation.baseActions, settings.optimisation.keptActions) = (1, 1)
        let session = PointSession(settings: settings, seed: 3)
        _ = session.demonstrate(6)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        session.publish()
        for number in 0..<3 {
            session.online.admit(session.episode(number, purpose: .training, mode: .exploring))
        }
        let learner = session.learner
        // Observation, share and window in; a change of the window's two steps of two axes out.
        let layout = learner.snapshotLayout.layout
        #expect(layout.tensor("edit.layer0.weight")?.shape == [4 + 1 + 4, 32])
        #expect(layout.tensor("edit.mean.weight")?.shape == [32, 4])
        func weights() -> [Float] {
            var snapshot = [Float](repeating: 0, count: learner.snapshotCount)
            snapshot.withUnsafeMutableBufferPointer { learner.writeSnapshot(into: $0) }
            return Array(snapshot[learner.snapshotLayout.edit])
        }
        let fresh = weights()
        let made = (0..<4).compactMap { _ in
            learner.criticUpdate(offline: session.offline, online: session.online).edit
        }
        #expect(made.count == 2 && weights() != fresh)
        #expect(made.allSatisfy { $0.loss.isFinite && $0.deviation > 0 })
        // The tail of an edited window is that of the candidate that was edited.
        session.publish()
        let observation = Observation([-0.8, 0.2, 1.6, 0.1])
        var edited = 0
        for step in 0..<8 {
            let key = RandomKey(seed: 1, stream: 2, step: UInt64(step))
            let own = session.actor.decide(on: observation, mode: .policy, key: key)
            let chunk = session.actor.decide(on: observation, mode: .exploring, key: key)
            let isEdited = session.actor.lastChoice.edited > 0
            #expect(chunk.count == 3 && chunk[2] == own[2])
            #expect((chunk[0] != own[0] && chunk[1] != own[1]) == isEdited)
            if isEdited { edited += 1 }
        }
        #expect(edited > 0)
    }

    @Test("Of several candidates the chosen one's own steps follow", arguments: [1, 2, 3])
    func chosenTail(seed: UInt64) {
        var settings = Self.settings(3, 1)
        settings.optimisation.steps = 0
        settings.optimisation.keptActions = 1
        let session = PointSession(settings: settings, seed: seed)
        session.publish()
        let observation = Observation([-0.8, 0.2, 1.6, 0.1])
        let key = RandomKey(seed: seed, stream: 2, step: 1)
        let network = PolicyFactory.network(
            observationCount: 4, actionCount: 2, horizon: 3, settings: settings.policy)
        let guided = session.actor.decide(on: observation, mode: .guided, key: key)
        // The same candidates once more, of the same weights.
        let count = settings.optimisation.baseActions
        let candidates = Arena(count: count * 6)
        let prepared = Arena(count: max(1, network.preparedCount))
        let scratch = Scratch.measuring()
        let seen = Arena(count: 4)
        for index in 0..<4 { seen.base[index] = observation[index] }
        let weights = session.learner.policy.state.acting
        network.prepare(weights, into: prepared.base, scratch: scratch)
        network.sample(
            SampleRequest(
                observations: seen.matrix(at: 0, rows: 1, columns: 4), count: count, key: key),
            weights: PolicyWeights(parameters: weights, prepared: prepared.base),
            into: Candidates(actions: candidates.matrix(at: 0, rows: count, columns: 6)),
            scratch: scratch)
        let found = (0..<count).contains { candidate in
            (0..<6).allSatisfy { index in
                Double(candidates.base[candidate * 6 + index]) == guided[index / 2][index % 2]
            }
        }
        #expect(found, "seed \(seed)")
    }
}
