import Neural
import Recipe

extension FlowTransformer {
    /// Adds the gradient of scale · Σ_rows weight · mean over the steps that are there of Σ_A (v − (a − z))², at
    /// x_τ = τ a + (1 − τ) z with τ uniform and z normal.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        shard.sum(inPartsOf: AttentionTrunk.examplesAtOnce(length: 1 + shape.horizon)) { part in
            let mark = scratch.mark()
            defer { scratch.release(to: mark) }
            // τ [b]; u and x_τ, each [b, H·A].
            let moments = scratch.vector(part.count)
            let wanted = scratch.matrix(rows: part.count, columns: chunkCount)
            let noisy = scratch.matrix(rows: part.count, columns: chunkCount)
            part.mix(
                times: .uniform, shape: shape, moments: moments, wanted: wanted, into: noisy)
            return accumulate(
                part, of: wanted, at: noisy, moments, weights.parameters, gradient: gradient,
                scratch: scratch)
        }
    }

    /// The same for given velocities u and chunks x_τ, each [b, H·A], contiguous, at given times τ [b].
    func accumulate(
        _ part: SupervisedRows, of wanted: Matrix, at noisy: Matrix,
        _ moments: UnsafePointer<Float>, _ parameters: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Float {
        let (length, width) = (1 + shape.horizon, trunk.width)
        let rows = part.count * shape.horizon
        let pass = AttentionTrunk.Pass(
            length: length, reach: .observed(1), key: part.key, firstRow: part.firstRow)
        // x_τ [b·H, A]; the time's angles and its share before swish [b, D]; swish's slope and result [b·H, D].
        let mixed = Matrix(noisy.base, rows: rows, columns: shape.actionCount)
        let told = scratch.matrix(rows: part.count, columns: width)
        let timed = scratch.matrix(rows: part.count, columns: width)
        for row in 0..<part.count { angles.fill(told.row(row), at: moments[row]) }
        time.forward(parameters, told, into: timed)
        let slope = scratch.matrix(rows: rows, columns: width)
        let active = scratch.matrix(rows: rows, columns: width)
        BLAS.multiply(
            mixed, noisedWeights(parameters), onto: timed, copies: shape.horizon, into: slope)
        Swish.forward(slope, into: active, slope: slope)
        // A step's rows [b·H, D] of what the trunk sees [b·T, D], and of what it answers.
        let stepRows = scratch.matrix(rows: rows, columns: width)
        embed.forward(parameters, active, into: stepRows)
        let x = scratch.matrix(rows: part.count * length, columns: width)
        for row in 0..<rows { x.row(place(of: row)).update(from: stepRows.row(row), count: width) }
        let trace = trunk.forward(
            parameters, part.observations, x: x, pass: pass, scratch: scratch)
        for row in 0..<rows {
            stepRows.row(row).update(from: trace.output.row(place(of: row)), count: width)
        }
        let speed = scratch.matrix(rows: rows, columns: shape.actionCount)
        velocity.forward(parameters, stepRows, into: speed)
        let loss = part.seed(
            Matrix(speed.base, rows: part.count, columns: chunkCount), towards: wanted,
            shape: shape)

        // ∂loss/∂(what the trunk answers, then sees) [b·T, D]; the observation's answer is not used.
        let dX = scratch.matrix(rows: part.count * length, columns: width)
        let dSteps = scratch.matrix(rows: rows, columns: width)
        velocity.backward(parameters, speed, x: stepRows, into: dSteps, gradient: gradient)
        dX.fill(0)
        for row in 0..<rows { dX.row(place(of: row)).update(from: dSteps.row(row), count: width) }
        trunk.backward(
            parameters, part.observations, dX: dX, trace: trace, pass: pass, gradient: gradient,
            scratch: scratch)
        for row in 0..<rows { stepRows.row(row).update(from: dX.row(place(of: row)), count: width) }
        embed.backward(parameters, stepRows, x: active, into: dSteps, gradient: gradient)
        Swish.backward(dSteps, slope: slope, into: dSteps)
        BLAS.multiply(
            mixed, transposeA: true, dSteps,
            into: Matrix(gradient + noised.offset, rows: shape.actionCount, columns: width),
            accumulate: true)
        gather(sumsOf: dSteps, copies: shape.horizon, into: timed)
        time.backward(parameters, timed, x: told, into: nil, gradient: gradient)
        return loss
    }

    /// The trunk's row of a step.
    private func place(of step: Int) -> Int {
        step / shape.horizon * (1 + shape.horizon) + 1 + step % shape.horizon
    }
}
