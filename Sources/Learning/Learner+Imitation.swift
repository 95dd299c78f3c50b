import Experience
import Models
import Neural
import Recipe

extension Learner {
    /// A supervised step on what was executed in successful episodes, once there are enough of them.
    func imitateSuccess(
        _ gathered: Gathered, successes: Int, rate: Float
    ) -> PolicyMetrics {
        let rows = gathered.rows
        var metrics = PolicyMetrics()
        guard successes >= settings.policyTraining.leastSuccesses else { return metrics }
        let weights = rowWeights(rows.count)
        var good = 0
        for row in 0..<rows.count {
            let isGood = gathered.origin.store(row).store.isOfSuccess(
                row: Int(gathered.origin.rowIDs[row]))
            weights[row] = isGood ? 1 : 0
            if isGood { good += 1 }
        }
        guard good > 0 else { return metrics }
        VectorMath.scale(weights, count: rows.count, by: Float(rows.count) / Float(good))
        metrics.loss = imitate(gathered, weights: weights, rate: rate)
        return metrics
    }

    /// A supervised step on what was executed, each row weighed by what it was better by; `Algorithm.md` 2.6.
    func imitateByAdvantage(_ gathered: Gathered, rate: Float) -> PolicyMetrics {
        guard let implicitQ, let valueWeights else {
            preconditionFailure("advantages are of implicit Q-learning")
        }
        let rows = gathered.rows
        let weights = rowWeights(rows.count)
        workspace.run(batch: rows.count) { _, range, scratch in
            implicitQ.advantages(
                of: rows.rows(range), averages: criticWeights.averages.base,
                value: valueWeights.parameters.base, into: weights + range.lowerBound,
                scratch: scratch)
        }
        var metrics = PolicyMetrics()
        let temperature = Float(settings.policyTraining.advantageTemperature)
        Self.weigh(weights, count: rows.count, temperature: temperature)
        metrics.loss = imitate(gathered, weights: weights, rate: rate)
        return metrics
    }

    /// Turns advantages [B] into weights e^{clip(advantage / temperature, ±3)} of mean 1, in place.
    ///
    /// RAPolicy (arXiv 2609.22888): no row counts more than 20 times what one without advantage does.
    static func weigh(_ rows: UnsafeMutablePointer<Float>, count: Int, temperature: Float) {
        VectorMath.scale(rows, count: count, by: 1 / temperature)
        VectorMath.clamp(rows, count: count, low: -3, high: 3)
        VectorMath.exp(rows, into: rows, count: count)
        var total: Float = 0
        for row in 0..<count { total += rows[row] }
        VectorMath.scale(rows, count: count, by: Float(count) / total)
    }

    /// What each row's loss counts, mean 1, [B]: behind the targets.
    private func rowWeights(_ count: Int) -> UnsafeMutablePointer<Float> {
        targets.base + count * critic.actionCount
    }

    private func imitate(
        _ gathered: Gathered, weights: UnsafeMutablePointer<Float>, rate: Float
    ) -> Float {
        var batch = PolicyBatch(observations: gathered.seen, targets: gathered.chunks)
        batch.weights = UnsafePointer(weights)
        batch.mask = gathered.present
        return policy.step(
            batch, key: Stream.policy.key(seed, policyUpdates), learningRate: rate,
            workspace: workspace)
    }
}
