import Glibc
import Neural
import Recipe

/// A small bounded change of an action that a policy proposes; `Learning/Algorithm.md` 2.5, EXPO (arXiv 2507.07986).
///
/// Hidden layers on [observation, action], then μ and log σ [n] of a change u = tanh(μ + σ ξ); the edited action is
/// clip(a + s u, −1, 1). A layout and pure functions over flat parameters; safe on any thread; nothing allocates.
public struct EditNetwork: Sendable {
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Numbers of one action, n.
    public let actionCount: Int
    /// s.
    public let scale: Float
    /// The parameters by name.
    public let layout: ParameterLayout
    let hidden: Int
    let layers: [Layer]
    let mean: AffineSpec
    let logDeviation: AffineSpec
    /// ln α.
    let logAlpha: TensorSpec
    private let initialAlpha: Float

    /// One hidden layer: affine, LayerNorm, swish.
    struct Layer: Sendable {
        let weight: TensorSpec
        let bias: TensorSpec
        let scale: TensorSpec
        let shift: TensorSpec
        let inputs: Int
    }

    /// Limits of log σ.
    static let leastLog: Float = -5
    static let mostLog: Float = 2
    /// Numbers of an action from which on there are three layers of twice the width, instead of two.
    static let largeAction = 32
    /// Rows that are handled at a time.
    static let blockRows = 256
    /// Random numbers of an edit: the sampler's steps of the same row have lower numbers.
    static let purpose: UInt64 = 0xE0

    /// A network of the given sizes.
    public init(observationCount: Int, actionCount: Int, settings: EditSettings) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        scale = Float(settings.scale)
        initialAlpha = Float(settings.alpha)
        let isLarge = actionCount > Self.largeAction
        let width = isLarge ? 2 * settings.hidden : settings.hidden
        hidden = width
        var layout = ParameterLayout()
        layers = (0..<(isLarge ? 3 : 2)).map { index in
            let inputs = index == 0 ? observationCount + actionCount : width
            return Layer(
                weight: layout.add("layer\(index).weight", [inputs, width]),
                bias: layout.add("layer\(index).bias", [width]),
                scale: layout.add("layer\(index).norm.scale", [width]),
                shift: layout.add("layer\(index).norm.shift", [width]), inputs: inputs)
        }
        mean = layout.addAffine("mean", width, actionCount)
        logDeviation = layout.addAffine("log_deviation", width, actionCount)
        logAlpha = layout.add("log_alpha", [1])
        self.layout = layout
    }

    /// Fills fresh parameters: orthogonal √2, the last layer 0.01, biases 0, that of log σ −1: as good as no edit.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        parameters.update(repeating: 0, count: layout.count)
        for layer in layers {
            Initialise.orthogonal(
                parameters + layer.weight.offset, inputs: layer.inputs, outputs: hidden,
                gain: Float(2).squareRoot(), key: seeds.next())
            (parameters + layer.scale.offset).update(repeating: 1, count: hidden)
        }
        for affine in [mean, logDeviation] {
            affine.orthogonal(parameters, gain: 0.01, key: seeds.next())
        }
        (parameters + logDeviation.bias.offset).update(repeating: -1, count: actionCount)
        parameters[logAlpha.offset] = logf(max(initialAlpha, 1e-9))
    }

    /// Edits N actions at each of B states.
    ///
    /// - Parameters:
    ///   - observations: [B, O], normalised.
    ///   - actions: [B·N, n], −1…1.
    ///   - draw: key and number of the first state in the whole batch; nil edits by the mode, ξ = 0.
    ///   - edited: [B·N, n], overwritten.
    public func edit(
        _ parameters: UnsafePointer<Float>, observations: Matrix, actions: Matrix,
        draw: (key: RandomKey, firstRow: Int)?, into edited: Matrix, scratch: Scratch
    ) {
        let copies = actions.rows / max(1, observations.rows)
        let statesAtOnce = max(1, Self.blockRows / copies)
        var first = 0
        while first < observations.rows {
            let states = first..<min(observations.rows, first + statesAtOnce)
            let rows = (states.lowerBound * copies)..<(states.upperBound * copies)
            let mark = scratch.mark()
            let trace = Trace(self, rows: rows.count, scratch: scratch)
            forward(
                parameters, observations: observations.rows(states), actions: actions.rows(rows),
                into: trace, scratch: scratch)
            if let draw {
                fill(trace.noise, draw.key, firstRow: draw.firstRow + states.lowerBound, copies)
            } else {
                trace.noise.fill(0)
            }
            apply(trace, to: actions.rows(rows), into: edited.rows(rows))
            scratch.release(to: mark)
            first = states.upperBound
        }
    }

    /// Fills ξ [B·N, n]: what a state draws depends on the key and on its number only.
    func fill(_ noise: Matrix, _ key: RandomKey, firstRow: Int, _ copies: Int) {
        for state in 0..<(noise.rows / copies) {
            key.fillNormal(
                noise.row(state * copies), count: copies * actionCount,
                row: UInt64(firstRow + state) << 8 | Self.purpose)
        }
    }

    /// Computes clip(a + s tanh(μ + σ ξ)) of R rows.
    private func apply(_ trace: Trace, to actions: Matrix, into edited: Matrix) {
        for row in 0..<actions.rows {
            for axis in 0..<actionCount {
                let raw =
                    trace.mean[row, axis]
                    + expf(trace.clippedLog(row, axis)) * trace.noise[row, axis]
                edited[row, axis] = max(-1, min(1, actions[row, axis] + scale * tanhf(raw)))
            }
        }
    }

    /// What a forward pass over R rows keeps; views into a scratch.
    struct Trace {
        /// Of every hidden layer.
        private let normalised: Matrix
        private let slope: Matrix
        private let reciprocalDeviation: UnsafeMutablePointer<Float>
        private let active: Matrix
        /// μ, log σ before its limits, and ξ, each [R, n].
        let mean: Matrix
        let logDeviation: Matrix
        let noise: Matrix
        private let rows: Int

        init(_ network: EditNetwork, rows: Int, scratch: Scratch) {
            self.rows = rows
            // The layers' rows one behind the other, [L·R, H] and [L·R].
            let all = network.layers.count * rows
            normalised = scratch.matrix(rows: all, columns: network.hidden)
            slope = scratch.matrix(rows: all, columns: network.hidden)
            active = scratch.matrix(rows: all, columns: network.hidden)
            reciprocalDeviation = scratch.vector(all)
            mean = scratch.matrix(rows: rows, columns: network.actionCount)
            logDeviation = scratch.matrix(rows: rows, columns: network.actionCount)
            noise = scratch.matrix(rows: rows, columns: network.actionCount)
        }

        func tape(_ layer: Int) -> LayerNormSwish.Tape {
            LayerNormSwish.Tape(
                normalised: normalised.rows(range(layer)), slope: slope.rows(range(layer)),
                reciprocalDeviation: reciprocalDeviation + layer * rows)
        }

        func active(_ layer: Int) -> Matrix { active.rows(range(layer)) }

        private func range(_ layer: Int) -> Range<Int> { (layer * rows)..<((layer + 1) * rows) }

        /// log σ within its limits.
        func clippedLog(_ row: Int, _ axis: Int) -> Float {
            max(EditNetwork.leastLog, min(EditNetwork.mostLog, logDeviation[row, axis]))
        }
    }

    /// Computes μ and log σ of actions [B·N, n] at observations [B, O].
    func forward(
        _ parameters: UnsafePointer<Float>, observations: Matrix, actions: Matrix,
        into trace: Trace, scratch: Scratch
    ) {
        let mark = scratch.mark()
        // The observation's share of the first layer, [B, H], once for all N.
        let part = scratch.matrix(rows: observations.rows, columns: hidden)
        // The rows of the first layer's weights for observation and action, [O, H] and [n, H].
        let weights = matrix(layers[0], parameters)
        BLAS.multiply(observations, weights.rows(0..<observationCount), into: part)
        for (index, layer) in layers.enumerated() {
            let tape = trace.tape(index)
            if index == 0 {
                BLAS.multiply(
                    actions, weights.rows(observationCount..<layer.inputs), onto: part,
                    copies: actions.rows / max(1, observations.rows), into: tape.normalised)
            } else {
                BLAS.multiply(
                    trace.active(index - 1), matrix(layer, parameters), into: tape.normalised)
            }
            LayerNormSwish.forward(
                tape.normalised, bias: parameters + layer.bias.offset,
                scale: parameters + layer.scale.offset, shift: parameters + layer.shift.offset,
                into: trace.active(index), tape: tape)
        }
        let last = trace.active(layers.count - 1)
        mean.forward(parameters, last, into: trace.mean)
        logDeviation.forward(parameters, last, into: trace.logDeviation)
        scratch.release(to: mark)
    }

    /// A hidden layer's weights, [inputs, H].
    func matrix(_ layer: Layer, _ parameters: UnsafePointer<Float>) -> Matrix {
        Matrix(reading: parameters + layer.weight.offset, rows: layer.inputs, columns: hidden)
    }
}
