import Neural
import Recipe

/// The velocity network v(s, x, τ) of flow matching and its sampler; `Learning/Algorithm.md` 4.4.
///
/// A in the shapes here is the floats of a chunk: steps times axes.
public struct FlowNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is the start, [A].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    /// Euler steps of the sampler, S.
    let steps: Int
    /// Where training looks.
    let times: TimeDistribution
    let time: TimeEmbedding
    let trunk: ResidualTrunk
    private let angles: TimeAngles

    /// A network of the given sizes.
    ///
    /// - Parameter steps: of the sampler; nil takes the settings'.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: FlowSettings,
        steps: Int? = nil
    ) {
        let chunkCount = horizon * actionCount
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: chunkCount)
        self.steps = steps ?? settings.steps
        times = settings.times
        angles = TimeAngles(width: settings.trunk.timeDimension)
        var layout = ParameterLayout()
        time = TimeEmbedding(width: settings.trunk.timeDimension, to: &layout)
        trunk = ResidualTrunk(
            observationCount: observationCount, chunkCount: chunkCount, times: self.steps,
            settings: settings.trunk, to: &layout)
        self.layout = layout
    }

    /// What the trunk prepares for the sampler's steps.
    public var preparedCount: Int { trunk.preparedCount }

    /// Fills fresh parameters as the diffusion network's, biases zero.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        parameters.update(repeating: 0, count: layout.count)
        time.initialise(parameters, seeds: &seeds)
        trunk.initialise(parameters, seeds: &seeds)
    }

    /// Computes the share of the first layer, with its bias, of the sampler's times i/S, and packs weights.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let moments = scratch.vector(steps)
        for step in 0..<steps { moments[step] = Float(step) / Float(steps) }
        let trace = embed(parameters, moments, count: steps, scratch: scratch)
        trunk.prepare(parameters, embedding: trace.embedding, into: prepared)
        scratch.release(to: mark)
    }

    /// The embedding of n times τ; `TimeAngles`.
    func embed(
        _ parameters: UnsafePointer<Float>, _ moments: UnsafePointer<Float>, count: Int,
        scratch: Scratch
    ) -> TimeEmbedding.Trace {
        let trace = time.trace(times: count, scratch: scratch)
        for row in 0..<count { angles.fill(trace.features.row(row), at: moments[row]) }
        time.forward(parameters, trace)
        return trace
    }

    /// Draws candidates by Euler steps from noise, x ← x + v(s, x, i/S)/S, clipped to ±1 once at the end.
    ///
    /// No dropout.
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        request.inBlocks(ofRows: ResidualTrunk.rowsAtOnce, into: candidates) { part, actions in
            sampleBlock(part, weights: weights, into: actions, scratch: scratch)
        }
    }

    /// Samples S states at once; `x` is [S·N, A].
    private func sampleBlock(
        _ request: SampleRequest, weights: PolicyWeights, into x: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        // The observation's share of the first layer, [S, H].
        let observed = scratch.matrix(rows: request.observations.rows, columns: trunk.hidden)
        trunk.observe(weights.parameters, request.observations, into: observed)
        let velocity = scratch.matrix(rows: x.rows, columns: chunkCount)
        request.draw(into: x)
        Self.integrate(x, steps: steps, velocity: velocity) { step in
            trunk.predict(
                x, time: step, observed: observed, weights: weights, into: velocity,
                scratch: scratch)
        }
        VectorMath.clamp(x.base, count: x.rows * chunkCount, low: -1, high: 1)
        scratch.release(to: mark)
    }

    /// Euler's method from time 0 to 1 on x [R, A], contiguous, in place.
    ///
    /// - Parameters:
    ///   - velocity: room for it, [R, A], contiguous.
    ///   - fill: fills it at x for a step's number, 0 ..< steps.
    static func integrate(_ x: Matrix, steps: Int, velocity: Matrix, _ fill: (Int) -> Void) {
        for step in 0..<steps {
            fill(step)
            VectorMath.add(
                UnsafePointer(velocity.base), times: 1 / Float(steps), into: x.base,
                count: x.rows * x.columns)
        }
    }
}
