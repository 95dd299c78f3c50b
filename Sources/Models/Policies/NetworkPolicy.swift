import Neural

/// A policy that is a network here in the process: its weights, their average, its optimiser.
///
/// Acts and is sampled with the averaged weights, trained on the plain ones; `Learning/Algorithm.md` 4.2.
public final class NetworkPolicy<Network: PolicyNetwork>: Policy {
    /// The mathematics.
    public let network: Network
    /// The numbers.
    public let weights: TrainableParameters
    let averageRate: Float
    let prepared: Arena
    let preparedAverages: Arena
    private let scratch: Scratch

    /// Fresh weights.
    ///
    /// - Parameters:
    ///   - network: the mathematics.
    ///   - averageRate: share of the new weights in the average, per update.
    ///   - key: of the initial weights.
    public init(network: Network, averageRate: Double, key: RandomKey) {
        self.network = network
        self.averageRate = Float(averageRate)
        weights = TrainableParameters(layout: network.layout)
        prepared = Arena(count: max(1, network.preparedCount))
        preparedAverages = Arena(count: max(1, network.preparedCount))
        scratch = Scratch(count: network.scratchCount(rows: 1))
        network.initialise(weights.parameters.base, key: key)
        weights.startAverages()
        weightsChanged()
    }

    /// Scalars of one observation, O.
    public var observationCount: Int { network.observationCount }
    /// Scalars of one action, A.
    public var actionCount: Int { network.actionCount }

    /// Draws candidates with the averaged weights; `Policy.sample`.
    public func sample(
        _ count: Int, observations: Matrix, into actions: Matrix, key: RandomKey, firstRow: Int,
        scratch: Scratch
    ) {
        network.sample(
            count, parameters: weights.averages.base, prepared: preparedAverages.base,
            observations: observations, into: actions, key: key, firstRow: firstRow,
            scratch: scratch)
    }

    /// One supervised step; `Policy.update`.
    public func update(
        observations: Matrix, targets: Matrix, key: RandomKey, learningRate: Float,
        workspace: ShardedWorkspace
    ) -> Float {
        let batch = observations.rows
        workspace.run(batch: batch) { shard, rows, scratch in
            workspace.sums(of: shard)[0] = network.accumulateGradient(
                parameters: weights.parameters.base, prepared: prepared.base,
                observations: observations.rows(rows), targets: targets.rows(rows),
                scale: 1 / Float(batch), gradient: weights.zeroedGradient(of: shard), key: key,
                firstRow: rows.lowerBound, scratch: scratch)
        }
        let loss = workspace.total(0, batch: batch) / Float(batch)
        finish(learningRate: learningRate, batch: batch, workspace: workspace)
        return loss
    }

    /// Takes the optimiser's step on the shards' gradients.
    func finish(learningRate: Float, batch: Int, workspace: ShardedWorkspace) {
        weights.apply(
            learningRate: learningRate, averageRate: averageRate, batch: batch,
            workspace: workspace)
        weightsChanged()
    }

    /// Floats of scratch for a shard.
    public func scratchCount(rows: Int) -> Int { network.scratchCount(rows: rows) }

    /// Forgets the optimiser's moments.
    public func resetOptimiser() { weights.resetOptimiser() }

    /// Floats in a snapshot.
    public var snapshotCount: Int { network.layout.count }

    /// Names of a snapshot's tensors.
    public var snapshotLayout: ParameterLayout { network.layout }

    /// Copies the averaged weights out.
    public func writeSnapshot(into snapshot: UnsafeMutablePointer<Float>) {
        snapshot.update(from: weights.averages.base, count: network.layout.count)
    }

    /// Everything a checkpoint keeps, by name.
    public var arenas: [(name: String, layout: ParameterLayout, arena: Arena)] { weights.arenas }

    /// Optimiser steps since the last reset.
    public var optimiserStep: Int {
        get { weights.step }
        set { weights.step = newValue }
    }

    /// Recomputes what is derived from the weights.
    public func weightsChanged() {
        network.prepare(weights.parameters.base, into: prepared.base, scratch: scratch)
        network.prepare(weights.averages.base, into: preparedAverages.base, scratch: scratch)
    }
}
