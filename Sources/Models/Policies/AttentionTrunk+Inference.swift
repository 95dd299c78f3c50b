import Neural

extension AttentionTrunk {
    /// What S observations are to all that comes behind them; views of a scratch.
    struct Prefix {
        /// Keys and values side by side, [blocks·S, 2D]; observation s of block l is row l·S + s.
        let seen: Matrix
        /// The observations' own outputs, [S, D].
        let output: Matrix
        /// S.
        var states: Int { output.rows }
    }

    /// Keys and values of the tokens behind the observations, of R sequences; views of a scratch.
    struct Cache {
        /// [blocks][R][capacity][2D].
        let base: UnsafeMutablePointer<Float>
        let sequences: Int
        let capacity: Int
        let width: Int

        init(
            blocks: Int, sequences: Int, capacity: Int, width: Int, scratch: Scratch
        ) {
            base = scratch.vector(blocks * sequences * capacity * 2 * width)
            self.sequences = sequences
            self.capacity = capacity
            self.width = width
        }

        /// Keys and values [2D] of a block's sequence's token.
        func row(_ block: Int, _ sequence: Int, _ token: Int) -> UnsafeMutablePointer<Float> {
            base + ((block * sequences + sequence) * capacity + token) * 2 * width
        }
    }

    /// Runs observations [S, O] alone, once for all candidates and steps, without dropout.
    func prefix(
        _ parameters: UnsafePointer<Float>, _ observations: Matrix, scratch: Scratch
    ) -> Prefix {
        let states = observations.rows
        let seen = scratch.matrix(rows: blocks.count * states, columns: 2 * width)
        let output = scratch.matrix(rows: states, columns: width)
        let mark = scratch.mark()
        let active = scratch.matrix(rows: states, columns: Self.observeWidth)
        observeIn.forward(parameters, observations, into: active)
        ELU.forward(active, into: active)
        let x = scratch.matrix(rows: states, columns: width)
        observeOut.forward(parameters, active, into: x)
        Affine.addBias(place(parameters, 0), to: x)
        let normed = scratch.matrix(rows: states, columns: width)
        let wide = scratch.matrix(rows: states, columns: 4 * width)
        for (index, block) in blocks.enumerated() {
            let kept = seen.rows((index * states)..<((index + 1) * states))
            block.first.forward(parameters, x, into: normed)
            keysAndValues(block, parameters, normed, into: kept)
            // One token takes all of its own value.
            addMixed(block, parameters, kept.columns(width..<(2 * width)), to: x)
            addWide(block, parameters, to: x, normed: normed, wide: wide)
        }
        last.forward(parameters, x, into: output)
        scratch.release(to: mark)
        return Prefix(seen: seen, output: output)
    }

    /// Runs t more tokens of every sequence behind what is in the cache, and puts their keys and values there.
    ///
    /// Sequence r is of observation r / (R / S). One token sees all before; several see one another, and are all that
    /// the cache has room for. No dropout.
    ///
    /// - Parameters:
    ///   - x: the tokens [R·t, D] with their places. Overwritten.
    ///   - filled: tokens of each sequence that are in the cache.
    ///   - output: [R·t, D].
    func extend(
        _ parameters: UnsafePointer<Float>, x: Matrix, prefix: Prefix, cache: Cache, filled: Int,
        into output: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let rows = x.rows
        let tokens = rows / cache.sequences
        precondition(tokens == 1 || (filled == 0 && tokens == cache.capacity))
        let copies = cache.sequences / prefix.states
        let normed = scratch.matrix(rows: rows, columns: width)
        let query = scratch.matrix(rows: rows, columns: width)
        let wide = scratch.matrix(rows: rows, columns: 4 * width)
        let count = 1 + filled + tokens
        let weights = scratch.vector(heads * count)
        for (index, block) in blocks.enumerated() {
            block.first.forward(parameters, x, into: normed)
            BLAS.multiply(
                normed, block.attend.weights(parameters).columns(0..<width), into: query)
            Affine.addBias(block.attend.bias(parameters), to: query)
            keysAndValues(
                block, parameters, normed,
                into: Matrix(
                    cache.row(index, 0, filled), rows: rows, columns: 2 * width,
                    stride: tokens == 1 ? cache.capacity * 2 * width : 2 * width))
            for row in 0..<rows {
                let sequence = row / tokens
                let shared = UnsafePointer(
                    prefix.seen.row(index * prefix.states + sequence / copies))
                let own = UnsafePointer(cache.row(index, sequence, 0))
                Attention.row(
                    query.row(row),
                    shared: Attention.Seen(
                        keys: shared, values: shared + width, stride: 2 * width, count: 1),
                    own: Attention.Seen(
                        keys: own, values: own + width, stride: 2 * width,
                        count: filled + tokens),
                    heads: heads, width: width / heads, weights: weights, weightStride: count,
                    into: normed.row(row))
            }
            addMixed(block, parameters, normed, to: x)
            addWide(block, parameters, to: x, normed: normed, wide: wide)
        }
        last.forward(parameters, x, into: output)
        scratch.release(to: mark)
    }

    /// Keys and values [R, 2D] of normed rows [R, D].
    private func keysAndValues(
        _ block: Block, _ parameters: UnsafePointer<Float>, _ normed: Matrix, into kept: Matrix
    ) {
        BLAS.multiply(
            normed, block.attend.weights(parameters).columns(width..<(3 * width)), into: kept)
        Affine.addBias(block.attend.bias(parameters) + width, to: kept)
    }

    /// x += out(attention's result [R, D]).
    private func addMixed(
        _ block: Block, _ parameters: UnsafePointer<Float>, _ mixed: Matrix, to x: Matrix
    ) {
        BLAS.multiply(mixed, block.out.weights(parameters), into: x, accumulate: true)
        Affine.addBias(block.out.bias(parameters), to: x)
    }

    /// x += down(gelu(up(norm₂ x))).
    private func addWide(
        _ block: Block, _ parameters: UnsafePointer<Float>, to x: Matrix, normed: Matrix,
        wide: Matrix
    ) {
        block.second.forward(parameters, x, into: normed)
        BLAS.multiply(normed, block.up.weights(parameters), into: wide)
        GELU.forward(wide, bias: block.up.bias(parameters), into: wide)
        BLAS.multiply(wide, block.down.weights(parameters), into: x, accumulate: true)
        Affine.addBias(block.down.bias(parameters), to: x)
    }
}
