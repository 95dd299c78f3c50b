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
        let gathered = gather(
            batchSize, offline: offline, online: nil, offlineCount: batchSize,
            key: Stream.imitationRows.key(seed, imitationUpdates))
        let rate = LearningRate.cosine(
            settings.policyTraining.imitationLearningRate, update: imitationUpdates,
            warmup: settings.policyTraining.warmup, total: settings.schedule.imitationUpdates)
        var imitated = PolicyBatch(observations: gathered.seen, targets: gathered.chunks)
        imitated.mask = gathered.present
        let loss = policy.step(
            imitated, key: Stream.imitation.key(seed, imitationUpdates), learningRate: rate,
            workspace: workspace)
        imitationUpdates += 1
        return loss
    }

    /// One policy update: PA-RL's distillation (`Algorithm.md` A7), imitation of what was executed (2.6), or ascent of the
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
            } else {
                switch settings.policyTraining.supervision {
                case .optimised: distill(gathered, rate: rate)
                case .successes:
                    imitateSuccess(gathered, successes: online?.successes ?? 0, rate: rate)
                case .advantages: imitateByAdvantage(gathered, rate: rate)
                }
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
                observations: gathered.seen, nextObservations: nil, origin: gathered.origin,
                policy: policy, version: policyVersion,
                key: Stream.policyCandidates.key(seed, policyUpdates), workspace: workspace)
        }
        // [B, k·A].
        let chosen = targets.matrix(at: 0, rows: rows.count, columns: critic.actionCount)
        workspace.run(batch: rows.count) { shard, range, scratch in
            distillShard(rows, range: range, shard: shard, into: chosen, scratch: scratch)
        }
        var metrics = PolicyMetrics()
        metrics.optimisation = optimisationMetrics(rows.count)
        metrics.staleness = candidates.staleness
        metrics.refreshed = candidates.refreshed
        var shift: Float = 0
        for row in 0..<rows.count {
            for column in 0..<chosen.columns {
                shift += abs(chosen[row, column] - rows.actions[row, column])
            }
        }
        metrics.targetShift = shift / Float(rows.count)
        metrics.loss = policy.step(
            distilled(gathered.seen, chosen), key: Stream.policy.key(seed, policyUpdates),
            learningRate: rate,
            workspace: workspace)
        return metrics
    }

    /// What the policy learns at observations [B, O]: the improved windows [B, k·A], or the chunks made of them.
    func distilled(_ seen: Matrix, _ chosen: Matrix) -> PolicyBatch {
        guard settings.chunk.horizon > 1 else {
            return PolicyBatch(observations: seen, targets: chosen)
        }
        let learned = windows.learned(seen.rows)
        var batch = PolicyBatch(observations: seen, targets: learned.targets)
        batch.mask = learned.counted
        return batch
    }

    /// One shard's targets, its rows of `chosen` [B, k·A]: optimised actions with the dataset action among the candidates.
    func distillShard(
        _ rows: CriticRows, range: Range<Int>, shard: Int, into chosen: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let count = candidates.count
        let drawn = candidates.current(rows: rows.count)
        var request = OptimisationRequest(
            observations: rows.asked.rows(range),
            candidates: drawn.rows((range.lowerBound * count)..<(range.upperBound * count))
                .columns(0..<critic.actionCount),
            selection: ActionOptimiser.Selection(
                temperature: settings.optimisation.distillTemperature),
            key: Stream.selection.key(seed, policyUpdates).on(
                stream: Stream.selection.rawValue + 1),
            firstRow: range.lowerBound)
        request.datasetActions = rows.actions.rows(range)
        request.explores = true
        // Q of the chosen actions and the candidates they were made of, [b] each.
        let values = scratch.vector(range.count)
        let origins = scratch.integers(range.count)
        request.origins = origins
        optimise(
            request, shard: shard, into: chosen.rows(range), values: values, scratch: scratch)
        if settings.chunk.horizon > 1 {
            for (place, row) in range.enumerated() {
                let origin = Int(origins[place])
                windows.complete(
                    row, window: chosen.row(row),
                    candidate: origin < count ? drawn.row(row * count + origin) : nil)
            }
        }
        scratch.release(to: mark)
    }

    /// Ascent of the critic's value through the policy's own sample; `Learning/Algorithm.md` 4.3 and 4.5.
    private func ascend(_ rows: CriticRows, rate: Float) -> PolicyMetrics {
        var metrics = PolicyMetrics()
        metrics.loss = policy.step(
            ascent(of: rows), key: Stream.policy.key(seed, policyUpdates), learningRate: rate,
            workspace: workspace)
        if !settings.policyTraining.isAnchored {
            metrics.optimisation.value = -metrics.loss / Float(settings.policyTraining.valueWeight)
        }
        return metrics
    }

    /// A step along the critic's value at the policy's own samples; where it is anchored, over that value's size and
    /// towards what was executed.
    func ascent(of rows: CriticRows) -> PolicyBatch {
        var batch = PolicyBatch(
            observations: rows.observations,
            valueWeight: Float(settings.policyTraining.valueWeight), valueGradient: opinion)
        batch.normalisesValue = settings.policyTraining.isAnchored
        if settings.policyTraining.isAnchored { batch.targets = rows.actions }
        return batch
    }

    /// The least member's value of chunks at a batch's rows; the mean member's where the policy is anchored.
    func makeOpinion() -> PolicyBatch.ValueGradient {
        let critic = critic
        let parameters = UnsafePointer(criticWeights.parameters.base)
        let isAnchored = settings.policyTraining.isAnchored
        // Where any batch's rows are.
        let observations = windows.criticRows(batch.view.capacity).observations
        return { _, range, actions, gradients, scratch in
            let seen = observations.rows(range)
            return isAnchored
                ? critic.meanValues(
                    parameters, observations: seen, actions: actions, gradients: gradients,
                    scratch: scratch)
                : critic.leastValues(
                    parameters, observations: seen, actions: actions, gradients: gradients,
                    scratch: scratch)
        }
    }
}
