import Neural
import Recipe

/// A transformer that carries noise to a chunk along its velocity; `Algorithm.md` 4.9.
///
/// Each step of a noised chunk is a token that sees the observation and the other steps. The observation's keys and values
/// are computed once for all candidates and all S steps of the sampler. τ runs from 0, noise, to 1, the chunk.
public struct FlowTransformer: PolicyNetwork {
    /// Sizes; a candidate's noise is where it starts, [H·A].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    /// Steps of the sampler, S.
    let steps: Int
    let trunk: AttentionTrunk
    /// [A, D] of a noised step.
    let noised: TensorSpec
    /// [D, D] of the time's sines and cosines; its bias is the noised step's too.
    let time: AffineSpec
    /// [D, D] of the sum of both behind swish.
    let embed: AffineSpec
    /// [D, A] of a step's output.
    let velocity: AffineSpec

    let angles: TimeAngles

    /// A network of the given sizes; its width is even.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: TransformerSettings
    ) {
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: horizon * actionCount)
        steps = settings.flowSteps
        angles = TimeAngles(width: settings.trunk.width)
        var layout = ParameterLayout()
        trunk = AttentionTrunk(
            observationCount: observationCount, places: 1 + horizon, settings: settings.trunk,
            layout: &layout)
        noised = layout.add("noised.weight", [actionCount, trunk.width])
        time = layout.addAffine("time", trunk.width, trunk.width)
        embed = layout.addAffine("embed", trunk.width, trunk.width)
        velocity = layout.addAffine("velocity", trunk.width, actionCount)
        self.layout = layout
    }

    /// What the time adds before swish at each step of the sampler, [S, D].
    public var preparedCount: Int { steps * trunk.width }

    /// Fills fresh parameters; `AttentionTrunk.initialise`.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        trunk.initialise(parameters, seeds: &seeds)
        Initialise.normal(
            parameters + noised.offset, count: noised.count, deviation: AttentionTrunk.deviation,
            key: seeds.next())
        for affine in [time, embed, velocity] {
            affine.normal(parameters, deviation: AttentionTrunk.deviation, key: seeds.next())
        }
    }

    /// Computes the table of the sampler's steps.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let told = scratch.matrix(rows: steps, columns: trunk.width)
        for step in 0..<steps { angles.fill(told.row(step), at: Float(step) / Float(steps)) }
        time.forward(
            parameters, told, into: Matrix(prepared, rows: steps, columns: trunk.width))
        scratch.release(to: mark)
    }

    /// Draws candidates by S steps x += v(x, τ)/S of Euler's, clipped to ±1 once at the end.
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        let most = max(1, AttentionTrunk.sampledAtOnce / shape.horizon)
        request.inBlocks(ofRows: most, into: candidates) { part, chunks in
            sampleBlock(part, weights: weights, into: chunks, scratch: scratch)
        }
    }

    private func sampleBlock(
        _ request: SampleRequest, weights: PolicyWeights, into chunks: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let parameters = weights.parameters
        request.draw(into: chunks)
        // The chunks' steps [R·H, A]; their tokens, then outputs [R·H, D]; velocities [R·H, A].
        let x = Matrix(
            chunks.base, rows: chunks.rows * shape.horizon, columns: shape.actionCount)
        let hidden = scratch.matrix(rows: x.rows, columns: trunk.width)
        let tokens = scratch.matrix(rows: x.rows, columns: trunk.width)
        let speed = scratch.matrix(rows: x.rows, columns: shape.actionCount)
        let prefix = trunk.prefix(parameters, request.observations, scratch: scratch)
        let cache = AttentionTrunk.Cache(
            blocks: trunk.blocks.count, sequences: chunks.rows, capacity: shape.horizon,
            width: trunk.width, scratch: scratch)
        FlowNetwork.integrate(x, steps: steps, velocity: speed) { step in
            BLAS.multiply(x, noisedWeights(parameters), into: hidden)
            Swish.forward(hidden, bias: weights.prepared + step * trunk.width, into: hidden)
            embed.forward(parameters, hidden, into: tokens)
            for row in 0..<tokens.rows {
                VectorMath.add(
                    trunk.place(parameters, 1 + row % shape.horizon), into: tokens.row(row),
                    count: trunk.width)
            }
            trunk.extend(
                parameters, x: tokens, prefix: prefix, cache: cache, filled: 0, into: hidden,
                scratch: scratch)
            velocity.forward(parameters, hidden, into: speed)
        }
        VectorMath.clamp(x.base, count: x.rows * x.columns, low: -1, high: 1)
        scratch.release(to: mark)
    }

    /// [A, D].
    func noisedWeights(_ parameters: UnsafePointer<Float>) -> Matrix {
        Matrix(
            reading: parameters + noised.offset, rows: shape.actionCount, columns: trunk.width)
    }
}
