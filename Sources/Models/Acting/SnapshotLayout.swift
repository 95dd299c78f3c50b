import Neural
import Recipe

/// Where things are in a flat snapshot: normaliser, acting policy, critic and, where there is one, edit policy, all by name.
///
/// What a learner publishes and an `Actor` loads.
public struct SnapshotLayout: Sendable, Equatable {
    /// Every tensor: `normaliser.…`, `policy.…`, `critic.…`, `edit.…`.
    public let layout: ParameterLayout
    /// As `Normaliser.layout` has it.
    public let normaliser: Range<Int>
    /// Candidates that a decision weighs, where their number grows with experience; else empty.
    public let candidates: Range<Int>
    /// The policy's averaged weights.
    public let policy: Range<Int>
    /// The critic's online weights.
    public let critic: Range<Int>
    /// The edit policy's weights; empty where the optimiser does not edit.
    public let edit: Range<Int>

    /// The layout that goes with the settings.
    public init(observationCount: Int, actionCount: Int, settings: AlgorithmSettings) {
        let network = PolicyFactory.network(
            observationCount: observationCount, actionCount: actionCount,
            horizon: settings.chunk.horizon, settings: settings.policy)
        let critic = CriticEnsemble(
            observationCount: observationCount, actionCount: actionCount, chunk: settings.chunk,
            settings: settings.critic)
        var layout = ParameterLayout()
        normaliser = layout.append(
            Normaliser.layout(observationCount: observationCount, actionCount: actionCount),
            prefix: "normaliser.")
        var counts = ParameterLayout()
        if settings.optimisation.growsCandidates { counts.add("candidates", [1]) }
        candidates = layout.append(counts, prefix: "optimiser.")
        policy = layout.append(network.layout, prefix: "policy.")
        self.critic = layout.append(critic.layout, prefix: "critic.")
        let optimiser = ActionOptimiser(critic: critic, settings: settings.optimisation)
        edit =
            optimiser.edit.map { layout.append($0.layout, prefix: "edit.") }
            ?? layout.count..<layout.count
        self.layout = layout
    }

    /// Floats of a snapshot.
    public var count: Int { layout.count }

    /// Policy, critic and edits: everything that is learned, behind the others.
    public var networks: Range<Int> { policy.lowerBound..<count }
}

extension ParameterLayout {
    /// Appends every tensor of another layout under a prefix and returns their range.
    public mutating func append(_ other: ParameterLayout, prefix: String) -> Range<Int> {
        let first = count
        for tensor in other.tensors {
            add(prefix + tensor.name, tensor.shape, absent: tensor.absent)
        }
        return first..<count
    }
}
