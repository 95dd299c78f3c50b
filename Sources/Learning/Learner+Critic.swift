import Experience
import Models
import Neural
import Recipe

extension Learner {
    /// One critic update; `Learning/Algorithm.md` A5 (Cal-QL) or 3.8 (IQL).
    ///
    /// - Parameters:
    ///   - offline: demonstrations and whatever else was there at the start.
    ///   - online: collected since; nil or empty in the offline phase.
    public func criticUpdate(offline: ReplayStore, online: ReplayStore?) -> CriticMetrics {
        weigh(online)
        let batchSize = settings.critic.batchSize
        let gathered = gather(
            batchSize, offline: offline, online: online,
            offlineCount: criticOfflineRows(offline, online),
            key: Stream.criticRows.key(seed, criticUpdates))
        for shard in 0..<ShardedWorkspace.capacity {
            workspace.sums(of: shard).update(
                repeating: 0, count: ShardedWorkspace.sumsPerShard)
        }
        if let implicitQ, let valueWeights {
            implicitUpdate(implicitQ, valueWeights, gathered.rows)
        } else {
            let isOnline = (online?.count ?? 0) > 0
            calQLUpdate(
                gathered, isConservative: !(isOnline && settings.critic.endsConservatism))
        }
        let rate = Float(settings.critic.learningRate)
        criticWeights.apply(
            learningRate: rate, averageRate: Float(settings.critic.tau), batch: batchSize,
            workspace: workspace)
        valueWeights?.apply(
            learningRate: rate, averageRate: Float(settings.critic.tau), batch: batchSize,
            workspace: workspace)
        criticUpdates += 1
        var metrics = criticMetrics(batchSize)
        if let editor, editor.isDue(criticUpdates, online) {
            metrics.edit = editUpdate(editor, gathered.rows)
        }
        return metrics
    }

    private func implicitUpdate(
        _ loss: ImplicitQ, _ valueWeights: TrainableParameters, _ rows: CriticRows
    ) {
        workspace.run(batch: rows.count) { shard, range, scratch in
            implicitShard(
                loss, valueWeights, rows.rows(range), batch: rows.count, shard: shard,
                scratch: scratch)
        }
    }

    /// One shard of an IQL update.
    func implicitShard(
        _ loss: ImplicitQ, _ valueWeights: TrainableParameters, _ rows: CriticRows, batch: Int,
        shard: Int, scratch: Scratch
    ) {
        let weights = ImplicitQ.Weights(
            critic: criticWeights.parameters.base, averages: criticWeights.averages.base,
            value: valueWeights.parameters.base,
            criticGradient: criticWeights.zeroedGradient(of: shard),
            valueGradient: valueWeights.zeroedGradient(of: shard))
        loss.accumulateGradient(
            rows, batch: batch, weights: weights, sums: workspace.sums(of: shard),
            scratch: scratch)
    }

    private func calQLUpdate(_ gathered: Gathered, isConservative: Bool) {
        let rows = gathered.rows
        if !climbs {
            candidates.fill(
                observations: gathered.seen, nextObservations: gathered.seenAfter,
                origin: gathered.origin, policy: policy, version: policyVersion,
                key: Stream.criticCandidates.key(seed, criticUpdates), workspace: workspace)
        }
        workspace.run(batch: rows.count) { shard, range, scratch in
            calQLShard(
                rows, range: range, update: criticUpdates, isConservative: isConservative,
                shard: shard, scratch: scratch)
        }
    }

    /// One shard of a Cal-QL update of `rows`.
    ///
    /// - Parameters:
    ///   - update: the update's number, which decides the random numbers.
    ///   - isConservative: with the conservative term, which needs actions at s.
    func calQLShard(
        _ rows: CriticRows, range: Range<Int>, update: Int, isConservative: Bool = true,
        shard: Int, scratch: Scratch
    ) {
        let key = Stream.critic.key(seed, update)
        // The shard's rows, b of them.
        let part = rows.rows(range)
        // Policy actions at s′ and s, [b·P, A] each.
        let next: PolicyActions
        let current: PolicyActions
        if climbs {
            next = sampled(
                at: part.nextObservations, range: range,
                key: key.on(stream: key.stream &+ 2), scratch: scratch)
            current = sampled(
                at: part.observations, range: range, key: key.on(stream: key.stream &+ 3),
                scratch: scratch)
        } else {
            next = optimised(
                at: part.nextObservations, candidates: candidates.next(rows: rows.count),
                range: range, shard: shard, scratch: scratch)
            current =
                isConservative
                ? optimised(
                    at: part.asked, candidates: candidates.current(rows: rows.count),
                    range: range, shard: shard, scratch: scratch) : next
        }
        // y, [b].
        let targets = scratch.vector(range.count)
        calQL.targets(
            part, next: next, averages: criticWeights.averages.base, key: key, into: targets,
            scratch: scratch)
        var step = CriticStep(
            parameters: criticWeights.parameters.base, rows: part, next: next, current: current,
            targets: targets, batch: rows.count, firstRow: range.lowerBound, key: key)
        step.isConservative = isConservative
        calQL.accumulateGradient(
            step, gradient: criticWeights.zeroedGradient(of: shard),
            sums: workspace.sums(of: shard), scratch: scratch)
    }

    /// The optimised arg-max action at each of a shard's states, by the online critic.
    private func optimised(
        at observations: Matrix, candidates: Matrix, range: Range<Int>, shard: Int,
        scratch: Scratch
    ) -> PolicyActions {
        let count = self.candidates.count
        // The best action at each state, [b, k·A], and its value, [b].
        let chosen = scratch.matrix(rows: range.count, columns: critic.actionCount)
        let values = scratch.vector(range.count)
        var request = OptimisationRequest(
            observations: observations,
            candidates: candidates.rows((range.lowerBound * count)..<(range.upperBound * count))
                .columns(0..<critic.actionCount),
            key: Stream.selection.key(seed, criticUpdates), firstRow: range.lowerBound)
        request.explores = true
        optimise(request, shard: shard, into: chosen, values: values, scratch: scratch)
        return PolicyActions(actions: chosen, densities: nil)
    }

    /// P samples of a policy that climbs at each of a shard's states, with densities where it has them.
    private func sampled(
        at observations: Matrix, range: Range<Int>, key: RandomKey, scratch: Scratch
    ) -> PolicyActions {
        let count = calQL.term.policyCount
        // [b·P, A] and, with importance sampling, log π, [b·P].
        let actions = scratch.matrix(rows: range.count * count, columns: actionCount)
        let densities = policy.abilities.density ? scratch.vector(range.count * count) : nil
        policy.sample(
            SampleRequest(
                observations: observations, count: count, key: key, firstRow: range.lowerBound),
            into: Candidates(actions: actions, logDensities: densities), scratch: scratch)
        return PolicyActions(actions: actions, densities: densities)
    }

    /// Makes one action of the candidates of each of a shard's states, [b, A], with its score, [b].
    func optimise(
        _ request: OptimisationRequest, shard: Int, into chosen: Matrix,
        values: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let sums = optimiser.optimise(
            request, critic: criticWeights.parameters.base,
            edits: editor.map { UnsafePointer($0.weights.parameters.base) }, into: chosen,
            values: values, scratch: scratch)
        add(sums, to: workspace.sums(of: shard))
    }

    /// Adds what action optimisation did to a shard's sums.
    private func add(_ sums: OptimisationSums, to shard: UnsafeMutablePointer<Float>) {
        shard[CriticSum.gain.rawValue] += sums.gain
        shard[CriticSum.bestIterate.rawValue] += sums.bestIterate
        shard[CriticSum.gradientNorm.rawValue] += sums.gradientNorm
        shard[CriticSum.shift.rawValue] += sums.shift
        shard[CriticSum.value.rawValue] += sums.value
        shard[CriticSum.candidates.rawValue] += sums.candidates
        shard[CriticSum.states.rawValue] += sums.states
        shard[CriticSum.described.rawValue] += sums.described
        shard[CriticSum.best.rawValue] += sums.best
        shard[CriticSum.mean.rawValue] += sums.mean
        shard[CriticSum.spread.rawValue] += sums.spread
        shard[CriticSum.edited.rawValue] += sums.edited
        shard[CriticSum.zero.rawValue] += sums.zero
        shard[CriticSum.data.rawValue] += sums.data
        shard[CriticSum.distance.rawValue] += sums.distance
    }

    /// The report of action optimisation from the shards' sums.
    func optimisationMetrics(_ batch: Int) -> OptimisationMetrics {
        func mean(_ sum: CriticSum, of count: CriticSum) -> Float {
            workspace.total(sum.rawValue, batch: batch)
                / max(1, workspace.total(count.rawValue, batch: batch))
        }
        var metrics = OptimisationMetrics()
        metrics.gradientNorm = mean(.gradientNorm, of: .candidates)
        metrics.valueGain = mean(.gain, of: .candidates)
        metrics.bestIterate = mean(.bestIterate, of: .candidates)
        metrics.shift = mean(.shift, of: .candidates)
        metrics.value = mean(.value, of: .states)
        metrics.best = mean(.best, of: .described)
        metrics.mean = mean(.mean, of: .described)
        metrics.spread = mean(.spread, of: .described)
        metrics.edited = mean(.edited, of: .states)
        metrics.zero = mean(.zero, of: .states)
        metrics.data = mean(.data, of: .states)
        metrics.distance = mean(.distance, of: .states)
        return metrics
    }

    private func criticMetrics(_ batch: Int) -> CriticMetrics {
        func total(_ sum: CriticSum) -> Float { workspace.total(sum.rawValue, batch: batch) }
        let rows = Float(batch)
        let members = Float(critic.memberCount)
        let drawn = Float(calQL.subsample) * rows
        let policyCount = Float(calQL.term.policyCount)
        var metrics = CriticMetrics()
        metrics.tdLoss = total(.tdLoss) / (members * rows)
        metrics.target = total(.target) / rows
        metrics.qData = total(.qData) / (members * rows)
        metrics.monteCarlo = total(.monteCarlo) / rows
        metrics.valueLoss = total(.valueLoss) / rows
        guard implicitQ == nil else { return metrics }
        metrics.cqlLoss = total(.cqlLoss) / drawn
        metrics.qRandom = total(.qRandom) / (drawn * Float(max(1, calQL.term.randomCount)))
        metrics.qPolicy = total(.qPolicy) / (drawn * policyCount)
        metrics.calibrationBound = total(.bound) / (drawn * 2 * policyCount)
        metrics.optimisation = optimisationMetrics(batch)
        metrics.staleness = candidates.staleness
        metrics.refreshed = candidates.refreshed
        return metrics
    }
}
