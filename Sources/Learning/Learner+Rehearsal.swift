import Experience
import Models
import Neural
import Recipe

extension Learner {
    /// Works once through the largest shard of every kind of update, on zeros, and changes nothing but sums and
    /// gradients, which every update begins by clearing.
    ///
    /// - Returns: floats of scratch that took.
    func rehearse() -> Int {
        let scratch = Scratch.measuring()
        let most = max(settings.critic.batchSize, settings.policyTraining.batchSize)
        let rows = windows.criticRows(ShardedWorkspace.largestShard(upTo: most))
        let range = 0..<rows.count
        if let implicitQ, let valueWeights {
            implicitShard(
                implicitQ, valueWeights, rows, batch: rows.count, shard: 0, scratch: scratch)
        } else {
            calQLShard(rows, range: range, update: wideUpdate, shard: 0, scratch: scratch)
        }
        scratch.release(to: 0)
        if let editor { rehearse(editor, scratch) }
        // [b, k·A].
        let chosen = targets.matrix(at: 0, rows: rows.count, columns: critic.actionCount)
        if !climbs { distillShard(rows, range: range, shard: 0, into: chosen, scratch: scratch) }
        rehearsePolicy(rows, targets: chosen, scratch: scratch)
        return scratch.peak
    }

    /// An early update whose draw leaves a member out, which then sees all of a shard's rows at once.
    private var wideUpdate: Int {
        (0..<100).first { update in
            let key = Stream.critic.key(seed, update)
            return (0..<critic.memberCount).contains {
                calQL.multiplicity(of: $0, key: key) == 0
            }
        } ?? 0
    }

    private func rehearsePolicy(_ rows: CriticRows, targets: Matrix, scratch: Scratch) {
        // A refresh of the cache draws at both ends of every row of a batch.
        let states = ShardedWorkspace.largestShard(upTo: 2 * candidates.batchSize)
        let count = optimiser.candidateCount
        // S states [S, O] and their candidates [S·N, H·A].
        let observations = Arena(count: states * observationCount)
        let width = policy.shape.chunkCount
        let actions = Arena(count: states * count * width)
        withExtendedLifetime((observations, actions)) {
            var batch = distilled(windows.seen(rows.count), targets)
            if climbs {
                let ascent = ascent(of: rows)
                batch.valueWeight = ascent.valueWeight
                batch.valueGradient = ascent.valueGradient
                batch.normalisesValue = ascent.normalisesValue
            }
            policy.rehearse(
                SampleRequest(
                    observations: observations.matrix(
                        at: 0, rows: states, columns: observationCount),
                    count: count, key: Stream.policy.key(seed, 0)),
                into: Candidates(
                    actions: actions.matrix(at: 0, rows: states * count, columns: width)),
                batch, scratch: scratch)
        }
    }
}
