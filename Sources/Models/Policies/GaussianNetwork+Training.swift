import Glibc
import Neural

extension GaussianNetwork {
    /// What the backward pass needs.
    struct Trace {
        /// The hidden layers' results, each [R, H].
        let first: Matrix
        let second: Matrix
        /// μ, log σ before its scalars, and σ, each [R, A].
        let mean: Matrix
        let raw: Matrix
        let deviation: Matrix

        init(_ network: GaussianNetwork, rows: Int, scratch: Scratch) {
            first = scratch.matrix(rows: rows, columns: network.hidden)
            second = scratch.matrix(rows: rows, columns: network.hidden)
            mean = scratch.matrix(rows: rows, columns: network.chunkCount)
            raw = scratch.matrix(rows: rows, columns: network.chunkCount)
            deviation = scratch.matrix(rows: rows, columns: network.chunkCount)
        }
    }

    /// Computes μ and σ, each [R, A], of observations [R, O].
    func forward(_ parameters: UnsafePointer<Float>, _ observations: Matrix, trace: Trace) {
        first.forward(parameters, observations, into: trace.first)
        rectify(trace.first)
        second.forward(parameters, trace.first, into: trace.second)
        rectify(trace.second)
        mean.forward(parameters, trace.second, into: trace.mean)
        rawDeviation.forward(parameters, trace.second, into: trace.raw)
        let multiplier = parameters[multiplier.offset]
        let offset = parameters[offset.offset]
        for index in 0..<(trace.raw.rows * chunkCount) {
            let deviation = expf(multiplier * trace.raw.base[index] + offset)
            trace.deviation.base[index] = min(max(deviation, Self.smallest), Self.largest)
        }
    }

    /// Adds the gradient of scale · Σ_rows −weight · log N(atanh a; μ, σ), constants left out.
    ///
    /// A target's distance from ±1 is at least `targetMargin`, and σ at least `supervisedFloor`.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        let mark = scratch.mark()
        let rows = shard.count
        let trace = Trace(self, rows: rows, scratch: scratch)
        forward(weights.parameters, shard.observations, trace: trace)
        // ∂loss/∂μ and ∂loss/∂σ, each [R, A].
        let dMean = scratch.matrix(rows: rows, columns: chunkCount)
        let dDeviation = scratch.matrix(rows: rows, columns: chunkCount)
        let limit = 1 - Self.targetMargin
        var loss: Float = 0
        for row in 0..<rows {
            let steps = shard.stepShare(of: row, horizon: shape.horizon)
            for axis in 0..<chunkCount {
                let weight = shard.weight(of: row, step: axis / shape.actionCount) * steps
                let scale = shard.scale * weight
                let target = atanhf(max(-limit, min(limit, shard.targets[row, axis])))
                let isFloored = trace.deviation[row, axis] < Self.supervisedFloor
                let deviation = max(trace.deviation[row, axis], Self.supervisedFloor)
                let score = (target - trace.mean[row, axis]) / deviation
                loss += weight * (0.5 * score * score + logf(deviation))
                dMean[row, axis] = -scale * score / deviation
                dDeviation[row, axis] = isFloored ? 0 : scale * (1 - score * score) / deviation
            }
        }
        backward(
            weights.parameters, observations: shard.observations, trace: trace, dMean: dMean,
            dDeviation: dDeviation, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
        return loss
    }

    /// Adds the parameters' gradients for ∂loss/∂μ and ∂loss/∂σ, each [R, A]; the latter is overwritten.
    func backward(
        _ parameters: UnsafePointer<Float>, observations: Matrix, trace: Trace, dMean: Matrix,
        dDeviation: Matrix, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let rows = observations.rows
        // σ = e^(m·raw + b) between its limits: dlogσ = σ·dσ, then to raw, m and b.
        let scaling = parameters[multiplier.offset]
        for index in 0..<(rows * chunkCount) {
            let deviation = trace.deviation.base[index]
            let isFree = deviation > Self.smallest && deviation < Self.largest
            let dLog = isFree ? dDeviation.base[index] * deviation : 0
            gradient[multiplier.offset] += dLog * trace.raw.base[index]
            gradient[offset.offset] += dLog
            dDeviation.base[index] = dLog * scaling
        }
        // ∂loss/∂(a hidden layer's result), each [R, H].
        let dSecond = scratch.matrix(rows: rows, columns: hidden)
        let dFirst = scratch.matrix(rows: rows, columns: hidden)
        mean.backward(parameters, dMean, x: trace.second, into: dSecond, gradient: gradient)
        rawDeviation.backward(
            parameters, dDeviation, x: trace.second, into: nil, gradient: gradient)
        BLAS.multiply(
            dDeviation, rawDeviation.weights(parameters), transposeB: true, into: dSecond,
            accumulate: true)
        passWherePositive(dSecond, trace.second)
        second.backward(parameters, dSecond, x: trace.first, into: dFirst, gradient: gradient)
        passWherePositive(dFirst, trace.first)
        first.backward(parameters, dFirst, x: observations, into: nil, gradient: gradient)
    }

    private func rectify(_ x: Matrix) {
        for index in 0..<(x.rows * x.columns) { x.base[index] = max(0, x.base[index]) }
    }

    private func passWherePositive(_ dX: Matrix, _ active: Matrix) {
        for index in 0..<(dX.rows * dX.columns) where active.base[index] <= 0 {
            dX.base[index] = 0
        }
    }
}

extension GaussianNetwork: PathwiseNetwork {
    /// As acting.
    public var ascentPurpose: Int { 0 }

    /// Adds the gradient of −Σ value / divisor at tanh(μ + σ ε); `PathwiseNetwork`.
    public func accumulateAscent(
        _ observations: Matrix, weights: PolicyWeights, draw: (key: RandomKey, firstRow: Int),
        divisor: Float, gradient: UnsafeMutablePointer<Float>, scratch: Scratch,
        value: (Matrix, Matrix) -> Float
    ) -> Float {
        let mark = scratch.mark()
        let rows = observations.rows
        let trace = Trace(self, rows: rows, scratch: scratch)
        forward(weights.parameters, observations, trace: trace)
        // ε and tanh(μ + σ ε), each [R, A].
        let noise = scratch.matrix(rows: rows, columns: chunkCount)
        let actions = scratch.matrix(rows: rows, columns: chunkCount)
        for row in 0..<rows {
            draw.key.fillNormal(
                noise.row(row), count: chunkCount, row: UInt64(draw.firstRow + row) << 8)
            for axis in 0..<chunkCount {
                actions[row, axis] = tanhf(
                    trace.mean[row, axis] + trace.deviation[row, axis] * noise[row, axis])
            }
        }
        // ∂value/∂a, then ∂loss/∂μ; the noise becomes ∂loss/∂σ; each [R, A].
        let dMean = scratch.matrix(rows: rows, columns: chunkCount)
        let total = value(actions, dMean)
        // da/du = 1 − a², du/dσ = ε; ascent is descent of the negative value.
        for index in 0..<(rows * chunkCount) {
            let action = actions.base[index]
            let dRaw = -dMean.base[index] * (1 - action * action) / divisor
            dMean.base[index] = dRaw
            noise.base[index] *= dRaw
        }
        backward(
            weights.parameters, observations: observations, trace: trace, dMean: dMean,
            dDeviation: noise, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
        return total
    }
}
