import Neural

extension DiffusionNetwork {
    /// What one block's backward pass needs.
    struct BlockTrace {
        /// Dropout factors: 0 or 1/(1 − rate), [R, H].
        let factors: Matrix
        /// x̂ [R, H] and 1/√(v + ε) [R].
        let hat: Matrix
        let reciprocalDeviation: UnsafeMutablePointer<Float>
        /// Normalised, scaled and shifted, [R, H].
        let normed: Matrix
        /// The swish's slope and result, [R, 4H].
        let slope: Matrix
        let active: Matrix
    }

    /// Adds the gradient of scale · Σ_rows Σ_A (ε̂ − ε)², or (â − a)²; `Learning/Algorithm.md` 4.2, DDPM (arXiv 2006.11239), equation 14.
    ///
    /// Time, noise and dropout of a row depend on the key and the row's number only. Shapes below: R rows of
    /// the shard, width H, T steps.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let parameters = weights.parameters
        let observations = shard.observations
        let rows = shard.count
        // t [R]; ε (or a) and x_t, each [R, A].
        let times = scratch.integers(rows)
        let noise = scratch.matrix(rows: rows, columns: chunkCount)
        let noisy = scratch.matrix(rows: rows, columns: chunkCount)
        diffuse(shard, times: times, noise: noise, into: noisy)

        // [R, H]: the time's share of the first layer, then the observation's and the action's.
        let trunk = scratch.matrix(rows: rows, columns: hidden)
        // The first layer, [timeDimension + O + A, H], and its rows for observation and action.
        let matrix = input.weights(parameters)
        let seen = timeDimension..<(timeDimension + observationCount)
        let acted = (timeDimension + observationCount)..<matrix.rows
        for row in 0..<rows {
            trunk.row(row).update(
                from: weights.prepared + Int(times[row]) * hidden, count: hidden)
        }
        BLAS.multiply(observations, matrix.rows(seen), into: trunk, accumulate: true)
        BLAS.multiply(noisy, matrix.rows(acted), into: trunk, accumulate: true)

        let traces = scratch.values(of: BlockTrace.self, count: blocks.count)
        for (index, block) in blocks.enumerated() {
            let trace = forward(
                block, parameters, trunk: trunk, key: shard.key, firstRow: shard.firstRow,
                number: index, scratch: scratch)
            (traces + index).initialize(to: trace)
        }
        // swish(trunk) [R, H]; ε̂ [R, A], which `seed` turns into its gradient.
        let last = scratch.matrix(rows: rows, columns: hidden)
        Swish.forward(trunk, into: last, slope: trunk)
        let predicted = scratch.matrix(rows: rows, columns: chunkCount)
        output.forward(parameters, last, into: predicted)
        let loss = seed(predicted, noise: noise, shard)

        // ∂loss/∂trunk, [R, H], from the last block down to the first layer.
        let dTrunk = scratch.matrix(rows: rows, columns: hidden)
        output.backward(parameters, predicted, x: last, into: dTrunk, gradient: gradient)
        Swish.backward(dTrunk, slope: trunk, into: dTrunk)
        for index in blocks.indices.reversed() {
            backward(
                blocks[index], parameters, dTrunk: dTrunk, trace: traces[index],
                gradient: gradient, scratch: scratch)
        }
        let dInput = input.dWeights(gradient)
        BLAS.multiply(
            observations, transposeA: true, dTrunk, into: dInput.rows(seen), accumulate: true)
        BLAS.multiply(
            noisy, transposeA: true, dTrunk, into: dInput.rows(acted), accumulate: true)
        Affine.backwardBias(dTrunk, into: gradient + input.bias.offset)
        backwardTime(parameters, dTrunk: dTrunk, times: times, gradient: gradient, scratch: scratch)
        return loss
    }

    /// Draws t [R] and ε [R, A] and mixes x_t = √ᾱ_t a + √(1 − ᾱ_t) ε, [R, A]; DDPM (arXiv 2006.11239), equation 4.
    ///
    /// `noise` is what the network is asked for afterwards: ε, or a.
    private func diffuse(
        _ shard: SupervisedRows, times: UnsafeMutablePointer<Int32>, noise: Matrix,
        into noisy: Matrix
    ) {
        let (key, targets) = (shard.key, shard.targets)
        for row in 0..<shard.count {
            let number = UInt64(shard.firstRow + row) << 8
            times[row] = Int32(key.uniformInt(below: schedule.count, index: number))
            key.fillNormal(noise.row(row), count: chunkCount, row: number | 1)
            let kept = schedule.alphaBar[Int(times[row])]
            let signal = kept.squareRoot()
            let spread = (1 - kept).squareRoot()
            for step in 0..<shape.horizon {
                let source = shard.standing(for: step, row: row) * shape.actionCount
                for axis in 0..<shape.actionCount {
                    let column = step * shape.actionCount + axis
                    let (action, drawn) = (targets[row, source + axis], noise[row, column])
                    noisy[row, column] = signal * action + spread * drawn
                    if predictsAction { noise[row, column] = action }
                }
            }
        }
    }

    /// One residual block with dropout; adds its output to `trunk`.
    private func forward(
        _ block: BlockSpec, _ parameters: UnsafePointer<Float>, trunk: Matrix, key: RandomKey,
        firstRow: Int, number: Int, scratch: Scratch
    ) -> BlockTrace {
        let rows = trunk.rows
        // 0 or 1/keep [R, H]; the trunk times it [R, H], in which LayerNorm leaves x̂.
        let factors = scratch.matrix(rows: rows, columns: hidden)
        let dropped = scratch.matrix(rows: rows, columns: hidden)
        let keep = 1 / (1 - dropout)
        let column = UInt64(2 + number)
        for row in 0..<rows {
            let factor = factors.row(row)
            key.fillUniform(factor, count: hidden, row: UInt64(firstRow + row) << 8 | column)
            let from = trunk.row(row)
            let to = dropped.row(row)
            for index in 0..<hidden {
                factor[index] = factor[index] < dropout ? 0 : keep
                to[index] = from[index] * factor[index]
            }
        }
        // 1/σ [R], the norm's result [R, H], and the wide layer's slope and result, each [R, 4H].
        let reciprocalDeviation = scratch.vector(rows)
        let normed = scratch.matrix(rows: rows, columns: hidden)
        LayerNorm.forward(
            dropped, scale: parameters + block.scale.offset, shift: parameters + block.shift.offset,
            into: normed, normalised: dropped, reciprocalDeviation: reciprocalDeviation)
        let slope = scratch.matrix(rows: rows, columns: 4 * hidden)
        let active = scratch.matrix(rows: rows, columns: 4 * hidden)
        BLAS.multiply(normed, block.up.weights(parameters), into: slope)
        Swish.forward(slope, bias: block.up.bias(parameters), into: active, slope: slope)
        BLAS.multiply(active, block.down.weights(parameters), into: trunk, accumulate: true)
        Affine.addBias(block.down.bias(parameters), to: trunk)
        return BlockTrace(
            factors: factors, hat: dropped, reciprocalDeviation: reciprocalDeviation,
            normed: normed, slope: slope, active: active)
    }

    /// Adds the block's path to `dTrunk`, which already is the identity's.
    private func backward(
        _ block: BlockSpec, _ parameters: UnsafePointer<Float>, dTrunk: Matrix, trace: BlockTrace,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let rows = dTrunk.rows
        // ∂loss/∂(wide layer) [R, 4H], ∂loss/∂(norm's result) [R, H].
        let dWide = scratch.matrix(rows: rows, columns: 4 * hidden)
        block.down.backward(parameters, dTrunk, x: trace.active, into: dWide, gradient: gradient)
        Swish.backward(dWide, slope: trace.slope, into: dWide)
        let dNormed = scratch.matrix(rows: rows, columns: hidden)
        block.up.backward(parameters, dWide, x: trace.normed, into: dNormed, gradient: gradient)
        LayerNorm.backward(
            dNormed, normalised: trace.hat, reciprocalDeviation: trace.reciprocalDeviation,
            scale: parameters + block.scale.offset, into: dNormed,
            dScale: gradient + block.scale.offset, dShift: gradient + block.shift.offset)
        for row in 0..<rows {
            let add = dNormed.row(row)
            let factor = trace.factors.row(row)
            let to = dTrunk.row(row)
            for index in 0..<hidden { to[index] += add[index] * factor[index] }
        }
        scratch.release(to: mark)
    }

    /// Replaces ε̂ (or â) [R, A] by the loss's gradient and returns Σ weight · (ε̂ − ε)², a mean over the steps that are
    /// there.
    private func seed(_ predicted: Matrix, noise: Matrix, _ shard: SupervisedRows) -> Float {
        var loss: Float = 0
        for row in 0..<shard.count {
            let steps = shard.stepShare(of: row, horizon: shape.horizon)
            for step in 0..<shape.horizon {
                let weight = shard.weight(of: row, step: step) * steps
                let slope = 2 * shard.scale * weight
                let first = step * shape.actionCount
                for column in first..<(first + shape.actionCount) {
                    let difference = predicted[row, column] - noise[row, column]
                    loss += weight * (difference * difference)
                    predicted[row, column] = slope * difference
                }
            }
        }
        return loss
    }

    /// Sums the first layer's gradient by step and takes it through the time embedding.
    private func backwardTime(
        _ parameters: UnsafePointer<Float>, dTrunk: Matrix, times: UnsafePointer<Int32>,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        // ∂loss/∂(time's share of the first layer) of each step, [T, H].
        let dPrepared = scratch.matrix(rows: schedule.count, columns: hidden)
        dPrepared.fill(0)
        for row in 0..<dTrunk.rows {
            VectorMath.add(dTrunk.row(row), into: dPrepared.row(Int(times[row])), count: hidden)
        }
        let time = TimeEmbedding(network: self, scratch: scratch)
        time.forward(parameters)
        // ∂loss/∂(time embedding), [T, timeDimension].
        let dEmbedding = scratch.matrix(rows: schedule.count, columns: timeDimension)
        // The time's rows of the first layer, [timeDimension, H].
        let weights = input.weights(parameters).rows(0..<timeDimension)
        BLAS.multiply(dPrepared, weights, transposeB: true, into: dEmbedding)
        BLAS.multiply(
            time.embedding, transposeA: true, dPrepared,
            into: input.dWeights(gradient).rows(0..<timeDimension), accumulate: true)
        time.backward(
            parameters, dEmbedding: dEmbedding, gradient: gradient, scratch: scratch)
    }
}
