import Glibc
import Neural

extension GaussianNetwork {
    /// What the backward pass needs.
    struct Trace {
        let first: Matrix
        let second: Matrix
        let mean: Matrix
        let raw: Matrix
        let deviation: Matrix

        init(_ network: GaussianNetwork, rows: Int, scratch: Scratch) {
            first = scratch.matrix(rows: rows, columns: network.hidden)
            second = scratch.matrix(rows: rows, columns: network.hidden)
            mean = scratch.matrix(rows: rows, columns: network.actionCount)
            raw = scratch.matrix(rows: rows, columns: network.actionCount)
            deviation = scratch.matrix(rows: rows, columns: network.actionCount)
        }
    }

    /// Computes μ and σ of every row.
    func forward(_ parameters: UnsafePointer<Float>, _ observations: Matrix, trace: Trace) {
        first.forward(parameters, observations, into: trace.first)
        rectify(trace.first)
        second.forward(parameters, trace.first, into: trace.second)
        rectify(trace.second)
        mean.forward(parameters, trace.second, into: trace.mean)
        rawDeviation.forward(parameters, trace.second, into: trace.raw)
        let multiplier = parameters[multiplier.offset]
        let offset = parameters[offset.offset]
        for index in 0..<(trace.raw.rows * actionCount) {
            let deviation = expf(multiplier * trace.raw.base[index] + offset)
            trace.deviation.base[index] = min(max(deviation, Self.smallest), Self.largest)
        }
    }

    /// Adds the gradient of scale · Σ_rows −log N(atanh a; μ, σ), constants left out.
    ///
    /// A target's distance from ±1 is at least `targetMargin`, and σ at least `supervisedFloor`.
    public func accumulateGradient(
        parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>, observations: Matrix,
        targets: Matrix, scale: Float, gradient: UnsafeMutablePointer<Float>, key: RandomKey,
        firstRow: Int, scratch: Scratch
    ) -> Float {
        let mark = scratch.mark()
        let rows = observations.rows
        let trace = Trace(self, rows: rows, scratch: scratch)
        forward(parameters, observations, trace: trace)
        let dMean = scratch.matrix(rows: rows, columns: actionCount)
        let dDeviation = scratch.matrix(rows: rows, columns: actionCount)
        let limit = 1 - Self.targetMargin
        var loss: Float = 0
        for row in 0..<rows {
            for axis in 0..<actionCount {
                let target = atanhf(max(-limit, min(limit, targets[row, axis])))
                let isFloored = trace.deviation[row, axis] < Self.supervisedFloor
                let deviation = max(trace.deviation[row, axis], Self.supervisedFloor)
                let score = (target - trace.mean[row, axis]) / deviation
                loss += 0.5 * score * score + logf(deviation)
                dMean[row, axis] = -scale * score / deviation
                dDeviation[row, axis] = isFloored ? 0 : scale * (1 - score * score) / deviation
            }
        }
        backward(
            parameters, observations: observations, trace: trace, dMean: dMean,
            dDeviation: dDeviation, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
        return loss
    }

    /// Adds the parameters' gradients for ∂loss/∂μ and ∂loss/∂σ.
    func backward(
        _ parameters: UnsafePointer<Float>, observations: Matrix, trace: Trace, dMean: Matrix,
        dDeviation: Matrix, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let rows = observations.rows
        // σ = e^(m·raw + b) between its limits: dlogσ = σ·dσ, then to raw, m and b.
        let scaling = parameters[multiplier.offset]
        for index in 0..<(rows * actionCount) {
            let deviation = trace.deviation.base[index]
            let isFree = deviation > Self.smallest && deviation < Self.largest
            let dLog = isFree ? dDeviation.base[index] * deviation : 0
            gradient[multiplier.offset] += dLog * trace.raw.base[index]
            gradient[offset.offset] += dLog
            dDeviation.base[index] = dLog * scaling
        }
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

extension NetworkPolicy: ReparameterisedPolicy where Network == GaussianNetwork {
    /// Draws actions with their log-densities; `ReparameterisedPolicy.sample`.
    public func sample(
        _ count: Int, observations: Matrix, into actions: Matrix,
        logDensities: UnsafeMutablePointer<Float>, key: RandomKey, firstRow: Int, scratch: Scratch
    ) {
        network.sample(
            count, parameters: weights.averages.base, observations: observations, into: actions,
            logDensities: logDensities, key: key, firstRow: firstRow, scratch: scratch)
    }

    /// One step of ascent through the policy's own sample; `ReparameterisedPolicy.ascend`.
    public func ascend(
        observations: Matrix, key: RandomKey, learningRate: Float, workspace: ShardedWorkspace,
        valueGradient: (Int, Range<Int>, Matrix, Matrix, Scratch) -> Float
    ) -> Float {
        let batch = observations.rows
        workspace.run(batch: batch) { shard, rows, scratch in
            workspace.sums(of: shard)[0] = accumulateAscent(
                observations.rows(rows), batch: batch, key: key, firstRow: rows.lowerBound,
                gradient: weights.zeroedGradient(of: shard), scratch: scratch
            ) { actions, dActions in
                valueGradient(shard, rows, actions, dActions, scratch)
            }
        }
        let value = workspace.total(0, batch: batch) / Float(batch)
        finish(learningRate: learningRate, batch: batch, workspace: workspace)
        return value
    }

    /// Adds the gradient of −Σ value / batch and returns Σ value.
    func accumulateAscent(
        _ observations: Matrix, batch: Int, key: RandomKey, firstRow: Int,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch,
        valueGradient: (Matrix, Matrix) -> Float
    ) -> Float {
        let rows = observations.rows
        let parameters = UnsafePointer(weights.parameters.base)
        let trace = GaussianNetwork.Trace(network, rows: rows, scratch: scratch)
        network.forward(parameters, observations, trace: trace)
        let noise = scratch.matrix(rows: rows, columns: actionCount)
        let actions = scratch.matrix(rows: rows, columns: actionCount)
        for row in 0..<rows {
            key.fillNormal(noise.row(row), count: actionCount, row: UInt64(firstRow + row) << 8)
            for axis in 0..<actionCount {
                actions[row, axis] = tanhf(
                    trace.mean[row, axis] + trace.deviation[row, axis] * noise[row, axis])
            }
        }
        let dMean = scratch.matrix(rows: rows, columns: actionCount)
        let total = valueGradient(actions, dMean)
        // da/du = 1 − a², du/dσ = ε; ascent is descent of the negative mean value.
        for index in 0..<(rows * actionCount) {
            let action = actions.base[index]
            let dRaw = -dMean.base[index] * (1 - action * action) / Float(batch)
            dMean.base[index] = dRaw
            noise.base[index] *= dRaw
        }
        network.backward(
            parameters, observations: observations, trace: trace, dMean: dMean, dDeviation: noise,
            gradient: gradient, scratch: scratch)
        return total
    }
}
