import Embodiment
import Neural
import Recipe

/// Acts: one raw observation in, one chunk of actions out.
///
/// Owns copies of all weights and its workspace; used by the acting thread alone. `decide` and `load`
/// do not allocate (OpenBLAS may, where it makes the products).
public final class Actor {
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Scalars of one action, A.
    public let actionCount: Int
    /// What `load` takes.
    public let snapshotLayout: SnapshotLayout
    /// Mean Q of the last guided action, less the pessimism of the settings; not a number after any other.
    public private(set) var lastValue = Float.nan

    /// What the last guided action was chosen from, and whose it is: sums over this one state.
    public private(set) var lastChoice = OptimisationSums()

    /// Steps of a chunk, and of those that are carried out.
    private let chunk: ChunkSettings
    private let network: any PolicyNetwork
    private let optimiser: ActionOptimiser
    private let normaliser: Normaliser
    private let policy: Arena
    private let prepared: Arena
    private let critic: Arena
    private let edit: Arena?
    private var scratch: Scratch

    /// Streams of random numbers: acting must never share one with learning.
    private static let stream: UInt32 = 0xAC70

    /// The key of one decision of a session: all that it needs beside weights and observation.
    public static func key(seed: UInt64, decision number: UInt64) -> RandomKey {
        RandomKey(seed: seed, stream: stream, step: number)
    }

    /// N: candidates that a guided decision weighs, with the weights that are loaded.
    public private(set) var candidateCount: Int

    /// An actor without weights: it may act only after `load`.
    public init(observationCount: Int, actionCount: Int, settings: AlgorithmSettings) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        snapshotLayout = SnapshotLayout(
            observationCount: observationCount, actionCount: actionCount, settings: settings)
        network = PolicyFactory.network(
            observationCount: observationCount, actionCount: actionCount,
            horizon: settings.chunk.horizon, settings: settings.policy)
        let ensemble = CriticEnsemble(
            observationCount: observationCount, actionCount: actionCount, chunk: settings.chunk,
            settings: settings.critic)
        chunk = settings.chunk
        optimiser = ActionOptimiser(critic: ensemble, settings: settings.optimisation)
        candidateCount = optimiser.candidateCount
        normaliser = Normaliser(
            observationCount: observationCount, actionCount: actionCount)
        policy = Arena(count: network.layout.count)
        prepared = Arena(count: max(1, network.preparedCount))
        critic = Arena(count: ensemble.layout.count)
        edit = optimiser.edit.map { Arena(count: $0.layout.count) }
        scratch = Scratch.measuring()
        rehearse()
    }

    /// Works once through everything with zero weights and makes a scratch as large as that took.
    private func rehearse() {
        network.prepare(policy.base, into: prepared.base, scratch: scratch)
        let observation = Observation(count: observationCount)
        _ = act(on: observation, mode: .exploring, key: RandomKey(seed: 0, stream: 0, step: 0))
        _ = value(of: Action(count: actionCount), on: observation)
        scratch = Scratch(count: scratch.peak)
        lastValue = .nan
    }

    /// Takes a snapshot's weights.
    ///
    /// - Parameter snapshot: `snapshotLayout.count` floats; copied.
    public func load(_ snapshot: UnsafeBufferPointer<Float>) {
        precondition(snapshot.count == snapshotLayout.count, "a snapshot of another shape")
        guard let base = snapshot.baseAddress else { return }
        normaliser.arena.base.update(
            from: base + snapshotLayout.normaliser.lowerBound, count: normaliser.arena.count)
        policy.base.update(from: base + snapshotLayout.policy.lowerBound, count: policy.count)
        critic.base.update(from: base + snapshotLayout.critic.lowerBound, count: critic.count)
        if let place = snapshotLayout.candidates.first {
            candidateCount = max(1, min(optimiser.candidateCount, Int(base[place])))
        }
        edit?.base.update(
            from: base + snapshotLayout.edit.lowerBound, count: snapshotLayout.edit.count)
        network.prepare(policy.base, into: prepared.base, scratch: scratch)
    }

    /// The first action of what `decide` chooses.
    public func act(
        on observation: Observation, mode: ActingMode, key: RandomKey
    ) -> Action {
        decide(on: observation, mode: mode, key: key)[0]
    }

    /// Chooses a chunk of H actions, −1…1 of the action box per axis.
    ///
    /// Guided, its first k steps are what the critic has chosen and improved; those behind them are the same candidate's
    /// own.
    ///
    /// - Parameters:
    ///   - observation: raw, O scalars.
    ///   - mode: the policy alone, or value-guided, with how much chance.
    ///   - key: the whole decision can be recomputed from it.
    public func decide(
        on observation: Observation, mode: ActingMode, key: RandomKey
    ) -> ActionChunk {
        precondition(observation.count == observationCount, "an observation of another shape")
        let floatMode = Subnormals.flush()
        defer { Subnormals.restore(floatMode) }
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // The observation as the networks see it, [1, O].
        let seen = scratch.matrix(rows: 1, columns: observationCount)
        for index in 0..<observationCount { seen.base[index] = observation[index] }
        normaliser.apply(to: seen)
        let count = mode.isGuided ? candidateCount : 1
        // [N, H·A], or [1, H·A] of the policy alone.
        let candidates = scratch.matrix(rows: count, columns: chunk.horizon * actionCount)
        var drawn = SampleRequest(observations: seen, count: count, key: key)
        drawn.zeroFirst = mode == .noiseless || (mode.isGuided && optimiser.zeroFirst)
        network.sample(
            drawn, weights: PolicyWeights(parameters: policy.base, prepared: prepared.base),
            into: Candidates(actions: candidates), scratch: scratch)
        lastValue = .nan
        lastChoice = OptimisationSums()
        guard mode.isGuided else { return boxActions(candidates.base) }
        // The window that is carried out, [1, k·A], and the candidate that it was made of.
        let chosen = scratch.matrix(rows: 1, columns: optimiser.critic.actionCount)
        let origin = scratch.integers(1)
        var request = OptimisationRequest(
            observations: asked(seen, steps: chunk.executedSteps),
            candidates: candidates.columns(0..<chosen.columns), key: key)
        request.explores = mode == .exploring
        request.origins = origin
        lastChoice = optimiser.optimise(
            request, critic: critic.base, edits: edit.map { UnsafePointer($0.base) },
            into: chosen, values: &lastValue, scratch: scratch)
        let winner = candidates.row(Int(origin[0]))
        winner.update(from: chosen.base, count: chosen.columns)
        return boxActions(winner)
    }

    /// What the critic is asked at: the observation, and where it judges windows the share of the steps that are done.
    private func asked(_ seen: Matrix, steps: Int) -> Matrix {
        guard chunk.executedSteps > 1 else { return seen }
        // [1, O + 1].
        let asked = scratch.matrix(rows: 1, columns: seen.columns + 1)
        asked.base.update(from: seen.base, count: seen.columns)
        asked.base[seen.columns] = Float(steps) / Float(chunk.executedSteps)
        return asked
    }

    /// The policy's H · A numbers as a chunk of the action box.
    private func boxActions(_ numbers: UnsafePointer<Float>) -> ActionChunk {
        var actions = ActionChunk(count: chunk.horizon, axes: actionCount)
        var action = Action(count: actionCount)
        for step in 0..<chunk.horizon {
            for axis in 0..<actionCount {
                let number = numbers[step * actionCount + axis]
                action[axis] = Double(normaliser.boxAction(number, axis: axis))
            }
            actions.put(action, at: step)
        }
        return actions
    }

    /// The mean over members of Q for one raw observation and action; of a window that ends behind it where the critic
    /// judges windows.
    public func value(of action: Action, on observation: Observation) -> Float {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // The observation [1, O] and the action, once a step, [1, k·A]; each member's share of its first layer, [E, H].
        let seen = scratch.matrix(rows: 1, columns: observationCount)
        for index in 0..<observationCount { seen.base[index] = observation[index] }
        normaliser.apply(to: seen)
        let acted = scratch.matrix(rows: 1, columns: optimiser.critic.actionCount)
        for index in 0..<acted.columns { acted.base[index] = Float(action[index % actionCount]) }
        normaliser.normalise(
            actions: Matrix(acted.base, rows: chunk.executedSteps, columns: actionCount))
        let ensemble = optimiser.critic
        let parts = scratch.matrix(rows: ensemble.memberCount, columns: ensemble.hidden)
        ensemble.observationParts(critic.base, observations: asked(seen, steps: 1), into: parts)
        var value: Float = 0
        ensemble.meanValues(
            critic.base, observationParts: parts, copies: 1, actions: acted, into: &value,
            scratch: scratch)
        return value
    }
}

// Safe: an actor belongs to one thread at a time and moves only as a whole.
extension Actor: @unchecked Sendable {}
