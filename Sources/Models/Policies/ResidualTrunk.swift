import Neural
import Recipe

/// The network that denoising and flow policies share: [time, observation, noisy chunk] → H → residual blocks → chunk.
///
/// The time's share of the first layer is computed once per parameter set for the few times that a sampler has
/// (`prepare`), and the observation's share once per observation, not once per row. Shapes below: R rows, width H,
/// T times of the sampler, O scalars of an observation; A is the floats of a chunk.
struct ResidualTrunk: Sendable {
    /// H.
    let hidden: Int
    /// Share of the trunk that training drops before each block.
    let dropout: Float
    /// First layer, [D + O + A, H].
    let input: AffineSpec
    let blocks: [Block]
    let output: AffineSpec
    /// Rows of the first layer for the time's embedding, for the observation, and for the chunk.
    let timed: Range<Int>
    let seen: Range<Int>
    let acted: Range<Int>
    /// First-layer pre-activation of every time, [T, H], and the blocks' weights of 16 bits.
    let preparedCount: Int
    /// Where each block's weights of 16 bits lie among what is prepared; nil where sampling is single.
    private let packed: [PackedBlock]?

    private struct PackedBlock: Sendable {
        let up: Int
        let down: Int
    }

    /// One residual block's tensors.
    struct Block: Sendable {
        let scale: TensorSpec
        let shift: TensorSpec
        let up: AffineSpec
        let down: AffineSpec
    }

    /// Rows that are sampled at a time, so that activations stay in cache.
    static let rowsAtOnce = 256

    /// Appends the tensors to a network's layout.
    ///
    /// - Parameter times: of the sampler, T.
    init(
        observationCount: Int, chunkCount: Int, times: Int, settings: ResidualTrunkSettings,
        to layout: inout ParameterLayout
    ) {
        let width = settings.hidden
        hidden = width
        dropout = Float(settings.dropout)
        timed = 0..<settings.timeDimension
        seen = timed.upperBound..<(timed.upperBound + observationCount)
        acted = seen.upperBound..<(seen.upperBound + chunkCount)
        input = layout.addAffine("input", acted.upperBound, width)
        blocks = (0..<settings.blocks).map { block in
            Block(
                scale: layout.add("block\(block).norm.scale", [width]),
                shift: layout.add("block\(block).norm.shift", [width]),
                up: layout.addAffine("block\(block).up", width, 4 * width),
                down: layout.addAffine("block\(block).down", 4 * width, width))
        }
        output = layout.addAffine("output", width, chunkCount)
        var end = times * width
        func place() -> Int {
            defer { end += HalfProducts.packedCount(rows: width, columns: 4 * width) }
            return end
        }
        packed =
            settings.samplesInHalf
            ? blocks.map { _ in PackedBlock(up: place(), down: place()) } : nil
        preparedCount = end
    }

    /// Fills fresh weights: orthogonal √2 outside the blocks, LeCun-normal in them; the caller has zeroed the biases.
    func initialise(_ parameters: UnsafeMutablePointer<Float>, seeds: inout SeedSequence) {
        for affine in [input, output] {
            affine.orthogonal(parameters, gain: Float(2).squareRoot(), key: seeds.next())
        }
        for block in blocks {
            (parameters + block.scale.offset).update(repeating: 1, count: hidden)
            block.up.lecunNormal(parameters, key: seeds.next())
            block.down.lecunNormal(parameters, key: seeds.next())
        }
    }

    /// Computes the times' share of the first layer, with its bias, from their embedding [T, D], and packs weights.
    func prepare(
        _ parameters: UnsafePointer<Float>, embedding: Matrix,
        into prepared: UnsafeMutablePointer<Float>
    ) {
        embed(
            parameters, embedding, into: Matrix(prepared, rows: embedding.rows, columns: hidden))
        guard let packed else { return }
        for (block, place) in zip(blocks, packed) {
            HalfProducts.pack(block.up.weights(parameters), into: prepared + place.up)
            HalfProducts.pack(block.down.weights(parameters), into: prepared + place.down)
        }
    }

    /// The share of the first layer, with its bias, [n, H], of times with an embedding [n, D].
    func embed(_ parameters: UnsafePointer<Float>, _ embedding: Matrix, into share: Matrix) {
        Affine.forward(
            embedding, weights: parameters + input.weight.offset, bias: input.bias(parameters),
            into: share)
    }

    /// The observations' share of the first layer: [S, H] of [S, O].
    func observe(_ parameters: UnsafePointer<Float>, _ observations: Matrix, into share: Matrix) {
        BLAS.multiply(observations, input.weights(parameters).rows(seen), into: share)
    }

    /// What the network says of noisy chunks x [S·N, A] at one of the sampler's times, without dropout.
    ///
    /// - Parameters:
    ///   - observed: what `observe` has made of the S observations, [S, H].
    ///   - answer: filled, [S·N, A].
    func predict(
        _ x: Matrix, time: Int, observed: Matrix, weights: PolicyWeights, into answer: Matrix,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        // The shares of observation and time, [S, H]; the trunk, [S·N, H].
        let share = scratch.matrix(rows: observed.rows, columns: hidden)
        let trunk = scratch.matrix(rows: x.rows, columns: hidden)
        share.copy(from: observed)
        Affine.addBias(weights.prepared + time * hidden, to: share)
        BLAS.multiply(
            x, input.weights(weights.parameters).rows(acted), onto: share,
            copies: x.rows / max(1, observed.rows), into: trunk)
        infer(weights, trunk: trunk, into: answer, scratch: scratch)
        scratch.release(to: mark)
    }

    /// The residual blocks and output layer without dropout: [R, A] from `trunk` [R, H], which is overwritten.
    private func infer(
        _ weights: PolicyWeights, trunk: Matrix, into out: Matrix, scratch: Scratch
    ) {
        let (parameters, prepared) = (weights.parameters, weights.prepared)
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
    }
}

extension ResidualTrunkSettings {
    /// Whether candidates are sampled in half precision: asked for, and possible for this network on this processor.
    public var samplesInHalf: Bool {
        samplingPrecision == .half && HalfProducts.areThere && hidden % HalfProducts.columns == 0
    }
}

extension PolicySettings {
    /// Whether candidates are sampled in half precision: asked for, and possible for this network on this processor.
    public var samplesInHalf: Bool { residualTrunk?.samplesInHalf ?? false }

    /// Why candidates that were asked for in 16 bits are sampled in 32; nil where none were, or they are.
    public var refusedHalf: String? {
        guard let trunk = residualTrunk, trunk.samplingPrecision == .half, !trunk.samplesInHalf
        else { return nil }
        return HalfProducts.areThere
            ? "policy.hidden: \(trunk.hidden) is no multiple of \(HalfProducts.columns)"
            : "this processor multiplies no numbers of 16 bits"
    }
}
