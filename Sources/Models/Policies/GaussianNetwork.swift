import Glibc
import Neural
import Recipe

/// The tanh-squashed Gaussian policy of Cal-QL; `Algorithm.md` 4.3.
///
/// Two hidden ReLU layers, then mean μ and raw log-deviation; log σ = m·raw + b with learnable
/// scalars m = 1, b = −1; σ clipped to [1e-5, 10]; a = tanh(μ + σ ε). A in the shapes here is the floats of a chunk:
/// steps times axes.
public struct GaussianNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is ε, [A].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    let hidden: Int
    let first: AffineSpec
    let second: AffineSpec
    let mean: AffineSpec
    let rawDeviation: AffineSpec
    let multiplier: TensorSpec
    let offset: TensorSpec

    /// σ's published limits.
    static let smallest: Float = 1e-5
    static let largest: Float = 10
    /// σ's floor in the supervised step, in tanh's argument.
    ///
    /// Without it the likelihood of demonstrations that repeat an action exactly has no maximum.
    static let supervisedFloor: Float = 0.05
    /// Targets are moved this far from ±1, where tanh has no inverse.
    static let targetMargin: Float = 0.01

    /// A network of the given sizes.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: GaussianSettings
    ) {
        let chunkCount = horizon * actionCount
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: chunkCount)
        hidden = settings.hidden
        var layout = ParameterLayout()
        first = layout.addAffine("layer0", observationCount, settings.hidden)
        second = layout.addAffine("layer1", settings.hidden, settings.hidden)
        mean = layout.addAffine("mean", settings.hidden, chunkCount)
        rawDeviation = layout.addAffine("log_deviation", settings.hidden, chunkCount)
        multiplier = layout.add("log_deviation.multiplier", [1])
        offset = layout.add("log_deviation.offset", [1])
        self.layout = layout
    }

    /// Nothing is derived.
    public var preparedCount: Int { 0 }

    /// Fills fresh parameters: orthogonal √2, then 0.01 for the last hidden layer and both heads.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        parameters.update(repeating: 0, count: layout.count)
        first.orthogonal(parameters, gain: Float(2).squareRoot(), key: seeds.next())
        for affine in [second, mean, rawDeviation] {
            affine.orthogonal(parameters, gain: 0.01, key: seeds.next())
        }
        parameters[multiplier.offset] = 1
        parameters[offset.offset] = -1
    }

    /// Derives nothing.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {}

    /// Draws tanh(μ + σ ε) and, where wanted, log π(a) of each draw.
    ///
    /// log π = Σ [log N(u; μ, σ) − 2(ln 2 − u − softplus(−2u))]; `Learning/Algorithm.md` A3, SAC (arXiv 1801.01290),
    /// appendix C.
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let (count, actions) = (request.count, candidates.actions)
        let trace = Trace(self, rows: request.observations.rows, scratch: scratch)
        forward(weights.parameters, request.observations, trace: trace)
        // ε.
        request.draw(into: actions)
        let halfLogTau = 0.5 * logf(2 * Float.pi)
        for state in 0..<request.observations.rows {
            for draw in 0..<count {
                // ε, which becomes the action, [A].
                let action = actions.row(state * count + draw)
                var density: Float = 0
                for axis in 0..<chunkCount {
                    let deviation = trace.deviation[state, axis]
                    let noise = action[axis]
                    let raw = trace.mean[state, axis] + deviation * noise
                    action[axis] = tanhf(raw)
                    if candidates.logDensities != nil {
                        density -= 0.5 * noise * noise + logf(deviation) + halfLogTau
                        density -= 2 * (0.6931472 - raw - softplus(-2 * raw))
                    }
                }
                candidates.logDensities?[state * count + draw] = density
            }
        }
        scratch.release(to: mark)
    }
}

/// ln(1 + e^x) without overflow.
func softplus(_ x: Float) -> Float { max(x, 0) + log1pf(expf(-abs(x))) }
