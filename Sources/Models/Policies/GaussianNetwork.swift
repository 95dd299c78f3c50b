import Glibc
import Neural
import Recipe

/// The tanh-squashed Gaussian policy of Cal-QL; `Learning/Algorithm.md` 4.3.
///
/// Two hidden ReLU layers, then mean μ and raw log-deviation; log σ = m·raw + b with learnable
/// scalars m = 1, b = −1; σ clipped to [1e-5, 10]; a = tanh(μ + σ ε).
public struct GaussianNetwork: PolicyNetwork {
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Scalars of one action, A.
    public let actionCount: Int
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
    public init(observationCount: Int, actionCount: Int, settings: GaussianSettings) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        hidden = settings.hidden
        var layout = ParameterLayout()
        first = layout.addAffine("layer0", observationCount, settings.hidden)
        second = layout.addAffine("layer1", settings.hidden, settings.hidden)
        mean = layout.addAffine("mean", settings.hidden, actionCount)
        rawDeviation = layout.addAffine("log_deviation", settings.hidden, actionCount)
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

    /// Draws tanh(μ + σ ε).
    public func sample(
        _ count: Int, parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>,
        observations: Matrix, into actions: Matrix, key: RandomKey, firstRow: Int,
        scratch: Scratch
    ) {
        sample(
            count, parameters: parameters, observations: observations, into: actions,
            logDensities: nil, key: key, firstRow: firstRow, scratch: scratch)
    }

    /// Draws tanh(μ + σ ε) and, where wanted, log π(a) of each draw.
    ///
    /// log π = Σ [log N(u; μ, σ) − 2(ln 2 − u − softplus(−2u))]; `Learning/Algorithm.md` A3.
    func sample(
        _ count: Int, parameters: UnsafePointer<Float>, observations: Matrix, into actions: Matrix,
        logDensities: UnsafeMutablePointer<Float>?, key: RandomKey, firstRow: Int,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let trace = Trace(self, rows: observations.rows, scratch: scratch)
        forward(parameters, observations, trace: trace)
        let halfLogTau = 0.5 * logf(2 * Float.pi)
        for state in 0..<observations.rows {
            let first = actions.row(state * count)
            key.fillNormal(
                first, count: count * actionCount, row: UInt64(firstRow + state) << 8)
            for draw in 0..<count {
                let action = actions.row(state * count + draw)
                var density: Float = 0
                for axis in 0..<actionCount {
                    let deviation = trace.deviation[state, axis]
                    let noise = action[axis]
                    let raw = trace.mean[state, axis] + deviation * noise
                    action[axis] = tanhf(raw)
                    if logDensities != nil {
                        density -= 0.5 * noise * noise + logf(deviation) + halfLogTau
                        density -= 2 * (0.6931472 - raw - softplus(-2 * raw))
                    }
                }
                logDensities?[state * count + draw] = density
            }
        }
        scratch.release(to: mark)
    }

    /// Floats of scratch for so many rows, generously.
    public func scratchCount(rows: Int) -> Int {
        rows * (8 * hidden + 16 * actionCount + observationCount) + 4096
    }
}

/// ln(1 + e^x) without overflow.
func softplus(_ x: Float) -> Float { max(x, 0) + log1pf(expf(-abs(x))) }
