import Neural
import Recipe

/// A transformer that tells a chunk number by number, each as one of some bins; `Algorithm.md` 4.8.
///
/// Token t is axis t mod A of step t ÷ A. The output at place i, 0 being the observation's, is of token i, which has seen
/// the observation and the tokens before; what they are to it is computed once and kept. n = H·A, bins K.
public struct TokenNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is a uniform number for each token, [n].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    let trunk: AttentionTrunk
    let bins: Int
    let labels: TokenLabels
    /// [A, K, D]: what a token of an axis is, the same in every step.
    let table: TensorSpec
    /// Affine, ELU, affine: logits [K] of an output, the same for every token.
    let headIn: AffineSpec
    let headOut: AffineSpec

    /// A network of the given sizes; a chunk has at most `TokenSettings.mostTokens` numbers.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: TokenSettings
    ) {
        let count = horizon * actionCount
        precondition(count <= TokenSettings.mostTokens, "a launch with more tokens is refused")
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: count)
        bins = settings.bins
        labels = settings.labels
        var layout = ParameterLayout()
        trunk = AttentionTrunk(
            observationCount: observationCount, places: count, settings: settings.trunk,
            layout: &layout)
        table = layout.add("tokens", [actionCount, settings.bins, trunk.width])
        headIn = layout.addAffine("head.in", trunk.width, trunk.width)
        headOut = layout.addAffine("head.out", trunk.width, settings.bins)
        self.layout = layout
    }

    /// Nothing is derived.
    public var preparedCount: Int { 0 }

    /// Fills fresh parameters; `AttentionTrunk.initialise`.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        trunk.initialise(parameters, seeds: &seeds)
        Initialise.normal(
            parameters + table.offset, count: table.count, deviation: AttentionTrunk.deviation,
            key: seeds.next())
        headIn.normal(parameters, deviation: AttentionTrunk.deviation, key: seeds.next())
        headOut.normal(parameters, deviation: AttentionTrunk.deviation, key: seeds.next())
    }

    /// Derives nothing.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {}

    // MARK: Bins

    /// Where a number of an action lies between the bins: the one below or at it, and how far from it, 0..<1.
    func bin(of action: Float) -> (lower: Int, fraction: Float) {
        let place = max(0, min(1, (action + 1) * 0.5)) * Float(bins - 1)
        let lower = min(Int(place), bins - 1)
        return (lower, place - Float(lower))
    }

    /// The nearest bin of a number, of two equally near ones the lower.
    func nearest(to action: Float) -> Int {
        let (lower, fraction) = bin(of: action)
        return fraction > 0.5 ? lower + 1 : lower
    }

    /// The number of a bin.
    func action(of bin: Int) -> Float { -1 + 2 * Float(bin) / Float(bins - 1) }

    /// What a token of a place in the chunk is, [D].
    func embedding(
        _ parameters: UnsafePointer<Float>, token: Int, place: Int
    ) -> UnsafePointer<Float> {
        parameters + table.offset + row(of: token, place: place)
    }

    /// Where in the table a token of a place in the chunk begins.
    func row(of token: Int, place: Int) -> Int {
        ((place % shape.actionCount) * bins + token) * trunk.width
    }

    // MARK: Sampling

    /// Draws token by token by the inverse distribution function at a uniform number each, and log π of all of them.
    ///
    /// At a temperature τ the distributions are those of the logits over τ; the mode takes the likeliest bin each time.
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        let statesAtOnce = max(1, AttentionTrunk.sampledAtOnce / request.count)
        var first = 0
        while first < request.observations.rows {
            let range = first..<min(request.observations.rows, first + statesAtOnce)
            sampleBlock(
                request.rows(range), weights.parameters,
                into: candidates.rows(range, count: request.count), scratch: scratch)
            first = range.upperBound
        }
    }

    private func sampleBlock(
        _ request: SampleRequest, _ parameters: UnsafePointer<Float>, into candidates: Candidates,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let rows = candidates.actions.rows
        if let densities = candidates.logDensities {
            densities.update(repeating: 0, count: rows)
        }
        // A uniform number of each token [R, n], the tokens drawn last [R].
        let uniforms = scratch.matrix(rows: rows, columns: chunkCount)
        drawNoise(request, into: uniforms)
        let drawn = scratch.integers(rows)
        let prefix = trunk.prefix(parameters, request.observations, scratch: scratch)
        let cache = AttentionTrunk.Cache(
            blocks: trunk.blocks.count, sequences: rows, capacity: max(1, chunkCount - 1),
            width: trunk.width, scratch: scratch)
        // Logits of the first token are the observation's, for all its candidates.
        let shared = scratch.matrix(rows: prefix.states, columns: bins)
        head(parameters, prefix.output, into: shared, scratch: scratch)
        draw(
            request, place: 0, logits: shared, uniforms: uniforms, drawn: drawn,
            into: candidates)
        let logits = scratch.matrix(rows: rows, columns: bins)
        let x = scratch.matrix(rows: rows, columns: trunk.width)
        let output = scratch.matrix(rows: rows, columns: trunk.width)
        for place in 1..<max(1, chunkCount) {
            let position = trunk.place(parameters, place)
            for row in 0..<rows {
                x.row(row).update(
                    from: embedding(parameters, token: Int(drawn[row]), place: place - 1),
                    count: trunk.width)
                VectorMath.add(position, into: x.row(row), count: trunk.width)
            }
            trunk.extend(
                parameters, x: x, prefix: prefix, cache: cache, filled: place - 1, into: output,
                scratch: scratch)
            head(parameters, output, into: logits, scratch: scratch)
            draw(
                request, place: place, logits: logits, uniforms: uniforms, drawn: drawn,
                into: candidates)
        }
        scratch.release(to: mark)
    }

    /// Uniform numbers [R, n]: given ones, or the key's.
    private func drawNoise(_ request: SampleRequest, into uniforms: Matrix) {
        if let noise = request.noise {
            uniforms.copy(from: noise)
            return
        }
        for state in 0..<request.observations.rows {
            request.key.fillUniform(
                uniforms.row(state * request.count), count: request.count * chunkCount,
                row: UInt64(request.firstRow + state) << 8)
        }
    }

    /// Logits [R, K] of outputs [R, D].
    private func head(
        _ parameters: UnsafePointer<Float>, _ output: Matrix, into logits: Matrix,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let active = scratch.matrix(rows: output.rows, columns: trunk.width)
        headIn.forward(parameters, output, into: active)
        ELU.forward(active, into: active)
        headOut.forward(parameters, active, into: logits)
        scratch.release(to: mark)
    }

    /// Draws one token of every candidate from logits [R, K], or [S, K] that an observation's candidates share; the
    /// logits become probabilities.
    private func draw(
        _ request: SampleRequest, place: Int, logits: Matrix, uniforms: Matrix,
        drawn: UnsafeMutablePointer<Int32>, into candidates: Candidates
    ) {
        let temperature = request.temperature
        for row in 0..<logits.rows {
            if temperature > 0 {
                VectorMath.scale(logits.row(row), count: bins, by: 1 / temperature)
            }
            Softmax.probabilities(logits.row(row), into: logits.row(row), count: bins)
        }
        let copies = candidates.actions.rows / logits.rows
        for row in 0..<candidates.actions.rows {
            let isMode =
                temperature <= 0 || (request.zeroFirst && row % request.count == 0)
            let shares = logits.row(row / copies)
            let token =
                isMode
                ? mostLikely(shares, count: bins)
                : inverseCDF(shares, count: bins, at: uniforms[row, place])
            drawn[row] = Int32(token)
            candidates.actions[row, place] = action(of: token)
            if let densities = candidates.logDensities {
                densities[row] += VectorMath.log(of: shares[token])
            }
        }
    }
}
