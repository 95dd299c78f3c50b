import Neural
import Recipe

/// The transformer that policies of several classes share: an observation token, then others; `Algorithm.md` 4.6.
///
/// A layout's part and pure functions over flat parameters, safe on any thread. The observation sees nothing but itself,
/// so that what it is to the others, its keys and values, is computed once for all candidates and sampler steps.
/// Shapes: R rows of tokens, S observations, T tokens of a sequence, width D.
struct AttentionTrunk: Sendable {
    /// One block's tensors: x += out(attention(norm₁ x)), then x += down(gelu(up(norm₂ x))).
    struct Block: Sendable {
        let first: NormSpec
        /// [D, 3D]: queries, keys, values.
        let attend: AffineSpec
        let out: AffineSpec
        let second: NormSpec
        let up: AffineSpec
        let down: AffineSpec
    }

    let width: Int
    let heads: Int
    let dropout: Float
    /// The observation's token: affine, ELU, affine.
    let observeIn: AffineSpec
    let observeOut: AffineSpec
    /// [T, D], one for each place of a sequence.
    let places: TensorSpec
    let blocks: [Block]
    let last: NormSpec

    /// Width of the layer between observation and token.
    static let observeWidth = 128
    /// Rows of tokens that a training pass handles at a time, so that what it keeps stays small.
    static let rowsAtOnce = 512
    /// Rows of tokens that sampling handles at a time.
    static let sampledAtOnce = 256

    /// Appends the tensors to a layout.
    ///
    /// - Parameters:
    ///   - places: tokens of the longest sequence, the observation's among them.
    init(
        observationCount: Int, places: Int, settings: TrunkSettings,
        layout: inout ParameterLayout
    ) {
        let width = settings.width
        precondition(width % settings.heads == 0, "heads of one width")
        self.width = width
        heads = settings.heads
        dropout = Float(settings.dropout)
        observeIn = layout.addAffine("observe.in", observationCount, Self.observeWidth)
        observeOut = layout.addAffine("observe.out", Self.observeWidth, width)
        self.places = layout.add("places", [places, width])
        blocks = (0..<settings.layers).map { block in
            let name = "block\(block)"
            return Block(
                first: layout.addNorm("\(name).norm1", width),
                attend: layout.addAffine("\(name).attend", width, 3 * width),
                out: layout.addAffine("\(name).out", width, width),
                second: layout.addNorm("\(name).norm2", width),
                up: layout.addAffine("\(name).up", width, 4 * width),
                down: layout.addAffine("\(name).down", 4 * width, width))
        }
        last = layout.addNorm("last", width)
    }

    /// What every weight's normal numbers deviate by at the start.
    static let deviation: Float = 0.02

    /// Fills fresh parameters: normal numbers of 0.02, of what is added to the trunk smaller by √(2 layers); biases 0.
    func initialise(_ parameters: UnsafeMutablePointer<Float>, seeds: inout SeedSequence) {
        let added = Self.deviation / Float(2 * blocks.count).squareRoot()
        observeIn.normal(parameters, deviation: Self.deviation, key: seeds.next())
        observeOut.normal(parameters, deviation: Self.deviation, key: seeds.next())
        Initialise.normal(
            parameters + places.offset, count: places.count, deviation: Self.deviation,
            key: seeds.next())
        for block in blocks {
            block.first.initialise(parameters)
            block.second.initialise(parameters)
            block.attend.normal(parameters, deviation: Self.deviation, key: seeds.next())
            block.out.normal(parameters, deviation: added, key: seeds.next())
            block.up.normal(parameters, deviation: Self.deviation, key: seeds.next())
            block.down.normal(parameters, deviation: added, key: seeds.next())
        }
        last.initialise(parameters)
    }

    /// The learned position [D] of a place.
    func place(_ parameters: UnsafePointer<Float>, _ index: Int) -> UnsafePointer<Float> {
        parameters + places.offset + index * width
    }

    /// Examples of a sequence of so many tokens that a training pass handles at a time.
    static func examplesAtOnce(length: Int) -> Int { max(1, rowsAtOnce / length) }
}

extension AffineSpec {
    /// Fills the weights with normal numbers and the bias with zeros.
    func normal(_ parameters: UnsafeMutablePointer<Float>, deviation: Float, key: RandomKey) {
        Initialise.normal(
            parameters + weight.offset, count: weight.count, deviation: deviation, key: key)
        (parameters + bias.offset).update(repeating: 0, count: outputs)
    }
}
