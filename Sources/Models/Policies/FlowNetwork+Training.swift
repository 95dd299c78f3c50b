import Neural

extension FlowNetwork {
    /// Adds the gradient of scale · Σ_rows Σ_A (v − u)² with u = a − z at x_τ; `Learning/Algorithm.md` 4.4, flow
    /// matching (arXiv 2210.02747) along straight lines.
    ///
    /// Time, noise and dropout of a row depend on the key and the row's number only. R are the shard's rows.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // τ [R]; u and x_τ, each [R, A].
        let moments = scratch.vector(shard.count)
        let wanted = scratch.matrix(rows: shard.count, columns: chunkCount)
        let noisy = scratch.matrix(rows: shard.count, columns: chunkCount)
        shard.mix(times: times, shape: shape, moments: moments, wanted: wanted, into: noisy)
        return accumulateGradient(
            shard, of: wanted, at: noisy, moments, weights.parameters, gradient: gradient,
            scratch: scratch)
    }

    /// The same for given velocities u and chunks x_τ, each [R, A], at given times τ [R].
    func accumulateGradient(
        _ shard: SupervisedRows, of wanted: Matrix, at noisy: Matrix,
        _ moments: UnsafePointer<Float>, _ parameters: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Float {
        let rows = shard.count
        let embedded = embed(parameters, moments, count: rows, scratch: scratch)
        // The time's share of the first layer, [R, H].
        let share = scratch.matrix(rows: rows, columns: trunk.hidden)
        trunk.embed(parameters, embedded.embedding, into: share)
        let trace = trunk.forward(
            parameters, observations: shard.observations, chunks: noisy, trunk: share,
            draw: (shard.key, shard.firstRow), scratch: scratch)
        // v becomes its gradient.
        let loss = shard.seed(trace.answer, towards: wanted, shape: shape)
        let dTrunk = trunk.backward(
            parameters, dAnswer: trace.answer, trace: trace, gradient: gradient, scratch: scratch)
        backwardTime(
            parameters, dShare: dTrunk, embedded: embedded, gradient: gradient, scratch: scratch)
        return loss
    }

    /// Takes ∂loss/∂(share of n times) [n, H] through the time's rows of the first layer and the embedding.
    func backwardTime(
        _ parameters: UnsafePointer<Float>, dShare: Matrix, embedded: TimeEmbedding.Trace,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        // ∂loss/∂(time embedding), [n, D].
        let dEmbedding = scratch.matrix(rows: dShare.rows, columns: time.width)
        trunk.backwardTimes(
            parameters, dShare: dShare, embedding: embedded.embedding, into: dEmbedding,
            gradient: gradient)
        time.backward(
            parameters, dEmbedding: dEmbedding, trace: embedded, into: nil, gradient: gradient,
            scratch: scratch)
    }
}
