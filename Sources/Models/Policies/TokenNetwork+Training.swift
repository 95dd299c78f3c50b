import Neural
import Recipe

extension TokenNetwork {
    /// Adds the gradient of scale · Σ_rows weight · Σ_t −label · log p over the tokens of the steps that are there.
    ///
    /// What a token has seen are the nearest bins of those before it, whatever the labels are.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        shard.sum(inPartsOf: AttentionTrunk.examplesAtOnce(length: chunkCount)) { part in
            let mark = scratch.mark()
            defer { scratch.release(to: mark) }
            return accumulate(part, weights.parameters, gradient: gradient, scratch: scratch)
        }
    }

    private func accumulate(
        _ part: SupervisedRows, _ parameters: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Float {
        let rows = part.count * chunkCount
        let pass = AttentionTrunk.Pass(
            length: chunkCount, reach: .causal, key: part.key, firstRow: part.firstRow)
        // Nearest bins [b·n]; tokens [b·n, D].
        let tokens = scratch.integers(rows)
        let x = scratch.matrix(rows: rows, columns: trunk.width)
        embed(part, parameters, tokens: tokens, into: x)
        let trace = trunk.forward(
            parameters, part.observations, x: x, pass: pass, scratch: scratch)
        // The head's slope and result [b·n, D], and its logits, then ∂loss/∂ them, [b·n, K].
        let slope = scratch.matrix(rows: rows, columns: trunk.width)
        let active = scratch.matrix(rows: rows, columns: trunk.width)
        let logits = scratch.matrix(rows: rows, columns: bins)
        headIn.forward(parameters, trace.output, into: slope)
        ELU.forward(slope, into: active, slope: slope)
        headOut.forward(parameters, active, into: logits)
        var loss: Float = 0
        for row in 0..<rows { loss += seed(part, row: row, logits: logits.row(row)) }

        // ∂loss/∂(head's hidden layer), then ∂loss/∂(output and tokens), each [b·n, D].
        let dHead = scratch.matrix(rows: rows, columns: trunk.width)
        let dX = scratch.matrix(rows: rows, columns: trunk.width)
        headOut.backward(parameters, logits, x: active, into: dHead, gradient: gradient)
        ELU.backward(dHead, slope: slope, into: dHead)
        headIn.backward(parameters, dHead, x: trace.output, into: dX, gradient: gradient)
        trunk.backward(
            parameters, part.observations, dX: dX, trace: trace, pass: pass, gradient: gradient,
            scratch: scratch)
        for row in 0..<rows where row % chunkCount > 0 {
            let place = row % chunkCount - 1
            VectorMath.add(
                dX.row(row),
                into: gradient + table.offset + self.row(of: Int(tokens[row - 1]), place: place),
                count: trunk.width)
        }
        return loss
    }

    /// The nearest bins [b·n] of the targets, and what they are as tokens, one place later, [b·n, D].
    private func embed(
        _ part: SupervisedRows, _ parameters: UnsafePointer<Float>,
        tokens: UnsafeMutablePointer<Int32>, into x: Matrix
    ) {
        let axes = shape.actionCount
        for row in 0..<x.rows {
            let (example, place) = (row / chunkCount, row % chunkCount)
            let standing = part.standing(for: place / axes, row: example)
            let target = part.targets[example, standing * axes + place % axes]
            tokens[row] = Int32(nearest(to: target))
            guard place + 1 < chunkCount else { continue }
            x.row(row + 1).update(
                from: embedding(parameters, token: Int(tokens[row]), place: place),
                count: trunk.width)
        }
    }

    /// Replaces a token's logits [K] by their gradient, weight · (p − label), and returns its weighted loss.
    private func seed(
        _ part: SupervisedRows, row: Int, logits: UnsafeMutablePointer<Float>
    ) -> Float {
        let (example, place) = (row / chunkCount, row % chunkCount)
        let weight = part.weight(of: example, step: place / shape.actionCount)
        guard weight > 0 else {
            VectorMath.fill(logits, count: bins, 0)
            return 0
        }
        let target = part.targets[example, place]
        var (lower, upper): (Float, Float) = (1, 0)
        var bin = nearest(to: target)
        if labels == .twoHot {
            let between = self.bin(of: target)
            (bin, lower, upper) = (between.lower, 1 - between.fraction, between.fraction)
        }
        var labelled = lower * logits[bin]
        if upper > 0 { labelled += upper * logits[bin + 1] }
        let total = Softmax.probabilities(logits, into: logits, count: bins)
        let scale = part.scale * weight
        VectorMath.scale(logits, count: bins, by: scale)
        logits[bin] -= scale * lower
        if upper > 0 { logits[bin + 1] -= scale * upper }
        return weight * (total - labelled)
    }
}
