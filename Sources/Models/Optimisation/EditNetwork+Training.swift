import Glibc
import Neural

extension EditNetwork {
    /// Adds the gradient of a shard's share of the loss; SAC's (arXiv 1801.01290) for a bounded edit.
    ///
    /// Loss, mean over B rows: α (log π(u) − n ln s) − Q(o, ã)/`divisor`, with ξ from the key, the critic as it is and
    /// α as it is. With x = μ + σ ξ: ∂/∂x = −s ∂Q/∂ã (1 − u²)/divisor where ã is not clipped, + 2 α u; ∂/∂μ is that,
    /// ∂/∂log σ = σ ξ times that, − α. Where α is tuned: α (H + n/2) with H = n ln s − log π falls by ln α.
    ///
    /// - Parameters:
    ///   - gradient: of the layout; added to.
    ///   - tunesAlpha: whether ln α has a gradient.
    /// - Returns: sums over the shard's rows.
    public func accumulateGradient(
        _ rows: EditRows, parameters: UnsafePointer<Float>, tunesAlpha: Bool,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> EditSums {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let count = rows.actions.rows
        let trace = Trace(self, rows: count, scratch: scratch)
        forward(
            parameters, observations: rows.observations, actions: rows.actions, into: trace,
            scratch: scratch)
        fill(trace.noise, rows.key, firstRow: rows.firstRow, 1)
        // ∂loss/∂μ and ∂loss/∂(log σ), each [b, n].
        let dMean = scratch.matrix(rows: count, columns: actionCount)
        let dLog = scratch.matrix(rows: count, columns: actionCount)
        let sums = seed(rows, trace, alpha: alpha(parameters), dMean: dMean, dLog: dLog)
        if tunesAlpha {
            let entropy = -sums.logDensity + Float(count * actionCount) * logScale
            gradient[logAlpha.offset] +=
                alpha(parameters) * (entropy + Float(count * actionCount) / 2) / Float(rows.batch)
        }
        backward(
            rows, trace, parameters, dMean: dMean, dLog: dLog, gradient: gradient,
            scratch: scratch)
        return sums
    }

    /// α as the parameters have it.
    public func alpha(_ parameters: UnsafePointer<Float>) -> Float {
        expf(parameters[logAlpha.offset])
    }

    /// ln s, of an s that is as good as none where there is none.
    public var logScale: Float { logf(max(scale, 1e-6)) }

    /// log π of one axis: of u = tanh(x) with x = μ + σ ξ; `Learning/Algorithm.md` A3.
    static func logDensity(noise: Float, logDeviation: Float, x: Float) -> Float {
        -0.5 * noise * noise - logDeviation - 0.5 * logf(2 * Float.pi)
            - 2 * (0.6931472 - x - softplus(-2 * x))
    }

    private func seed(
        _ rows: EditRows, _ trace: Trace, alpha: Float, dMean: Matrix, dLog: Matrix
    ) -> EditSums {
        var sums = EditSums()
        let share = 1 / Float(rows.batch)
        for row in 0..<rows.actions.rows {
            for axis in 0..<actionCount {
                let noise = trace.noise[row, axis]
                let raw = trace.logDeviation[row, axis]
                let logDeviation = trace.clippedLog(row, axis)
                let deviation = expf(logDeviation)
                let x = trace.mean[row, axis] + deviation * noise
                let u = tanhf(x)
                sums.logDensity += Self.logDensity(
                    noise: noise, logDeviation: logDeviation, x: x)
                sums.deviation += deviation
                let isFree = abs(rows.actions[row, axis] + scale * u) < 1
                let pull = isFree ? -scale * rows.slopes[row, axis] / rows.divisor : 0
                let dX = share * (pull * (1 - u * u) + 2 * alpha * u)
                dMean[row, axis] = dX
                dLog[row, axis] = logDeviation == raw ? dX * deviation * noise - share * alpha : 0
            }
        }
        return sums
    }

    /// From ∂loss/∂μ and ∂loss/∂(log σ), each [b, n], to all parameters but ln α.
    private func backward(
        _ rows: EditRows, _ trace: Trace, _ parameters: UnsafePointer<Float>, dMean: Matrix,
        dLog: Matrix, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        // ∂loss/∂(a layer's result) and the same of the layer below, each [b, H]; they change places.
        var dActive = scratch.matrix(rows: dMean.rows, columns: hidden)
        var other = scratch.matrix(rows: dMean.rows, columns: hidden)
        let last = trace.active(layers.count - 1)
        mean.backward(parameters, dMean, x: last, into: dActive, gradient: gradient)
        logDeviation.backward(parameters, dLog, x: last, into: nil, gradient: gradient)
        BLAS.multiply(
            dLog, logDeviation.weights(parameters), transposeB: true, into: dActive,
            accumulate: true)
        for index in layers.indices.reversed() {
            let layer = layers[index]
            LayerNormSwish.backward(
                dActive, tape: trace.tape(index), scale: parameters + layer.scale.offset,
                into: dActive, dBias: gradient + layer.bias.offset,
                dScale: gradient + layer.scale.offset, dShift: gradient + layer.shift.offset)
            // [inputs, H].
            let dWeights = Matrix(
                gradient + layer.weight.offset, rows: layer.inputs, columns: hidden)
            if index > 0 {
                BLAS.multiply(
                    trace.active(index - 1), transposeA: true, dActive, into: dWeights,
                    accumulate: true)
                BLAS.multiply(
                    dActive, matrix(layer, parameters), transposeB: true, into: other)
                swap(&dActive, &other)
            } else {
                BLAS.multiply(
                    rows.observations, transposeA: true, dActive,
                    into: dWeights.rows(0..<observationCount), accumulate: true)
                BLAS.multiply(
                    rows.actions, transposeA: true, dActive,
                    into: dWeights.rows(observationCount..<layer.inputs), accumulate: true)
            }
        }
    }
}
