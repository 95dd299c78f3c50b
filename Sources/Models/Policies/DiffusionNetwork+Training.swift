import Neural

extension DiffusionNetwork {
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
        let rows = shard.count
        // t [R]; ε (or a) and x_t, each [R, A].
        let times = scratch.integers(rows)
        let noise = scratch.matrix(rows: rows, columns: chunkCount)
        let noisy = scratch.matrix(rows: rows, columns: chunkCount)
        diffuse(shard, times: times, noise: noise, into: noisy)

        // The time's share of the first layer, [R, H].
        let share = scratch.matrix(rows: rows, columns: trunk.hidden)
        for row in 0..<rows {
            share.row(row).update(
                from: weights.prepared + Int(times[row]) * trunk.hidden, count: trunk.hidden)
        }
        let trace = trunk.forward(
            weights.parameters, observations: shard.observations, chunks: noisy, trunk: share,
            draw: (shard.key, shard.firstRow), scratch: scratch)
        // ε̂ becomes its gradient.
        let loss = shard.seed(trace.answer, towards: noise, shape: shape)
        let dTrunk = trunk.backward(
            weights.parameters, dAnswer: trace.answer, trace: trace, gradient: gradient,
            scratch: scratch)
        backwardTime(
            weights.parameters, dTrunk: dTrunk, times: times, gradient: gradient, scratch: scratch)
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

    /// Sums the first layer's gradient by step and takes it through the time embedding.
    private func backwardTime(
        _ parameters: UnsafePointer<Float>, dTrunk: Matrix, times: UnsafePointer<Int32>,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        // ∂loss/∂(time's share of the first layer) of each step, [T, H].
        let dShare = scratch.matrix(rows: schedule.count, columns: trunk.hidden)
        dShare.fill(0)
        for row in 0..<dTrunk.rows {
            VectorMath.add(
                dTrunk.row(row), into: dShare.row(Int(times[row])), count: trunk.hidden)
        }
        let trace = embed(parameters, scratch: scratch)
        // ∂loss/∂(time embedding) and ∂loss/∂(cosines and sines), each [T, D].
        let dEmbedding = scratch.matrix(rows: schedule.count, columns: time.width)
        let dFeatures = scratch.matrix(rows: schedule.count, columns: time.width)
        trunk.backwardTimes(
            parameters, dShare: dShare, embedding: trace.embedding, into: dEmbedding,
            gradient: gradient)
        time.backward(
            parameters, dEmbedding: dEmbedding, trace: trace, into: dFeatures, gradient: gradient,
            scratch: scratch)
        let half = fourier.count
        // ∂loss/∂w, [D/2].
        let dFrequencies = gradient + fourier.offset
        for step in 0..<schedule.count {
            let rate = 2 * Float.pi * Float(step)
            for index in 0..<half {
                let cosine = trace.features[step, index]
                let sine = trace.features[step, half + index]
                dFrequencies[index] +=
                    rate
                    * (cosine * dFeatures[step, half + index] - sine * dFeatures[step, index])
            }
        }
    }
}
