import Experience
import Models
import Neural
import Recipe

extension Learner {
    /// One step of imitation on the offline rows' own actions.
    ///
    /// - Returns: the supervised loss, mean over the batch, before the step.
    public func imitationUpdate(offline: ReplayStore) -> Float {
        let batchSize = settings.policyTraining.batchSize
        let rows = gather(
            batchSize, offline: offline, online: nil, offlineCount: batchSize,
            key: Stream.imitationRows.key(seed, imitationUpdates)
        ).rows
        let rate = LearningRate.cosine(
            settings.policyTraining.imitationLearningRate, update: imitationUpdates,
            warmup: settings.policyTraining.warmup, total: settings.schedule.imitationUpdates)
        let loss = policy.step(
            PolicyBatch(observations: rows.observations, targets: rows.actions),
            key: Stream.imitation.key(seed, imitationUpdates), learningRate: rate,
            workspace: workspace)
        imitationUpdates += 1
        return loss
    }

    /// One policy update: PA-RL's distillation (`Algorithm.md` A7), imitation of successes (2.6), or ascent of the
    /// critic's value.
    public func policyUpdate(offline: ReplayStore, online: ReplayStore?) -> PolicyMetrics {
        weigh(online)
        let batchSize = settings.policyTraining.batchSize
        let gathered = gather(
            batchSize, offline: offline, online: online,
            offlineCount: policyOfflineRows(offline, online),
            key: Stream.policyRows.key(seed, policyUpdates))
        for shard in 0..<ShardedWorkspace.capacity {
            workspace.sums(of: shard).update(
                repeating: 0, count: ShardedWorkspace.sumsPerShard)
        }
        let rate = LearningRate.warmedUp(
            settings.policyTraining.learningRate, update: policyUpdates,
            warmup: settings.policyTraining.warmup)
        let metrics =
            if climbs {
                ascend(gathered.rows, rate: rate)
            } else if settings.policyTraining.imitatesSuccess {
                imitateSuccess(gathered, successes: online?.successes ?? 0, rate: rate)
            } else {
                distill(gathered, rate: rate)
            }
        policyUpdates += 1
        return metrics
    }

    /// Targets from action optimisation with the dataset action among the candidates, then one supervised step.
    private func distill(_ gathered: Gathered, rate: Float) -> PolicyMetrics {
        let rows = gathered.rows
        // With one kept candidate the dataset action replaces it: nothing is sampled.
        if optimiser.keptCount > 1 {
            candidates.fill(
                observations: rows.observations, nextObservations: nil, origin: gathered.origin,
                policy: policy, version: policyVersion,
                key: Stream.policyCandidates.key(seed, policyUpdates), workspace: workspace)
        }
        // [B, A].
        let chosen = targets.matrix(at: 0, rows: rows.count, columns: actionCount)
        workspace.run(batch: rows.count) { shard, range, scratch in
            distillShard(rows, range: range, shard: shard, into: chosen, scratch: scratch)
        }
        var metrics = PolicyMetrics()
        metrics.optimisation = optimisationMetrics(rows.count)
        metrics.staleness = candidates.staleness
        metrics.refreshed = candidates.refreshed
        var shift: Float = 0
        for index in 0..<(rows.count * actionCount) {
            shift += abs(chosen.base[index] - rows.actions.base[index])
        }
        metrics.targetShift = shift / Float(rows.count)
        metrics.loss = policy.step(
            PolicyBatch(observations: rows.observations, targets: chosen),
            key: Stream.policy.key(seed, policyUpdates), learningRate: rate, workspace: workspace)
        return metrics
    }

    /// A supervised step on what was executed in successful episodes, once there are enough of them.
    private func imitateSuccess(
        _ gathered: Gathered, successes: Int, rate: Float
    ) -> PolicyMetrics {
        let rows = gathered.rows
        var metrics = PolicyMetrics()
        guard successes >= settings.policyTraining.leastSuccesses else { return metrics }
        // What each row's loss counts, mean 1, [B]: behind the targets.
        let weights = targets.base + rows.count * actionCount
        var good = 0
        for row in 0..<rows.count {
            let isGood = gathered.origin.store(row).store.isOfSuccess(
                row: Int(gathered.origin.rowIDs[row]))
            weights[row] = isGood ? 1 : 0
            if isGood { good += 1 }
        }
        guard good > 0 else { return metrics }
        VectorMath.scale(weights, count: rows.count, by: Float(rows.count) / Float(good))
        var batch = PolicyBatch(observations: rows.observations, targets: rows.actions)
        batch.weights = UnsafePointer(weights)
        metrics.loss = policy.step(
            batch, key: Stream.policy.key(seed, policyUpdates), learningRate: rate,
            workspace: workspace)
        return metrics
    }

    /// One shard's targets, its rows of `chosen` [B, A]: optimised actions with the dataset action among the candidates.
    func distillShard(
        _ rows: CriticRows, range: Range<Int>, shard: Int, into chosen: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let count = candidates.count
        var request = OptimisationRequest(
            observations: rows.observations.rows(range),
            candidates: candidates.current(rows: rows.count)
                .rows((range.lowerBound * count)..<(range.upperBound * count)),
            selection: ActionOptimiser.Selection(
                temperature: settings.optimisation.distillTemperature),
            key: Stream.selection.key(seed, policyUpdates).on(
                stream: Stream.selection.rawValue + 1),
            firstRow: range.lowerBound)
        request.datasetActions = rows.actions.rows(range)
        request.explores = true
        // Q of the chosen actions, [b].
        let values = scratch.vector(range.count)
        optimise(
            request, shard: shard, into: chosen.rows(range), values: values, scratch: scratch)
        scratch.release(to: mark)
    }

    /// Ascent of min_e Q_e through the policy's own sample; `Learning/Algorithm.md` 4.3.
    private func ascend(_ rows: CriticRows, rate: Float) -> PolicyMetrics {
        var metrics = PolicyMetrics()
        metrics.loss = policy.step(
            ascent(of: rows), key: Stream.policy.key(seed, policyUpdates), learningRate: rate,
            workspace: workspace)
        metrics.optimisation.value = -metrics.loss / Float(settings.policyTraining.valueWeight)
        return metrics
    }

    /// A step along the least member's value at the policy's own samples.
    func ascent(of rows: CriticRows) -> PolicyBatch {
        let critic = critic
        let parameters = UnsafePointer(criticWeights.parameters.base)
        return PolicyBatch(
            observations: rows.observations,
            valueWeight: Float(settings.policyTraining.valueWeight)
        ) { _, range, actions, gradients, scratch in
            critic.leastValues(
                parameters, observations: rows.observations.rows(range), actions: actions,
                gradients: gradients, scratch: scratch)
        }
    }
}
