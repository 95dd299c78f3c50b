import Neural

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
            // τ [b]; z [b, H·A].
            let times = scratch.vector(part.count)
            let noise = scratch.matrix(rows: part.count, columns: chunkCount)
            for row in 0..<part.count {
                let number = UInt64(part.firstRow + row) << 8
                part.key.fillUniform(times + row, count: 1, row: number)
                part.key.fillNormal(noise.row(row), count: chunkCount, row: number | 1)
            }
            return accumulate(
                part, times: times, noise: noise, weights.parameters, gradient: gradient,
                scratch: scratch)
        }
    }

    /// The same for given τ [b] and z [b, H·A], which becomes the target a − z.
    func accumulate(
        _ part: SupervisedRows, times: UnsafePointer<Float>, noise: Matrix,
        _ parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        let (length, width) = (1 + shape.horizon, trunk.width)
        let rows = part.count * shape.horizon
        let pass = AttentionTrunk.Pass(
            length: length, reach: .observed(1), key: part.key, firstRow: part.firstRow)
        // x_τ [b·H, A]; the time's angles and its share before swish [b, D]; swish's slope and result [b·H, D].
        let mixed = scratch.matrix(rows: rows, columns: shape.actionCount)
        mix(part, times: times, noise: noise, into: mixed)
        let angles = scratch.matrix(rows: part.count, columns: width)
        let timed = scratch.matrix(rows: part.count, columns: width)
        for row in 0..<part.count { fillAngles(at: times[row], into: angles.row(row)) }
        time.forward(parameters, angles, into: timed)
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
        let loss = seed(speed, targets: noise, part)

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
        time.backward(parameters, timed, x: angles, into: nil, gradient: gradient)
        return loss
    }

    /// The trunk's row of a step.
    private func place(of step: Int) -> Int {
        step / shape.horizon * (1 + shape.horizon) + 1 + step % shape.horizon
    }

    /// x_τ [b·H, A] of z [b, H·A], which becomes a − z.
    private func mix(
        _ part: SupervisedRows, times: UnsafePointer<Float>, noise: Matrix, into mixed: Matrix
    ) {
        let axes = shape.actionCount
        for row in 0..<mixed.rows {
            let (example, step) = (row / shape.horizon, row % shape.horizon)
            let target =
                part.targets.row(example) + part.standing(for: step, row: example) * axes
            let drawn = noise.row(example) + step * axes
            let time = times[example]
            for axis in 0..<axes {
                mixed[row, axis] = time * target[axis] + (1 - time) * drawn[axis]
                drawn[axis] = target[axis] - drawn[axis]
            }
        }
    }

    /// Replaces v [b·H, A] by the loss's gradient and returns Σ weight · (v − u)², a mean over the steps that are there.
    private func seed(_ speed: Matrix, targets: Matrix, _ part: SupervisedRows) -> Float {
        var loss: Float = 0
        let axes = shape.actionCount
        for row in 0..<speed.rows {
            let (example, step) = (row / shape.horizon, row % shape.horizon)
            let weight =
                part.weight(of: example, step: step)
                * part.stepShare(of: example, horizon: shape.horizon)
            let wanted = targets.row(example) + step * axes
            for axis in 0..<axes {
                let difference = speed[row, axis] - wanted[axis]
                loss += weight * (difference * difference)
                speed[row, axis] = 2 * part.scale * weight * difference
            }
        }
        return loss
    }
}
