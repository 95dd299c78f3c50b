import Neural
import Recipe

/// The denoising network ε(s, x, t) and its sampler; `Learning/Algorithm.md` 4.2.
///
/// The time embedding depends on t alone, so its share of the first layer is computed once per
/// parameter set (`prepare`), and the observation's share once per observation, not once per row. A in the shapes here
/// is the floats of a chunk: steps times axes.
public struct DiffusionNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is the start and then steps T − 1 … 1, each [A].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    /// The noise schedule.
    public let schedule: DiffusionSchedule
    let hidden: Int
    let timeDimension: Int
    let dropout: Float
    /// What the network is asked for: the noise, as published, or of a chunk of several steps the action itself.
    ///
    /// To tell the noise a network must carry all of it through its width, which of a chunk's many numbers it does badly.
    let predictsAction: Bool
    let fourier: TensorSpec
    let timeIn: AffineSpec
    let timeOut: AffineSpec
    let input: AffineSpec
    let blocks: [BlockSpec]
    let output: AffineSpec
    /// Where each block's weights of 16 bits lie among what is prepared; nil where sampling is single.
    private let packed: [PackedBlock]?

    private struct PackedBlock: Sendable {
        let up: Int
        let down: Int
    }

    /// One residual block's tensors.
    struct BlockSpec: Sendable {
        let scale: TensorSpec
        let shift: TensorSpec
        let up: AffineSpec
        let down: AffineSpec
    }

    /// A network of the given sizes.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: DiffusionSettings
    ) {
        let chunkCount = horizon * actionCount
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: settings.diffusionSteps * chunkCount)
        predictsAction = horizon > 1
        hidden = settings.hidden
        timeDimension = settings.timeDimension
        dropout = Float(settings.dropout)
        schedule = DiffusionSchedule(steps: settings.diffusionSteps)
        var layout = ParameterLayout()
        let width = settings.hidden
        let time = settings.timeDimension
        fourier = layout.add("time.fourier", [time / 2])
        timeIn = layout.addAffine("time.in", time, 2 * time)
        timeOut = layout.addAffine("time.out", 2 * time, time)
        input = layout.addAffine("input", time + observationCount + chunkCount, width)
        blocks = (0..<settings.blocks).map { block in
            BlockSpec(
                scale: layout.add("block\(block).norm.scale", [width]),
                shift: layout.add("block\(block).norm.shift", [width]),
                up: layout.addAffine("block\(block).up", width, 4 * width),
                down: layout.addAffine("block\(block).down", 4 * width, width))
        }
        output = layout.addAffine("output", width, chunkCount)
        self.layout = layout
        var end = schedule.count * width
        func place() -> Int {
            defer { end += HalfProducts.packedCount(rows: width, columns: 4 * width) }
            return end
        }
        packed =
            settings.samplesInHalf
            ? blocks.map { _ in PackedBlock(up: place(), down: place()) } : nil
        preparedCount = end
    }

    /// First-layer pre-activation of every step, [T, H], and the blocks' weights of 16 bits.
    public let preparedCount: Int

    /// Rows that the trunk handles at a time, so that activations stay in cache.
    static let blockRows = 256

    /// Fills fresh parameters: spec 4.2's initialisers, biases zero.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        parameters.update(repeating: 0, count: layout.count)
        Initialise.normal(
            parameters + fourier.offset, count: fourier.count, deviation: 0.2, key: seeds.next())
        let root = Float(2).squareRoot()
        for affine in [timeIn, timeOut, input, output] {
            affine.orthogonal(parameters, gain: root, key: seeds.next())
        }
        for block in blocks {
            (parameters + block.scale.offset).update(repeating: 1, count: hidden)
            block.up.lecunNormal(parameters, key: seeds.next())
            block.down.lecunNormal(parameters, key: seeds.next())
        }
    }

    /// Computes the time embedding's share of the first layer, with its bias, for each step, and packs weights.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let time = TimeEmbedding(network: self, scratch: scratch)
        time.forward(parameters)
        // [T, H].
        let out = Matrix(prepared, rows: schedule.count, columns: hidden)
        Affine.forward(
            time.embedding, weights: parameters + input.weight.offset,
            bias: input.bias(parameters), into: out)
        scratch.release(to: mark)
        guard let packed else { return }
        for (block, place) in zip(blocks, packed) {
            HalfProducts.pack(block.up.weights(parameters), into: prepared + place.up)
            HalfProducts.pack(block.down.weights(parameters), into: prepared + place.down)
        }
    }

    /// Draws candidates by ancestral sampling, clipped to ±1 in every dimension after every step.
    ///
    /// μ = (x − (1 − α_t)/√(1 − ᾱ_t)·ε̂)/√α_t, plus √β_t·z for t > 0. No dropout.
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        let statesAtOnce = max(1, Self.blockRows / request.count)
        var first = 0
        while first < request.observations.rows {
            let range = first..<min(request.observations.rows, first + statesAtOnce)
            sampleBlock(
                request.rows(range), weights: weights,
                into: candidates.rows(range, count: request.count).actions, scratch: scratch)
            first = range.upperBound
        }
    }

    /// Samples S states at once; `x` is [S·N, A].
    private func sampleBlock(
        _ request: SampleRequest, weights: PolicyWeights, into x: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let states = request.observations.rows
        let matrix = input.weights(weights.parameters)
        let seen = timeDimension..<(timeDimension + observationCount)
        let acted = (timeDimension + observationCount)..<matrix.rows
        // The observation's share of the first layer, [S, H]; with a step's time, [S, H].
        let statePart = scratch.matrix(rows: states, columns: hidden)
        BLAS.multiply(request.observations, matrix.rows(seen), into: statePart)
        let stepPart = scratch.matrix(rows: states, columns: hidden)
        // [S·N, H], z [S·N, A] and ε̂ [S·N, A].
        let trunk = scratch.matrix(rows: x.rows, columns: hidden)
        let noise = scratch.matrix(rows: x.rows, columns: chunkCount)
        let predicted = scratch.matrix(rows: x.rows, columns: chunkCount)
        draw(request, step: nil, into: x)
        for step in (0..<schedule.count).reversed() {
            stepPart.copy(from: statePart)
            Affine.addBias(weights.prepared + step * hidden, to: stepPart)
            BLAS.multiply(
                x, matrix.rows(acted), onto: stepPart, copies: request.count, into: trunk)
            infer(
                weights.parameters, weights.prepared, trunk: trunk, into: predicted,
                scratch: scratch)
            if step > 0 { draw(request, step: step, into: noise) }
            denoise(x, predicted: predicted, noise: step > 0 ? noise : nil, step: step)
        }
        scratch.release(to: mark)
    }

    /// Fills the normal numbers [S·N, A] of the start (nil) or of one step: given ones, or the key's.
    private func draw(_ request: SampleRequest, step: Int?, into z: Matrix) {
        if let noise = request.noise {
            let first = step.map { (schedule.count - $0) * chunkCount } ?? 0
            z.copy(from: noise.columns(first..<(first + chunkCount)))
        } else {
            for state in 0..<request.observations.rows {
                let row = UInt64(request.firstRow + state) << 8 | UInt64(step ?? 0)
                request.key.fillNormal(
                    z.row(state * request.count), count: request.count * chunkCount, row: row)
            }
        }
        request.temper(z)
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

    /// The residual blocks and output layer without dropout: [R, A] from `trunk` [R, H], which is overwritten.
    private func infer(
        _ parameters: UnsafePointer<Float>, _ prepared: UnsafePointer<Float>, trunk: Matrix,
        into out: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        // The norm's result, [R, H], and the wide layer, [R, 4H].
        let normal = scratch.matrix(rows: trunk.rows, columns: hidden)
        let wide = scratch.matrix(rows: trunk.rows, columns: 4 * hidden)
        for (index, block) in blocks.enumerated() {
            LayerNorm.forward(
                trunk, scale: parameters + block.scale.offset,
                shift: parameters + block.shift.offset, into: normal)
            let (up, down) = (block.up, block.down)
            if let place = packed?[index] {
                HalfProducts.multiply(normal, packed: prepared + place.up, into: wide)
            } else {
                BLAS.multiply(normal, up.weights(parameters), into: wide)
            }
            Swish.forward(wide, bias: up.bias(parameters), into: wide)
            if let place = packed?[index] {
                HalfProducts.multiply(
                    wide, packed: prepared + place.down, into: trunk, accumulate: true)
            } else {
                BLAS.multiply(wide, down.weights(parameters), into: trunk, accumulate: true)
            }
            Affine.addBias(down.bias(parameters), to: trunk)
        }
        Swish.forward(trunk, into: trunk)
        output.forward(parameters, trunk, into: out)
        scratch.release(to: mark)
    }
}

extension PolicySettings {
    /// Whether candidates are sampled in half precision: asked for, and possible for this network on this processor.
    public var samplesInHalf: Bool {
        guard case .diffusion(let settings) = self else { return false }
        return settings.samplesInHalf
    }
}

extension PolicySettings {
    /// Why candidates that were asked for in 16 bits are sampled in 32; nil where none were, or they are.
    public var refusedHalf: String? {
        guard case .diffusion(let settings) = self, settings.samplingPrecision == .half,
            !settings.samplesInHalf
        else { return nil }
        return HalfProducts.areThere
            ? "policy.hidden: \(settings.hidden) is no multiple of \(HalfProducts.columns)"
            : "this processor multiplies no numbers of 16 bits"
    }
}

extension DiffusionSettings {
    /// As `PolicySettings.samplesInHalf`.
    public var samplesInHalf: Bool {
        samplingPrecision == .half && HalfProducts.areThere && hidden % HalfProducts.columns == 0
    }
}
