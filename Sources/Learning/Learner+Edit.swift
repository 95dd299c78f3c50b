import Models
import Neural
import Recipe

extension Learner {
    /// Sums of one shard of an edit policy's update.
    private enum Sum: Int {
        case value, size, logDensity, deviation
    }

    /// One update of the edit policy on the rows of the critic's last batch; `Learning/Algorithm.md` 2.5.
    ///
    /// The value's mean size over the batch divides it, so there are two passes: values and slopes at the edited
    /// actions, then gradients. Windows are edited, and judged, as whole ones: as they are when a policy acts.
    func editUpdate(_ editor: Editor, _ rows: CriticRows) -> EditMetrics {
        let key = Stream.edit.key(seed, criticUpdates)
        let batch = rows.count
        workspace.run(batch: batch) { shard, range, scratch in
            value(editor, rows.rows(range), range, key: key, shard: shard, scratch: scratch)
        }
        let (count, width) = (Float(batch), Float(editor.network.actionCount))
        let size = workspace.total(Sum.size.rawValue, batch: batch) / count
        let divisor = editor.settings.normalisesValue ? max(size, 1e-6) : 1
        workspace.run(batch: batch) { shard, range, scratch in
            learn(
                editor, rows.rows(range), range, batch: batch, divisor: divisor, key: key,
                shard: shard, scratch: scratch)
        }
        let weights = editor.weights
        var metrics = EditMetrics()
        metrics.alpha = editor.network.alpha(weights.parameters.base)
        metrics.value = workspace.total(Sum.value.rawValue, batch: batch) / count
        metrics.deviation =
            workspace.total(Sum.deviation.rawValue, batch: batch) / (count * width)
        metrics.entropy =
            width * editor.network.logScale
            - workspace.total(Sum.logDensity.rawValue, batch: batch) / count
        metrics.loss = -metrics.alpha * metrics.entropy - metrics.value / divisor
        weights.apply(
            learningRate: Float(editor.settings.learningRate), averageRate: 1, batch: batch,
            workspace: workspace)
        return metrics
    }

    /// Values and slopes of a shard's edited actions.
    private func value(
        _ editor: Editor, _ rows: CriticRows, _ range: Range<Int>, key: RandomKey, shard: Int,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        // ã, [b, n].
        let edited = scratch.matrix(rows: rows.count, columns: critic.actionCount)
        editor.network.edit(
            editor.weights.parameters.base, observations: rows.asked, actions: rows.actions,
            draw: (key, range.lowerBound), into: edited, scratch: scratch)
        let found = critic.meanValues(
            criticWeights.parameters.base, observations: rows.asked, actions: edited,
            gradients: editor.slopes(range), scratch: scratch)
        let sums = workspace.sums(of: shard)
        sums[Sum.value.rawValue] = found.total
        sums[Sum.size.rawValue] = found.size
        scratch.release(to: mark)
    }

    /// A shard's gradient.
    private func learn(
        _ editor: Editor, _ rows: CriticRows, _ range: Range<Int>, batch: Int, divisor: Float,
        key: RandomKey, shard: Int, scratch: Scratch
    ) {
        let found = editor.network.accumulateGradient(
            EditRows(
                observations: rows.asked, actions: rows.actions,
                slopes: editor.slopes(range), divisor: divisor, batch: batch, key: key,
                firstRow: range.lowerBound),
            parameters: editor.weights.parameters.base, tunesAlpha: editor.settings.tunesAlpha,
            gradient: editor.weights.zeroedGradient(of: shard), scratch: scratch)
        let sums = workspace.sums(of: shard)
        sums[Sum.logDensity.rawValue] = found.logDensity
        sums[Sum.deviation.rawValue] = found.deviation
    }

    /// Both passes of the largest shard, on what the batch holds; changes sums, slopes and gradients alone.
    func rehearse(_ editor: Editor, _ scratch: Scratch) {
        let batch = settings.critic.batchSize
        let range = 0..<ShardedWorkspace.largestShard(upTo: batch)
        let rows = windows.criticRows(range.count)
        let key = Stream.edit.key(seed, 0)
        value(editor, rows, range, key: key, shard: 0, scratch: scratch)
        learn(
            editor, rows, range, batch: batch, divisor: 1, key: key, shard: 0, scratch: scratch)
        scratch.release(to: 0)
    }
}
