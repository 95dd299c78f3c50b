import Glibc
import Neural

extension MixtureNetwork {
    /// Adds the gradient of scale · Σ_rows −weight · log Σ_m π_m Π N(a; μ_m, σ_m) over the steps that are there, constants
    /// left out.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        shard.sum(inPartsOf: AttentionTrunk.examplesAtOnce(length: 1 + shape.horizon)) { part in
            let mark = scratch.mark()
            defer { scratch.release(to: mark) }
            return accumulate(part, weights.parameters, gradient: gradient, scratch: scratch)
        }
    }

    private func accumulate(
        _ part: SupervisedRows, _ parameters: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> Float {
        let length = 1 + shape.horizon
        let rows = part.count * shape.horizon
        let pass = AttentionTrunk.Pass(
            length: length, reach: .observed(1), key: part.key, firstRow: part.firstRow)
        // The queries are their places alone: tokens [b·T, D] of zeros.
        let x = scratch.matrix(rows: part.count * length, columns: trunk.width)
        x.fill(0)
        let trace = trunk.forward(
            parameters, part.observations, x: x, pass: pass, scratch: scratch)
        let observed = trunk.firstTokens(trace.output, length: length)
        // The queries' outputs, then ∂loss/∂ them, [b·H, D].
        let queries = scratch.matrix(rows: rows, columns: trunk.width)
        for row in 0..<rows {
            queries.row(row).update(
                from: trace.output.row(place(of: row)), count: trunk.width)
        }
        let logits = scratch.matrix(rows: part.count, columns: modes)
        let normals = scratch.matrix(rows: rows, columns: normal.outputs)
        component.forward(parameters, observed, into: logits)
        normal.forward(parameters, queries, into: normals)
        shapeNormals(normals)
        // The components' shares of a row's likelihood, [M].
        let shares = scratch.vector(modes)
        var loss: Float = 0
        for row in 0..<part.count {
            loss += seed(part, row: row, logits: logits, normals: normals, shares: shares)
        }
        let dX = scratch.matrix(rows: part.count * length, columns: trunk.width)
        component.backward(
            parameters, logits, x: observed, into: trunk.firstTokens(dX, length: length),
            gradient: gradient)
        normal.backward(parameters, normals, x: queries, into: nil, gradient: gradient)
        Affine.backwardInput(normals, weights: parameters + normal.weight.offset, into: queries)
        for row in 0..<rows {
            dX.row(place(of: row)).update(from: queries.row(row), count: trunk.width)
        }
        trunk.backward(
            parameters, part.observations, dX: dX, trace: trace, pass: pass, gradient: gradient,
            scratch: scratch)
        return loss
    }

    /// The trunk's row of a query.
    private func place(of query: Int) -> Int {
        query / shape.horizon * (1 + shape.horizon) + 1 + query % shape.horizon
    }

    /// Replaces a row's logits, means and deviations by their gradients and returns its weighted loss.
    ///
    /// With r_m the share of component m: dlogit = π − r, dμ = −r(a − μ)/σ², dσ = r(1/σ − (a − μ)²/σ³), then through
    /// tanh and softplus.
    func seed(
        _ part: SupervisedRows, row: Int, logits: Matrix, normals: Matrix,
        shares: UnsafeMutablePointer<Float>
    ) -> Float {
        let logit = logits.row(row)
        let weight = part.weights?[row] ?? 1
        var isThere = false
        // log π_m + log N_m of what is there.
        let total = Softmax.probabilities(logit, into: shares, count: modes)
        for mode in 0..<modes { logit[mode] -= total }
        for step in 0..<shape.horizon where part.mask?[row, step] ?? 1 > 0 {
            isThere = true
            addDensities(part, row: row, step: step, normals: normals, to: logit)
        }
        guard isThere, weight > 0 else {
            VectorMath.fill(logit, count: modes, 0)
            normals.rows((row * shape.horizon)..<((row + 1) * shape.horizon)).fill(0)
            return 0
        }
        let scale = part.scale * weight
        // π stays in `shares`; the logits become r.
        let likelihood = Softmax.probabilities(logit, into: logit, count: modes)
        for step in 0..<shape.horizon {
            let isThere = part.mask?[row, step] ?? 1 > 0
            propagate(
                part, row: row, step: step, normals: normals, shares: logit,
                scale: isThere ? scale : 0)
        }
        for mode in 0..<modes { logit[mode] = scale * (shares[mode] - logit[mode]) }
        return -weight * likelihood
    }

    /// Adds log N of one step in every component, without its constant.
    private func addDensities(
        _ part: SupervisedRows, row: Int, step: Int, normals: Matrix,
        to terms: UnsafeMutablePointer<Float>
    ) {
        let axes = shape.actionCount
        let means = normals.row(row * shape.horizon + step)
        let deviations = means + modes * axes
        let target = part.targets.row(row) + step * axes
        for mode in 0..<modes {
            var term: Float = 0
            for axis in 0..<axes {
                let deviation = deviations[mode * axes + axis]
                let score = (target[axis] - means[mode * axes + axis]) / deviation
                term -= 0.5 * score * score + logf(deviation)
            }
            terms[mode] += term
        }
    }

    /// Replaces means and deviations of one step by the gradients of what tanh and softplus made them of.
    private func propagate(
        _ part: SupervisedRows, row: Int, step: Int, normals: Matrix,
        shares: UnsafePointer<Float>, scale: Float
    ) {
        let axes = shape.actionCount
        let means = normals.row(row * shape.horizon + step)
        let deviations = means + modes * axes
        guard scale > 0 else {
            VectorMath.fill(means, count: 2 * modes * axes, 0)
            return
        }
        let target = part.targets.row(row) + step * axes
        for index in 0..<(modes * axes) {
            let (mean, deviation) = (means[index], deviations[index])
            let score = (target[index % axes] - mean) / deviation
            let share = scale * shares[index / axes] / deviation
            means[index] = -share * score * (1 - mean * mean)
            // sigmoid(raw) = 1 − e^(−softplus(raw)).
            deviations[index] = share * (1 - score * score) * -expm1f(Self.floor - deviation)
        }
    }
}
