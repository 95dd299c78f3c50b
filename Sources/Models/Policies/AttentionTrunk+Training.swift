import Neural

extension AttentionTrunk {
    /// What one block's backward pass needs.
    struct BlockTrace {
        /// x̂ of both norms, each [R, D], and 1/√(v + ε), each [R].
        let firstHat: Matrix
        let firstDeviation: UnsafeMutablePointer<Float>
        let secondHat: Matrix
        let secondDeviation: UnsafeMutablePointer<Float>
        /// Queries, keys, values [R, 3D]; who takes how much of whom [R, heads·T]; attention's result [R, D].
        let qkv: Matrix
        let weights: Matrix
        let mixed: Matrix
        /// GELU's slope and result, [R, 4D].
        let slope: Matrix
        let active: Matrix
    }

    /// What the backward pass needs, and the result.
    struct Trace {
        /// ELU's slope and result of the observation's first layer, [b, 128].
        let observedSlope: Matrix
        let observed: Matrix
        let blocks: UnsafeMutablePointer<BlockTrace>
        /// x̂ [R, D] and 1/√(v + ε) [R] of the last norm.
        let hat: Matrix
        let deviation: UnsafeMutablePointer<Float>
        /// [R, D].
        let output: Matrix
    }

    /// One training pass: sequences of one length, who sees whom, and what dropout is drawn from.
    struct Pass {
        let length: Int
        let reach: Attention.Reach
        let key: RandomKey
        /// Number of the first example in the whole batch.
        let firstRow: Int
    }

    /// Computes the outputs of b sequences with dropout.
    ///
    /// - Parameters:
    ///   - observations: [b, O].
    ///   - x: tokens [b·T, D] without their places; the first of each sequence is filled here. Overwritten.
    func forward(
        _ parameters: UnsafePointer<Float>, _ observations: Matrix, x: Matrix, pass: Pass,
        scratch: Scratch
    ) -> Trace {
        let examples = observations.rows
        let slope = scratch.matrix(rows: examples, columns: Self.observeWidth)
        let observed = scratch.matrix(rows: examples, columns: Self.observeWidth)
        observeIn.forward(parameters, observations, into: slope)
        ELU.forward(slope, into: observed, slope: slope)
        observeOut.forward(parameters, observed, into: firstTokens(x, length: pass.length))
        for row in 0..<x.rows {
            VectorMath.add(
                place(parameters, row % pass.length), into: x.row(row), count: width)
        }
        drop(x, pass, purpose: Self.embedding, scratch: scratch)
        let traces = scratch.values(of: BlockTrace.self, count: blocks.count)
        // A norm's result, then what a branch adds, [R, D].
        let branch = scratch.matrix(rows: x.rows, columns: width)
        for index in blocks.indices {
            let trace = forward(
                block: index, parameters, x: x, branch: branch, pass: pass, scratch: scratch)
            (traces + index).initialize(to: trace)
        }
        let deviation = scratch.vector(x.rows)
        let output = scratch.matrix(rows: x.rows, columns: width)
        last.forward(
            parameters, x, into: output, normalised: x, reciprocalDeviation: deviation)
        return Trace(
            observedSlope: slope, observed: observed, blocks: traces, hat: x, deviation: deviation,
            output: output)
    }

    /// Propagates ∂loss/∂output [b·T, D] to the tokens in place, and adds to every gradient.
    func backward(
        _ parameters: UnsafePointer<Float>, _ observations: Matrix, dX: Matrix, trace: Trace,
        pass: Pass, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        last.backward(
            parameters, dX, normalised: trace.hat, reciprocalDeviation: trace.deviation, into: dX,
            accumulate: false, gradient: gradient)
        for index in blocks.indices.reversed() {
            backwardWide(
                index, parameters, dX: dX, trace: trace.blocks[index], pass: pass,
                gradient: gradient, scratch: scratch)
            backwardAttention(
                index, parameters, dX: dX, trace: trace.blocks[index], pass: pass,
                gradient: gradient, scratch: scratch)
        }
        drop(dX, pass, purpose: Self.embedding, scratch: scratch)
        for row in 0..<dX.rows {
            VectorMath.add(
                dX.row(row), into: gradient + places.offset + row % pass.length * width,
                count: width)
        }
        // ∂loss/∂(the observation's first layer) [b, 128].
        let dObserved = scratch.matrix(rows: observations.rows, columns: Self.observeWidth)
        observeOut.backward(
            parameters, firstTokens(dX, length: pass.length), x: trace.observed, into: dObserved,
            gradient: gradient)
        ELU.backward(dObserved, slope: trace.observedSlope, into: dObserved)
        observeIn.backward(parameters, dObserved, x: observations, into: nil, gradient: gradient)
        scratch.release(to: mark)
    }

    /// The first row of each sequence, [b, D].
    func firstTokens(_ x: Matrix, length: Int) -> Matrix {
        Matrix(x.base, rows: x.rows / length, columns: width, stride: length * width)
    }

    private func forward(
        block index: Int, _ parameters: UnsafePointer<Float>, x: Matrix, branch: Matrix,
        pass: Pass, scratch: Scratch
    ) -> BlockTrace {
        let block = blocks[index]
        let rows = x.rows
        let trace = BlockTrace(
            firstHat: scratch.matrix(rows: rows, columns: width),
            firstDeviation: scratch.vector(rows),
            secondHat: scratch.matrix(rows: rows, columns: width),
            secondDeviation: scratch.vector(rows),
            qkv: scratch.matrix(rows: rows, columns: 3 * width),
            weights: scratch.matrix(rows: rows, columns: heads * pass.length),
            mixed: scratch.matrix(rows: rows, columns: width),
            slope: scratch.matrix(rows: rows, columns: 4 * width),
            active: scratch.matrix(rows: rows, columns: 4 * width))
        block.first.forward(
            parameters, x, into: branch, normalised: trace.firstHat,
            reciprocalDeviation: trace.firstDeviation)
        block.attend.forward(parameters, branch, into: trace.qkv)
        Attention.forward(
            trace.qkv, length: pass.length, reach: pass.reach, heads: heads,
            weights: trace.weights, into: trace.mixed)
        block.out.forward(parameters, trace.mixed, into: branch)
        drop(branch, pass, purpose: Self.attention(index), scratch: scratch)
        VectorMath.add(branch.base, into: x.base, count: rows * width)
        block.second.forward(
            parameters, x, into: branch, normalised: trace.secondHat,
            reciprocalDeviation: trace.secondDeviation)
        BLAS.multiply(branch, block.up.weights(parameters), into: trace.slope)
        GELU.forward(
            trace.slope, bias: block.up.bias(parameters), into: trace.active, slope: trace.slope)
        block.down.forward(parameters, trace.active, into: branch)
        drop(branch, pass, purpose: Self.wide(index), scratch: scratch)
        VectorMath.add(branch.base, into: x.base, count: rows * width)
        return trace
    }

    /// Adds the wide layer's path to `dX` [R, D], which already is the identity's.
    private func backwardWide(
        _ index: Int, _ parameters: UnsafePointer<Float>, dX: Matrix, trace: BlockTrace,
        pass: Pass, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let block = blocks[index]
        let dBranch = dropped(dX, pass, purpose: Self.wide(index), scratch: scratch)
        // ∂loss/∂(wide layer) [R, 4D]; the norm's result once more, then ∂loss/∂ it, [R, D].
        let dWide = scratch.matrix(rows: dX.rows, columns: 4 * width)
        let normed = scratch.matrix(rows: dX.rows, columns: width)
        block.down.backward(
            parameters, dBranch, x: trace.active, into: dWide, gradient: gradient)
        GELU.backward(dWide, slope: trace.slope, into: dWide)
        block.second.again(parameters, trace.secondHat, into: normed)
        block.up.backward(parameters, dWide, x: normed, into: nil, gradient: gradient)
        Affine.backwardInput(dWide, weights: parameters + block.up.weight.offset, into: normed)
        block.second.backward(
            parameters, normed, normalised: trace.secondHat,
            reciprocalDeviation: trace.secondDeviation, into: dX, accumulate: true,
            gradient: gradient)
        scratch.release(to: mark)
    }

    /// Adds the attention's path to `dX` [R, D].
    private func backwardAttention(
        _ index: Int, _ parameters: UnsafePointer<Float>, dX: Matrix, trace: BlockTrace,
        pass: Pass, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let block = blocks[index]
        let dBranch = dropped(dX, pass, purpose: Self.attention(index), scratch: scratch)
        // ∂loss/∂(attention's result) [R, D], ∂loss/∂(queries, keys, values) [R, 3D].
        let dMixed = scratch.matrix(rows: dX.rows, columns: width)
        let dQKV = scratch.matrix(rows: dX.rows, columns: 3 * width)
        block.out.backward(parameters, dBranch, x: trace.mixed, into: dMixed, gradient: gradient)
        Attention.backward(
            dMixed, y: trace.mixed, qkv: trace.qkv, weights: trace.weights, length: pass.length,
            reach: pass.reach, heads: heads, into: dQKV)
        block.first.again(parameters, trace.firstHat, into: dMixed)
        block.attend.backward(parameters, dQKV, x: dMixed, into: nil, gradient: gradient)
        Affine.backwardInput(dQKV, weights: parameters + block.attend.weight.offset, into: dMixed)
        block.first.backward(
            parameters, dMixed, normalised: trace.firstHat,
            reciprocalDeviation: trace.firstDeviation, into: dX, accumulate: true,
            gradient: gradient)
        scratch.release(to: mark)
    }

    // MARK: Dropout

    /// Which of a row's random numbers each use of dropout takes; times and noise of a class take 0 and 1.
    private static let embedding = 2
    private static func attention(_ block: Int) -> Int { 3 + 3 * block }
    private static func wide(_ block: Int) -> Int { 4 + 3 * block }

    /// A copy of dY [R, D] behind dropout, or itself where there is none.
    private func dropped(
        _ dY: Matrix, _ pass: Pass, purpose: Int, scratch: Scratch
    ) -> Matrix {
        guard dropout > 0 else { return dY }
        let copy = scratch.matrix(rows: dY.rows, columns: width)
        copy.copy(from: dY)
        drop(copy, pass, purpose: purpose, scratch: scratch)
        return copy
    }

    /// Sets some numbers of x [b·T, D] to 0 and enlarges the others: the same ones whenever it is called for a purpose.
    private func drop(_ x: Matrix, _ pass: Pass, purpose: Int, scratch: Scratch) {
        guard dropout > 0 else { return }
        let mark = scratch.mark()
        let count = pass.length * width
        let drawn = scratch.vector(count)
        let keep = 1 / (1 - dropout)
        for example in 0..<(x.rows / pass.length) {
            pass.key.fillUniform(
                drawn, count: count,
                row: UInt64(pass.firstRow + example) << 8 | UInt64(purpose))
            let target = x.row(example * pass.length)
            for index in 0..<count {
                target[index] = drawn[index] < dropout ? 0 : target[index] * keep
            }
        }
        scratch.release(to: mark)
    }
}
