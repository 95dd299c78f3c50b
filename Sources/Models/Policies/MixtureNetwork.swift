import Glibc
import Neural
import Recipe

/// A transformer whose answer is a mixture of normal distributions of the whole chunk; `Algorithm.md` 4.7.
///
/// One query a step of the chunk sees the observation and the other queries. One pass tells the weights of M
/// components and every step's mean and deviation in each, however many candidates are drawn from them. A candidate is of
/// one component throughout, and its noise is correlated along the chunk, so that it is one plan.
public struct MixtureNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is one uniform number, for the component, and then normal ones, [H·A].
    public let shape: PolicyShape
    /// The parameters by name.
    public let layout: ParameterLayout
    let trunk: AttentionTrunk
    let modes: Int
    /// [D, M] of the observation's output.
    let component: AffineSpec
    /// [D, 2·M·A] of a query's output: means before tanh, then deviations before softplus, each [M, A].
    let normal: AffineSpec

    /// Least deviation: demonstrations repeat actions exactly, where the likelihood has no maximum without it.
    static let floor: Float = 0.02
    /// How much of a step's noise is the step's before it.
    static let correlation: Float = 0.9

    /// A network of the given sizes.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: TransformerSettings
    ) {
        shape = PolicyShape(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            noiseCount: 1 + horizon * actionCount)
        modes = settings.modes
        var layout = ParameterLayout()
        trunk = AttentionTrunk(
            observationCount: observationCount, places: 1 + horizon, settings: settings.trunk,
            layout: &layout)
        component = layout.addAffine("component", trunk.width, settings.modes)
        normal = layout.addAffine("normal", trunk.width, 2 * settings.modes * actionCount)
        self.layout = layout
    }

    /// Nothing is derived.
    public var preparedCount: Int { 0 }

    /// Fills fresh parameters; `AttentionTrunk.initialise`.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        trunk.initialise(parameters, seeds: &seeds)
        component.normal(parameters, deviation: AttentionTrunk.deviation, key: seeds.next())
        normal.normal(parameters, deviation: AttentionTrunk.deviation, key: seeds.next())
    }

    /// Derives nothing.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {}

    /// Draws μ + σ ξ of a component each, clipped to ±1, and log π of each draw before it is clipped.
    ///
    /// ξ_i = ρ ξ_{i−1} + √(1 − ρ²) ζ_i along the steps, with ρ = 0.9. At a temperature τ the weights are those of the
    /// logits over τ, and the deviations τ times as large; the mode is the mean of the heaviest component.
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        let statesAtOnce = max(1, AttentionTrunk.sampledAtOnce / (1 + shape.horizon))
        var first = 0
        while first < request.observations.rows {
            let range = first..<min(request.observations.rows, first + statesAtOnce)
            let mark = scratch.mark()
            let (logits, normals) = infer(
                request.observations.rows(range), weights.parameters, scratch: scratch)
            draw(
                request.rows(range), logits: logits, normals: normals,
                into: candidates.rows(range, count: request.count), scratch: scratch)
            scratch.release(to: mark)
            first = range.upperBound
        }
    }

    /// Logits of the components [S, M] and their means and deviations [S·H, 2·M·A] at observations [S, O].
    private func infer(
        _ observations: Matrix, _ parameters: UnsafePointer<Float>, scratch: Scratch
    ) -> (logits: Matrix, normals: Matrix) {
        let states = observations.rows
        let rows = states * shape.horizon
        let logits = scratch.matrix(rows: states, columns: modes)
        let normals = scratch.matrix(rows: rows, columns: normal.outputs)
        let mark = scratch.mark()
        let prefix = trunk.prefix(parameters, observations, scratch: scratch)
        component.forward(parameters, prefix.output, into: logits)
        let cache = AttentionTrunk.Cache(
            blocks: trunk.blocks.count, sequences: states, capacity: shape.horizon,
            width: trunk.width, scratch: scratch)
        // The queries, then their outputs, [S·H, D].
        let queries = scratch.matrix(rows: rows, columns: trunk.width)
        for row in 0..<rows {
            queries.row(row).update(
                from: trunk.place(parameters, 1 + row % shape.horizon), count: trunk.width)
        }
        let output = scratch.matrix(rows: rows, columns: trunk.width)
        trunk.extend(
            parameters, x: queries, prefix: prefix, cache: cache, filled: 0, into: output,
            scratch: scratch)
        normal.forward(parameters, output, into: normals)
        shapeNormals(normals)
        scratch.release(to: mark)
        return (logits, normals)
    }

    /// Turns what the affine layer tells [R, 2·M·A] into means, by tanh, and deviations, by softplus over the floor.
    func shapeNormals(_ normals: Matrix) {
        let half = normals.columns / 2
        for row in 0..<normals.rows {
            let means = normals.row(row)
            for index in 0..<half {
                means[index] = tanhf(means[index])
                means[half + index] = Self.floor + softplus(means[half + index])
            }
        }
    }

    private func draw(
        _ request: SampleRequest, logits: Matrix, normals: Matrix, into candidates: Candidates,
        scratch: Scratch
    ) {
        let count = request.count
        let actions = candidates.actions
        // Probabilities of the components [M]; a uniform number of each candidate [N].
        let shares = scratch.vector(modes)
        let uniforms = scratch.vector(count)
        // The log-densities of one draw in each component, [M].
        let terms = scratch.vector(modes)
        for state in 0..<logits.rows {
            drawNoise(request, state: state, into: actions, uniforms: uniforms)
            let heaviest = mostLikely(logits.row(state), count: modes)
            if request.temperature > 0 {
                shares.update(from: logits.row(state), count: modes)
                VectorMath.scale(shares, count: modes, by: 1 / request.temperature)
                Softmax.probabilities(shares, into: shares, count: modes)
            }
            for place in 0..<count {
                let isMode = request.temperature <= 0 || (request.zeroFirst && place == 0)
                let mode =
                    isMode ? heaviest : inverseCDF(shares, count: modes, at: uniforms[place])
                let action = actions.row(state * count + place)
                move(
                    action, along: normals, state: state, mode: mode,
                    by: isMode ? 0 : request.temperature)
                if let densities = candidates.logDensities {
                    densities[state * count + place] = density(
                        of: action, shares: shares, normals: normals, state: state,
                        temperature: request.temperature, terms: terms)
                }
                VectorMath.clamp(action, count: chunkCount, low: -1, high: 1)
            }
        }
    }

    /// Fills ζ of a state's candidates [N, H·A] and their uniform numbers [N]: given ones, or the key's.
    private func drawNoise(
        _ request: SampleRequest, state: Int, into actions: Matrix,
        uniforms: UnsafeMutablePointer<Float>
    ) {
        let first = state * request.count
        if let noise = request.noise {
            for place in 0..<request.count {
                let given = noise.row(first + place)
                uniforms[place] = given[0]
                actions.row(first + place).update(from: given + 1, count: chunkCount)
            }
            return
        }
        let row = UInt64(request.firstRow + state) << 8
        request.key.fillNormal(actions.row(first), count: request.count * chunkCount, row: row)
        request.key.fillUniform(uniforms, count: request.count, row: row | 1)
    }

    /// How much of a step's noise is its own.
    private static let ownShare = (1 - correlation * correlation).squareRoot()

    /// Turns ζ [H·A] into μ + spread · σ ξ of a component.
    private func move(
        _ action: UnsafeMutablePointer<Float>, along normals: Matrix, state: Int, mode: Int,
        by spread: Float
    ) {
        let axes = shape.actionCount
        let half = normals.columns / 2
        for axis in 0..<axes {
            var before: Float = 0
            for step in 0..<shape.horizon {
                let means = normals.row(state * shape.horizon + step) + mode * axes
                let drawn = action[step * axes + axis]
                before =
                    step == 0 ? drawn : Self.correlation * before + Self.ownShare * drawn
                action[step * axes + axis] =
                    means[axis] + spread * means[half + axis] * before
            }
        }
    }

    /// log π of a chunk [H·A] that was not clipped: of all components, with the correlation along the steps.
    private func density(
        of action: UnsafePointer<Float>, shares: UnsafePointer<Float>, normals: Matrix, state: Int,
        temperature: Float, terms: UnsafeMutablePointer<Float>
    ) -> Float {
        guard temperature > 0 else { return .infinity }
        let axes = shape.actionCount
        let half = normals.columns / 2
        let halfLogTau = 0.5 * logf(2 * Float.pi)
        for mode in 0..<modes {
            var term = logf(shares[mode])
            for axis in 0..<axes {
                var before: Float = 0
                for step in 0..<shape.horizon {
                    let means = normals.row(state * shape.horizon + step) + mode * axes
                    let deviation = temperature * means[half + axis]
                    let score = (action[step * axes + axis] - means[axis]) / deviation
                    let own = step == 0 ? 1 : Self.ownShare
                    let drawn = step == 0 ? score : (score - Self.correlation * before) / own
                    term -= 0.5 * drawn * drawn + logf(deviation * own) + halfLogTau
                    before = score
                }
            }
            terms[mode] = term
        }
        return Softmax.probabilities(terms, into: terms, count: modes)
    }
}

/// The index of the largest of `count` numbers; the first of equal ones.
func mostLikely(_ values: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for index in 1..<max(1, count) where values[index] > values[best] { best = index }
    return best
}

/// The first index at which the sum of the probabilities exceeds a number in 0..<1.
func inverseCDF(_ probabilities: UnsafePointer<Float>, count: Int, at uniform: Float) -> Int {
    var sum: Float = 0
    var last = 0
    for index in 0..<count where probabilities[index] > 0 {
        sum += probabilities[index]
        last = index
        if sum > uniform { return index }
    }
    // Rounding has left the whole sum below the number.
    return last
}
