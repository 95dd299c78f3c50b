import Neural

extension ResidualTrunk {
    /// What one block's backward pass needs.
    struct BlockTrace {
        /// Dropout factors, 0 or 1/(1 − rate), [R, H]; nil without dropout.
        let factors: Matrix?
        /// x̂ [R, H] and 1/√(v + ε) [R].
        let hat: Matrix
        let reciprocalDeviation: UnsafeMutablePointer<Float>
        /// Normalised, scaled and shifted, [R, H].
        let normed: Matrix
        /// The swish's slope and result, [R, 4H].
        let slope: Matrix
        let active: Matrix
    }

    /// What the backward pass needs; views into a scratch.
    struct Trace {
        /// What the first layer saw, [R, O] and [R, A].
        let observations: Matrix
        let chunks: Matrix
        let blocks: UnsafeMutablePointer<BlockTrace>
        /// The last swish's slope and result, [R, H].
        let slope: Matrix
        let last: Matrix
        /// What the network says, [R, A].
        let answer: Matrix
    }

    /// Which numbers dropout draws: of a key, of rows from a first one on.
    typealias DropoutDraw = (key: RandomKey, firstRow: Int)

    /// Runs R rows and keeps what the backward pass needs.
    ///
    /// - Parameters:
    ///   - trunk: the time's share of the first layer in each row, [R, H]; overwritten.
    ///   - draw: of dropout; nil for none. A row's factors depend on the key and the row's number only.
    func forward(
        _ parameters: UnsafePointer<Float>, observations: Matrix, chunks: Matrix, trunk: Matrix,
        draw: DropoutDraw?, scratch: Scratch
    ) -> Trace {
        let matrix = input.weights(parameters)
        BLAS.multiply(observations, matrix.rows(seen), into: trunk, accumulate: true)
        BLAS.multiply(chunks, matrix.rows(acted), into: trunk, accumulate: true)
        let traces = scratch.values(of: BlockTrace.self, count: blocks.count)
        for (index, block) in blocks.enumerated() {
            let trace = forward(
                block, parameters, trunk: trunk, draw: draw, number: index, scratch: scratch)
            (traces + index).initialize(to: trace)
        }
        let last = scratch.matrix(rows: trunk.rows, columns: hidden)
        Swish.forward(trunk, into: last, slope: trunk)
        let answer = scratch.matrix(rows: trunk.rows, columns: acted.count)
        output.forward(parameters, last, into: answer)
        return Trace(
            observations: observations, chunks: chunks, blocks: traces, slope: trunk, last: last,
            answer: answer)
    }

    /// Adds the gradients of everything but the time's rows of the first layer for ∂loss/∂answer [R, A].
    ///
    /// - Returns: ∂loss/∂(first layer's result), [R, H], in the scratch.
    func backward(
        _ parameters: UnsafePointer<Float>, dAnswer: Matrix, trace: Trace,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Matrix {
        let dTrunk = scratch.matrix(rows: dAnswer.rows, columns: hidden)
        output.backward(parameters, dAnswer, x: trace.last, into: dTrunk, gradient: gradient)
        Swish.backward(dTrunk, slope: trace.slope, into: dTrunk)
        for index in blocks.indices.reversed() {
            backward(
                blocks[index], parameters, dTrunk: dTrunk, trace: trace.blocks[index],
                gradient: gradient, scratch: scratch)
        }
        let dInput = input.dWeights(gradient)
        BLAS.multiply(
            trace.observations, transposeA: true, dTrunk, into: dInput.rows(seen),
            accumulate: true)
        BLAS.multiply(
            trace.chunks, transposeA: true, dTrunk, into: dInput.rows(acted), accumulate: true)
        Affine.backwardBias(dTrunk, into: gradient + input.bias.offset)
        return dTrunk
    }

    /// Adds the gradient of the time's rows of the first layer and fills ∂loss/∂embedding [n, D].
    ///
    /// - Parameters:
    ///   - dShare: ∂loss/∂(share of each time), [n, H].
    ///   - embedding: of the n times, [n, D].
    func backwardTimes(
        _ parameters: UnsafePointer<Float>, dShare: Matrix, embedding: Matrix,
        into dEmbedding: Matrix, gradient: UnsafeMutablePointer<Float>
    ) {
        BLAS.multiply(
            dShare, input.weights(parameters).rows(timed), transposeB: true, into: dEmbedding)
        BLAS.multiply(
            embedding, transposeA: true, dShare, into: input.dWeights(gradient).rows(timed),
            accumulate: true)
    }

    /// One residual block; adds its output to `trunk`.
    private func forward(
        _ block: Block, _ parameters: UnsafePointer<Float>, trunk: Matrix, draw: DropoutDraw?,
        number: Int, scratch: Scratch
    ) -> BlockTrace {
        let rows = trunk.rows
        // 0 or 1/keep [R, H]; the trunk times it [R, H], in which LayerNorm leaves x̂.
        let factors = draw.map { _ in scratch.matrix(rows: rows, columns: hidden) }
        let dropped = scratch.matrix(rows: rows, columns: hidden)
        if let draw, let factors {
            drop(trunk, draw: draw, number: number, factors: factors, into: dropped)
        } else {
            dropped.copy(from: trunk)
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

    /// Draws a block's dropout factors [R, H] and takes the trunk times them.
    private func drop(
        _ trunk: Matrix, draw: DropoutDraw, number: Int, factors: Matrix, into dropped: Matrix
    ) {
        let keep = 1 / (1 - dropout)
        let column = UInt64(2 + number)
        for row in 0..<trunk.rows {
            let factor = factors.row(row)
            draw.key.fillUniform(
                factor, count: hidden, row: UInt64(draw.firstRow + row) << 8 | column)
            let from = trunk.row(row)
            let to = dropped.row(row)
            for index in 0..<hidden {
                factor[index] = factor[index] < dropout ? 0 : keep
                to[index] = from[index] * factor[index]
            }
        }
    }

    /// Adds the block's path to `dTrunk`, which already is the identity's.
    private func backward(
        _ block: Block, _ parameters: UnsafePointer<Float>, dTrunk: Matrix, trace: BlockTrace,
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
            let to = dTrunk.row(row)
            guard let factor = trace.factors?.row(row) else {
                VectorMath.add(add, into: to, count: hidden)
                continue
            }
            for index in 0..<hidden { to[index] += add[index] * factor[index] }
        }
        scratch.release(to: mark)
    }
}
