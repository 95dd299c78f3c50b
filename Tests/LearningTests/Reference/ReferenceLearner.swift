import Embodiment
import Experience
import Neural
import Recipe

@testable import Learning

/// The learner's two updates as they are written down, without one saving; `Learning/Algorithm.md` A5 and A7.
///
/// Double precision, one row, member and candidate at a time, every entry of the conservative term by
/// itself. Starts from a learner's checkpoint and takes the same random numbers; shares with it the
/// generator, the stores and the names of the streams.
struct ReferenceLearner {
    let settings: AlgorithmSettings
    let seed: UInt64
    let mistake: ReferenceMistake?
    let rows: ReferenceRows
    private(set) var critic: ReferenceWeights
    private(set) var policy: ReferenceWeights
    private(set) var criticUpdates: Int
    private(set) var policyUpdates: Int
    /// How close the decisions of the last update were.
    private(set) var calls = CloseCalls()
    /// Candidates of the last update at s, [B][N].
    private(set) var current: [[[Double]]] = []
    private let imitationUpdates: Int
    private var shelf: [Place: Kept] = [:]

    /// A row's observation or next observation.
    private struct Place: Hashable {
        var store: Int
        var id: Int
        var isNext: Bool
    }

    /// Candidates and the policy that drew them.
    private struct Kept {
        var version: Int
        var candidates: [[Double]]
    }

    init(
        _ checkpoint: [UInt8], settings: AlgorithmSettings, seed: UInt64, offline: ReplayStore,
        online: ReplayStore?, mistake: ReferenceMistake? = nil
    ) throws {
        let file = try Safetensors.decode(checkpoint)
        self.settings = settings
        self.seed = seed
        self.mistake = mistake
        rows = try ReferenceRows(file, offline: offline, online: online)
        critic = try ReferenceWeights(file, of: "critic")
        policy = try ReferenceWeights(file, of: "policy")
        criticUpdates = file.counter("critic_updates")
        policyUpdates = file.counter("policy_updates")
        imitationUpdates = file.counter("imitation_updates")
    }

    var criticNetwork: ReferenceCritic {
        ReferenceCritic(settings: settings.critic, actionCount: rows.offline.actionCount)
    }
    private var policyNetwork: ReferencePolicy {
        guard case .diffusion(let shape) = settings.policy else {
            preconditionFailure("the reference knows the diffusion policy only")
        }
        return ReferencePolicy(
            settings: shape, actionCount: rows.offline.actionCount, mistake: mistake)
    }
    private var optimiser: ReferenceOptimiser {
        ReferenceOptimiser(
            critic: criticNetwork, settings: settings.optimisation, mistake: mistake)
    }

    /// One critic update, A5; returns what the learner reports, by name.
    mutating func criticUpdate() -> [String: Double] {
        calls = CloseCalls()
        let size = settings.critic.batchSize
        let share = rows.offlineRows(
            size, ratio: settings.schedule.mixingRatio, mixing: .fixed)
        let batch = rows.draw(
            size, offlineRows: share, key: Stream.criticRows.key(seed, criticUpdates))
        let key = Stream.criticCandidates.key(seed, criticUpdates)
        let candidates = self.candidates(batch, withNext: true, key: key)
        current = candidates.current
        var report = OptimisationReport()
        let actions = batch.indices.map { index in
            let next = optimiser.optimise(
                critic.parameters, batch[index].nextObservation,
                candidates: candidates.next[index], datasetAction: nil, draw: nil, calls: &calls)
            let now = optimiser.optimise(
                critic.parameters, batch[index].observation, candidates: current[index],
                datasetAction: nil, draw: nil, calls: &calls)
            report.add(next)
            report.add(now)
            return (next: next.chosen, now: now.chosen)
        }
        var loss = ReferenceCriticLoss(
            network: criticNetwork, key: Stream.critic.key(seed, criticUpdates), batch: size,
            weights: critic, mistake: mistake)
        for (index, row) in batch.enumerated() {
            loss.add(row, number: index, next: actions[index].next, now: actions[index].now)
        }
        calls.note(loss.closest)
        critic.apply(
            loss.gradient, learningRate: asHeld(settings.critic.learningRate),
            averageRate: asHeld(settings.critic.tau), mistake: mistake)
        criticUpdates += 1
        return loss.report.merging(report.means) { first, _ in first }
    }

    /// One distillation, A7; returns what the learner reports, by name.
    mutating func policyUpdate() -> [String: Double] {
        calls = CloseCalls()
        let size = settings.policyTraining.batchSize
        let share = rows.offlineRows(
            size, ratio: settings.schedule.mixingRatio, mixing: settings.schedule.policyMixing)
        let batch = rows.draw(
            size, offlineRows: share, key: Stream.policyRows.key(seed, policyUpdates))
        current =
            optimiser.keptCount > 1
            ? candidates(
                batch, withNext: false, key: Stream.policyCandidates.key(seed, policyUpdates)
            ).current : batch.map { [$0.action] }
        var report = OptimisationReport()
        var gradient = ReferenceTensors(zerosLike: policy.parameters)
        var (loss, shift) = (0.0, 0.0)
        let selection = Stream.selection.key(seed, policyUpdates)
        let temperature = settings.optimisation.distillTemperature
        for (index, row) in batch.enumerated() {
            let number = selection.on(stream: selection.stream + 1).uniform(index: UInt64(index))
            let result = optimiser.optimise(
                critic.parameters, row.observation, candidates: current[index],
                datasetAction: row.action,
                draw: temperature > 0 ? (Double(number), temperature) : nil, calls: &calls)
            report.add(result)
            for axis in row.action.indices { shift += abs(result.chosen[axis] - row.action[axis]) }
            loss += policyNetwork.accumulate(
                policy.parameters, row.observation, target: result.chosen,
                key: Stream.policy.key(seed, policyUpdates), row: index,
                weight: 1 / Double(size), gradient: &gradient)
        }
        let update = mistake == .warmupLate ? policyUpdates - 1 : policyUpdates
        let warmth = Double(update) / Double(max(1, settings.policyTraining.warmup))
        policy.apply(
            gradient, learningRate: asHeld(settings.policyTraining.learningRate * min(1, warmth)),
            averageRate: asHeld(settings.policyTraining.ema), mistake: mistake)
        policyUpdates += 1
        let own = ["loss": loss / Double(size), "targetShift": shift / Double(size)]
        return own.merging(report.means) { first, _ in first }
    }

    /// The base policy's candidates of a batch; what is young enough comes from the shelf.
    private mutating func candidates(
        _ batch: [ReferenceRow], withNext: Bool, key: RandomKey
    ) -> (current: [[[Double]]], next: [[[Double]]]) {
        let weights = mistake == .samplesFromOnline ? policy.parameters : policy.averages
        let count = optimiser.candidateCount
        func sample(_ state: [Double], _ key: RandomKey, _ row: Int) -> [[Double]] {
            policyNetwork.sample(count, weights, state, key: key, row: row)
        }
        guard settings.schedule.candidateCacheAge > 0 else {
            let other = key.on(stream: key.stream + 1)
            return (
                batch.indices.map { sample(batch[$0].observation, key, $0) },
                withNext
                    ? batch.indices.map { sample(batch[$0].nextObservation, other, $0) } : []
            )
        }
        let version = imitationUpdates + policyUpdates
        var drawn = 0
        var found: [[[[Double]]]] = [[], []]
        for row in batch {
            for end in 0..<(withNext ? 2 : 1) {
                let place = Place(store: row.store, id: row.id, isNext: end == 1)
                if let kept = shelf[place],
                    version - kept.version <= settings.schedule.candidateCacheAge
                {
                    found[end].append(kept.candidates)
                    continue
                }
                let state = end == 1 ? row.nextObservation : row.observation
                let fresh = sample(state, key, drawn)
                drawn += 1
                shelf[place] = Kept(version: version, candidates: fresh)
                found[end].append(fresh)
            }
        }
        return (found[0], found[1])
    }
}

/// What action optimisation did, as the learner reports it.
struct OptimisationReport {
    private var states = 0
    private var value = 0.0
    private var climbed = 0
    private var gain = 0.0
    private var slopeNorm = 0.0
    private var shift = 0.0

    mutating func add(_ result: ReferenceOptimiser.Result) {
        states += 1
        value += result.value
        climbed += result.climbed
        gain += result.gain
        slopeNorm += result.slopeNorm
        shift += result.shift
    }

    /// Means by name.
    var means: [String: Double] {
        let count = Double(max(1, climbed))
        return [
            "value": value / Double(max(1, states)), "valueGain": gain / count,
            "gradientNorm": slopeNorm / count, "shift": shift / count,
        ]
    }
}
