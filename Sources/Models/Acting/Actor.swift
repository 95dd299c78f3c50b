import Embodiment
import Neural
import Recipe

/// Acts: one raw observation in, one action out.
///
/// Owns copies of all weights and its workspace; used by the acting thread alone. `act` and `load`
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
            observationCount: observationCount, actionCount: actionCount, settings: settings.policy)
        let ensemble = CriticEnsemble(
            observationCount: observationCount, actionCount: actionCount, settings: settings.critic)
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

    /// Chooses an action, −1…1 of the action box per axis.
    ///
    /// - Parameters:
    ///   - observation: raw, O scalars.
    ///   - mode: the policy alone, or value-guided, with how much chance.
    ///   - key: the whole decision can be recomputed from it.
    public func act(
        on observation: Observation, mode: ActingMode, key: RandomKey
    ) -> Action {
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
        // [N, A], or [1, A] of the policy alone.
        let candidates = scratch.matrix(rows: count, columns: actionCount)
        var request = SampleRequest(observations: seen, count: count, key: key)
        request.zeroFirst = mode == .noiseless || (mode.isGuided && optimiser.zeroFirst)
        network.sample(
            request, weights: PolicyWeights(parameters: policy.base, prepared: prepared.base),
            into: Candidates(actions: candidates), scratch: scratch)
        var chosen = candidates
        lastValue = .nan
        lastChoice = OptimisationSums()
        if mode.isGuided {
            // [1, A].
            chosen = scratch.matrix(rows: 1, columns: actionCount)
            var request = OptimisationRequest(
                observations: seen, candidates: candidates, key: key)
            request.explores = mode == .exploring
            lastChoice = optimiser.optimise(
                request, critic: critic.base, edits: edit.map { UnsafePointer($0.base) },
                into: chosen, values: &lastValue, scratch: scratch)
        }
        var action = Action(count: actionCount)
        for axis in 0..<actionCount {
            action[axis] = Double(normaliser.boxAction(chosen.base[axis], axis: axis))
        }
        return action
    }

    /// The mean over members of Q for one raw observation and action.
    public func value(of action: Action, on observation: Observation) -> Float {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // The observation [1, O] and the action [1, A]; each member's share of its first layer, [E, H].
        let seen = scratch.matrix(rows: 1, columns: observationCount)
        for index in 0..<observationCount { seen.base[index] = observation[index] }
        normaliser.apply(to: seen)
        let acted = scratch.matrix(rows: 1, columns: actionCount)
        for axis in 0..<actionCount { acted.base[axis] = Float(action[axis]) }
        normaliser.normalise(actions: acted)
        let ensemble = optimiser.critic
        let parts = scratch.matrix(rows: ensemble.memberCount, columns: ensemble.hidden)
        ensemble.observationParts(critic.base, observations: seen, into: parts)
        var value: Float = 0
        ensemble.meanValues(
            critic.base, observationParts: parts, copies: 1, actions: acted, into: &value,
            scratch: scratch)
        return value
    }
}

// Safe: an actor belongs to one thread at a time and moves only as a whole.
extension Actor: @unchecked Sendable {}
