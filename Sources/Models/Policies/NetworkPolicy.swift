import Neural
import Recipe

/// A policy that is a network here in the process: its weights, their average, its optimiser.
///
/// Acts and is sampled with the averaged weights, trained on the plain ones; `Learning/Algorithm.md` 4.2.
public final class NetworkPolicy<Network: PolicyNetwork>: TrainablePolicy {
    /// The mathematics.
    public let network: Network
    /// What the class can do beyond the three calls.
    public let abilities: PolicyAbilities
    /// Everything a checkpoint keeps, by name.
    public let state: NamedTensors
    /// The numbers.
    let weights: TrainableParameters
    private let averageRate: Float
    private let prepared: Arena
    private let preparedAverages: Arena
    /// The same mathematics where it can be differentiated through its sample.
    private let pathwise: (any PathwiseNetwork)?

    /// Fresh weights.
    ///
    /// - Parameters:
    ///   - network: the mathematics.
    ///   - abilities: of its class.
    ///   - pathwise: the same network where it can be differentiated through its sample.
    ///   - averageRate: share of the new weights in the average, per update.
    ///   - key: of the initial weights.
    public init(
        network: Network, abilities: PolicyAbilities, pathwise: (any PathwiseNetwork)? = nil,
        averageRate: Double, key: RandomKey
    ) {
        precondition(abilities.pathwise == (pathwise != nil), "a class that says what it can do")
        self.network = network
        self.abilities = abilities
        self.pathwise = pathwise
        self.averageRate = Float(averageRate)
        let weights = TrainableParameters(layout: network.layout)
        self.weights = weights
        prepared = Arena(count: max(1, network.preparedCount))
        preparedAverages = Arena(count: max(1, network.preparedCount))
        network.initialise(weights.parameters.base, key: key)
        weights.startAverages()
        let (trained, acting) = (prepared, preparedAverages)
        let measure = Scratch.measuring()
        network.prepare(weights.parameters.base, into: trained.base, scratch: measure)
        let scratch = Scratch(count: measure.peak)
        state = NamedTensors(weights) {
            network.prepare(weights.parameters.base, into: trained.base, scratch: scratch)
            network.prepare(weights.averages.base, into: acting.base, scratch: scratch)
        }
        state.changed()
    }

    /// Sizes.
    public var shape: PolicyShape { network.shape }

    private var trained: PolicyWeights {
        PolicyWeights(parameters: weights.parameters.base, prepared: prepared.base)
    }

    private var acting: PolicyWeights {
        PolicyWeights(parameters: weights.averages.base, prepared: preparedAverages.base)
    }

    /// Draws candidates with the averaged weights; `TrainablePolicy.sample`.
    public func sample(_ request: SampleRequest, into candidates: Candidates, scratch: Scratch) {
        if let refusal = request.refusal(into: candidates, by: shape, abilities) {
            preconditionFailure("\(refusal)")
        }
        network.sample(request, weights: acting, into: candidates, scratch: scratch)
    }

    /// One step of learning; `TrainablePolicy.step`.
    public func step(
        _ batch: PolicyBatch, key: RandomKey, learningRate: Float, workspace: ShardedWorkspace
    ) -> Float {
        if let refusal = batch.refusal(by: shape, abilities) { preconditionFailure("\(refusal)") }
        let count = batch.observations.rows
        let size = batch.normalisesValue ? valueSize(batch, key: key, workspace: workspace) : 1
        workspace.run(batch: count) { shard, rows, scratch in
            let gradient = weights.zeroedGradient(of: shard)
            workspace.sums(of: shard)[0] = accumulateTargets(
                batch, rows: rows, key: key, gradient: gradient, scratch: scratch)
            workspace.sums(of: shard)[1] = accumulateValue(
                batch, shard: shard, rows: rows, key: key, size: size, gradient: gradient,
                scratch: scratch)
        }
        var loss: Float = 0
        if batch.targets != nil { loss += workspace.total(0, batch: count) / Float(count) }
        if batch.valueGradient != nil {
            loss -= batch.valueWeight * (workspace.total(1, batch: count) / (Float(count) * size))
        }
        weights.apply(
            learningRate: learningRate, averageRate: averageRate, batch: count,
            workspace: workspace)
        state.changed()
        return loss
    }

    /// A shard's supervised part; returns Σ loss.
    private func accumulateTargets(
        _ batch: PolicyBatch, rows: Range<Int>, key: RandomKey,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Float {
        guard let targets = batch.targets else { return 0 }
        var shard = SupervisedRows(
            observations: batch.observations.rows(rows), targets: targets.rows(rows),
            weights: batch.weights.map { $0 + rows.lowerBound }, mask: batch.mask?.rows(rows),
            scale: 1 / Float(batch.observations.rows), key: key, firstRow: rows.lowerBound)
        shard.averages = acting
        return network.accumulateGradient(
            shard, weights: trained, gradient: gradient, scratch: scratch)
    }

    /// A shard's part along the critic's value; returns Σ value.
    private func accumulateValue(
        _ batch: PolicyBatch, shard: Int, rows: Range<Int>, key: RandomKey, size: Float,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Float {
        guard let pathwise, let valueGradient = batch.valueGradient, batch.valueWeight > 0 else {
            return 0
        }
        return pathwise.accumulateAscent(
            batch.observations.rows(rows), weights: trained, draw: (key, rows.lowerBound),
            divisor: Float(batch.observations.rows) * size / batch.valueWeight,
            gradient: gradient, scratch: scratch
        ) { chunks, gradients in valueGradient(shard, rows, chunks, gradients, scratch).total }
    }

    /// The mean |value| of the chunks that the step will climb from, without gradient.
    private func valueSize(
        _ batch: PolicyBatch, key: RandomKey, workspace: ShardedWorkspace
    ) -> Float {
        let count = batch.observations.rows
        workspace.run(batch: count) { shard, rows, scratch in
            workspace.sums(of: shard)[0] =
                values(batch, shard: shard, rows: rows, key: key, scratch: scratch).size
        }
        return max(workspace.total(0, batch: count) / Float(count), 1e-6)
    }

    /// A shard's values at those chunks.
    private func values(
        _ batch: PolicyBatch, shard: Int, rows: Range<Int>, key: RandomKey, scratch: Scratch
    ) -> ValueSums {
        guard let pathwise, let valueGradient = batch.valueGradient else { return ValueSums() }
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // The chunks and what the critic's slopes are there, each [b, H·A].
        let chunks = scratch.matrix(rows: rows.count, columns: shape.chunkCount)
        let slopes = scratch.matrix(rows: rows.count, columns: shape.chunkCount)
        var request = SampleRequest(
            observations: batch.observations.rows(rows), count: 1, key: key,
            firstRow: rows.lowerBound)
        request.purpose = pathwise.ascentPurpose
        pathwise.sample(
            request, weights: trained, into: Candidates(actions: chunks), scratch: scratch)
        return valueGradient(shard, rows, chunks, slopes, scratch)
    }

    /// Both calls of one shard, without a trace; `TrainablePolicy.rehearse`.
    public func rehearse(
        _ request: SampleRequest, into candidates: Candidates, _ batch: PolicyBatch,
        scratch: Scratch
    ) {
        sample(request, into: candidates, scratch: scratch)
        let rows = 0..<batch.observations.rows
        // Every step begins by clearing it.
        let gradient = weights.gradient(of: 0)
        _ = accumulateTargets(
            batch, rows: rows, key: request.key, gradient: gradient, scratch: scratch)
        _ = accumulateValue(
            batch, shard: 0, rows: rows, key: request.key, size: 1, gradient: gradient,
            scratch: scratch)
        if batch.normalisesValue {
            _ = values(batch, shard: 0, rows: rows, key: request.key, scratch: scratch)
        }
    }
}
