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
        let loss = policy.update(
            observations: rows.observations, targets: rows.actions,
            key: Stream.imitation.key(seed, imitationUpdates), learningRate: rate,
            workspace: workspace)
        imitationUpdates += 1
        return loss
    }

    /// One policy update: PA-RL's distillation (`Learning/Algorithm.md` A7), or ascent of the critic's value.
    public func policyUpdate(offline: ReplayStore, online: ReplayStore?) -> PolicyMetrics {
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
        let metrics: PolicyMetrics
        if settings.policyTraining.climbs,
            let direct = policy as? any ReparameterisedPolicy
        {
            metrics = ascend(direct, gathered.rows, rate: rate)
        } else {
            metrics = distill(gathered, rate: rate)
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
        let count = optimiser.candidateCount
        let sets = candidates.current(rows: rows.count)
        let chosen = targets.matrix(at: 0, rows: rows.count, columns: actionCount)
        let selection = ActionOptimiser.Selection(
            temperature: settings.optimisation.distillTemperature)
        let key = Stream.selection.key(seed, policyUpdates).on(
            stream: Stream.selection.rawValue + 1)
        workspace.run(batch: rows.count) { shard, range, scratch in
            let values = scratch.vector(range.count)
            let sums = optimiser.optimise(
                criticWeights.parameters.base, observations: rows.observations.rows(range),
                candidates: sets.rows((range.lowerBound * count)..<(range.upperBound * count)),
                datasetActions: rows.actions.rows(range), selection: selection, key: key,
                firstRow: range.lowerBound, into: chosen.rows(range), values: values,
                scratch: scratch)
            add(sums, to: workspace.sums(of: shard))
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
        metrics.loss = policy.update(
            observations: rows.observations, targets: chosen,
            key: Stream.policy.key(seed, policyUpdates), learningRate: rate, workspace: workspace)
        return metrics
    }

    /// Ascent of min_e Q_e through the policy's own sample; `Learning/Algorithm.md` 4.3.
    private func ascend(
        _ policy: any ReparameterisedPolicy, _ rows: CriticRows, rate: Float
    ) -> PolicyMetrics {
        let critic = critic
        let parameters = UnsafePointer(criticWeights.parameters.base)
        var metrics = PolicyMetrics()
        let value = policy.ascend(
            observations: rows.observations, key: Stream.policy.key(seed, policyUpdates),
            learningRate: rate, workspace: workspace
        ) { _, range, actions, dActions, scratch in
            critic.leastValues(
                parameters, observations: rows.observations.rows(range), actions: actions,
                gradients: dActions, scratch: scratch)
        }
        metrics.loss = -value
        metrics.optimisation.value = value
        return metrics
    }
}
