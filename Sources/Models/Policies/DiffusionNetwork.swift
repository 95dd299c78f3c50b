import Glibc
import Neural
import Recipe

/// The denoising network ε(s, x, t) and its sampler; `Learning/Algorithm.md` 4.2.
///
/// A in the shapes here is the floats of a chunk: steps times axes.
public struct DiffusionNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is the start and then steps T − 1 … 1, each [A].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    /// The noise schedule.
    public let schedule: DiffusionSchedule
    /// What the network is asked for: the noise, as published, or of a chunk of several steps the action itself.
    ///
    /// To tell the noise a network must carry all of it through its width, which of a chunk's many numbers it does badly.
    let predictsAction: Bool
    let fourier: TensorSpec
    let time: TimeEmbedding
    let trunk: ResidualTrunk

    /// A network of the given sizes.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: DiffusionSettings
    ) {
        let chunkCount = horizon * actionCount
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: settings.diffusionSteps * chunkCount)
        predictsAction = horizon > 1
        schedule = DiffusionSchedule(steps: settings.diffusionSteps)
        var layout = ParameterLayout()
        fourier = layout.add("time.fourier", [settings.trunk.timeDimension / 2])
        time = TimeEmbedding(width: settings.trunk.timeDimension, to: &layout)
        trunk = ResidualTrunk(
            observationCount: observationCount, chunkCount: chunkCount, times: schedule.count,
            settings: settings.trunk, to: &layout)
        self.layout = layout
    }

    /// What the trunk prepares for the schedule's steps.
    public var preparedCount: Int { trunk.preparedCount }

    /// Fills fresh parameters: spec 4.2's initialisers, biases zero.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        parameters.update(repeating: 0, count: layout.count)
        Initialise.normal(
            parameters + fourier.offset, count: fourier.count, deviation: 0.2, key: seeds.next())
        time.initialise(parameters, seeds: &seeds)
        trunk.initialise(parameters, seeds: &seeds)
    }

    /// Computes the time embedding's share of the first layer, with its bias, for each step, and packs weights.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let trace = embed(parameters, scratch: scratch)
        trunk.prepare(parameters, embedding: trace.embedding, into: prepared)
        scratch.release(to: mark)
    }

    /// The embedding of all T steps, from [T, D/2 cosines then D/2 sines]; `Learning/Algorithm.md` 4.2, item 1.
    func embed(_ parameters: UnsafePointer<Float>, scratch: Scratch) -> TimeEmbedding.Trace {
        let trace = time.trace(times: schedule.count, scratch: scratch)
        let half = fourier.count
        // w, [D/2].
        let frequencies = parameters + fourier.offset
        for step in 0..<schedule.count {
            for index in 0..<half {
                let angle = 2 * Float.pi * Float(step) * frequencies[index]
                trace.features[step, index] = cosf(angle)
                trace.features[step, half + index] = sinf(angle)
            }
        }
        time.forward(parameters, trace)
        return trace
    }

    /// Draws candidates by ancestral sampling, clipped to ±1 in every dimension after every step.
    ///
    /// μ = (x − (1 − α_t)/√(1 − ᾱ_t)·ε̂)/√α_t, plus √β_t·z for t > 0. No dropout.
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
        // z and ε̂, each [S·N, A].
        let noise = scratch.matrix(rows: x.rows, columns: chunkCount)
        let predicted = scratch.matrix(rows: x.rows, columns: chunkCount)
        request.draw(into: x)
        for step in (0..<schedule.count).reversed() {
            trunk.predict(
                x, time: step, observed: observed, weights: weights, into: predicted,
                scratch: scratch)
            if step > 0 {
                request.draw(
                    step: step, column: (schedule.count - step) * chunkCount, into: noise)
            }
            denoise(x, predicted: predicted, noise: step > 0 ? noise : nil, step: step)
        }
        scratch.release(to: mark)
    }

    /// One reverse step of x [S·N, A] in place; DDPM (arXiv 2006.11239), algorithm 2.
    ///
    /// Where the action itself is predicted that is clipped, and mean and variance are those of equations 6 and 7.
    private func denoise(_ x: Matrix, predicted: Matrix, noise: Matrix?, step: Int) {
        let count = x.rows * chunkCount
        let beta = schedule.beta[step]
        guard !predictsAction else {
            let before = step > 0 ? schedule.alphaBar[step - 1] : 1
            let left = 1 - schedule.alphaBar[step]
            let keep = (1 - beta).squareRoot() * (1 - before) / left
            let pull = before.squareRoot() * beta / left
            let spread = (beta * (1 - before) / left).squareRoot()
            for index in 0..<count {
                var value = keep * x.base[index]
                value += pull * max(-1, min(1, predicted.base[index]))
                if let noise { value += spread * noise.base[index] }
                // The last mean is the prediction, up to rounding.
                x.base[index] = noise == nil ? max(-1, min(1, value)) : value
            }
            return
        }
        let share = beta / (1 - schedule.alphaBar[step]).squareRoot()
        let inverse = 1 / (1 - beta).squareRoot()
        let spread = beta.squareRoot()
        for index in 0..<count {
            var value = (x.base[index] - share * predicted.base[index]) * inverse
            if let noise { value += spread * noise.base[index] }
            x.base[index] = max(-1, min(1, value))
        }
    }
}
