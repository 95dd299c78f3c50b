import Neural
import Recipe

/// A flow and the network g(s, z) that is distilled from it and acts; `Learning/Algorithm.md` 4.5.
///
/// g(s, z) = z + v(s, z, 0) with weights of its own, at first the flow's: a flow of one Euler step. Supervised targets
/// train the flow, and g follows what the averaged flow makes of the same noise. A in the shapes here is the floats of
/// a chunk: steps times axes.
public struct OneStepNetwork: PolicyNetwork {
    /// Sizes; a candidate's noise is z, [A].
    public let shape: PolicyShape
    /// The parameters by name: `flow.…` and `onestep.…`.
    public let layout: ParameterLayout
    /// The teacher, in S Euler steps.
    let flow: FlowNetwork
    /// g, of the same shape in one Euler step.
    let student: FlowNetwork
    /// α.
    let distillWeight: Float
    /// Where the student's parameters begin.
    private let studentOffset: Int

    /// A network of the given sizes.
    public init(
        observationCount: Int, actionCount: Int, horizon: Int = 1, settings: OneStepSettings
    ) {
        flow = FlowNetwork(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            settings: settings.flow)
        student = FlowNetwork(
            observationCount: observationCount, actionCount: actionCount, horizon: horizon,
            settings: settings.flow, steps: 1)
        distillWeight = Float(settings.distillWeight)
        shape = flow.shape
        var layout = ParameterLayout()
        _ = layout.append(flow.layout, prefix: "flow.")
        studentOffset = layout.append(student.layout, prefix: "onestep.").lowerBound
        self.layout = layout
    }

    /// What both prepare.
    public var preparedCount: Int { flow.preparedCount + student.preparedCount }

    /// Fills fresh parameters, the same for both.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        flow.initialise(parameters, key: key)
        (parameters + studentOffset).update(from: parameters, count: flow.layout.count)
    }

    /// Prepares both.
    public func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        flow.prepare(parameters, into: prepared, scratch: scratch)
        student.prepare(
            parameters + studentOffset, into: prepared + flow.preparedCount, scratch: scratch)
    }

    /// The student's share of a parameter set; the flow's begins where the whole does.
    private func student(of weights: PolicyWeights) -> PolicyWeights {
        PolicyWeights(
            parameters: weights.parameters + studentOffset,
            prepared: weights.prepared + flow.preparedCount)
    }

    /// Draws candidates clip(g(s, z)).
    public func sample(
        _ request: SampleRequest, weights: PolicyWeights, into candidates: Candidates,
        scratch: Scratch
    ) {
        student.sample(request, weights: student(of: weights), into: candidates, scratch: scratch)
    }

    /// Adds the flow's gradient, and that of scale · α · Σ_rows mean_A (g − clip(flow_S(s, z)))².
    ///
    /// z of a row depends on the key and the row's number only. The flow that teaches is the averaged one, without
    /// gradient. A row's weight and mask are those of its target; g follows the flow everywhere.
    public func accumulateGradient(
        _ shard: SupervisedRows, weights: PolicyWeights, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) -> Float {
        let loss = flow.accumulateGradient(
            shard, weights: weights, gradient: gradient, scratch: scratch)
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // What the flow makes of z, [R, A].
        let taught = scratch.matrix(rows: shard.count, columns: chunkCount)
        let pass = forward(
            shard.observations, weights: weights, draw: (shard.key, shard.firstRow),
            scratch: scratch)
        var lesson = SampleRequest(observations: shard.observations, count: 1, key: shard.key)
        lesson.noise = pass.noise
        flow.sample(
            lesson, weights: shard.averages ?? weights, into: Candidates(actions: taught),
            scratch: scratch)
        var distance: Float = 0
        let slope = 2 * distillWeight * shard.scale / Float(chunkCount)
        for index in 0..<(shard.count * chunkCount) {
            let difference = pass.chunks.base[index] - taught.base[index]
            distance += difference * difference
            pass.chunks.base[index] = slope * difference
        }
        backward(
            pass, dChunks: pass.chunks, weights: weights, gradient: gradient, scratch: scratch)
        return loss + distillWeight * distance / Float(chunkCount)
    }

    /// g at R rows and what its backward pass needs.
    private struct Pass {
        /// z and g, each [R, A].
        let noise: Matrix
        let chunks: Matrix
        let trace: ResidualTrunk.Trace
    }

    /// Draws z and runs the student without dropout: what it follows has none.
    private func forward(
        _ observations: Matrix, weights: PolicyWeights, draw: (key: RandomKey, firstRow: Int),
        scratch: Scratch
    ) -> Pass {
        let own = student(of: weights)
        let rows = observations.rows
        let noise = scratch.matrix(rows: rows, columns: chunkCount)
        for row in 0..<rows {
            draw.key.fillNormal(
                noise.row(row), count: chunkCount,
                row: UInt64(draw.firstRow + row) << 8 | UInt64(ascentPurpose))
        }
        // The share of time 0 in the first layer, [R, H].
        let share = scratch.matrix(rows: rows, columns: student.trunk.hidden)
        for row in 0..<rows {
            share.row(row).update(from: own.prepared, count: share.columns)
        }
        let trace = student.trunk.forward(
            own.parameters, observations: observations, chunks: noise, trunk: share, draw: nil,
            scratch: scratch)
        let chunks = scratch.matrix(rows: rows, columns: chunkCount)
        chunks.copy(from: noise)
        VectorMath.add(trace.answer.base, into: chunks.base, count: rows * chunkCount)
        return Pass(noise: noise, chunks: chunks, trace: trace)
    }

    /// Adds the student's gradient for ∂loss/∂g [R, A], which is that of its velocity.
    private func backward(
        _ pass: Pass, dChunks: Matrix, weights: PolicyWeights,
        gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let parameters = student(of: weights).parameters
        let own = gradient + studentOffset
        let dTrunk = student.trunk.backward(
            parameters, dAnswer: dChunks, trace: pass.trace, gradient: own, scratch: scratch)
        // All rows have time 0: ∂loss/∂(its share), [1, H].
        let dShare = scratch.matrix(rows: 1, columns: dTrunk.columns)
        gather(sumsOf: dTrunk, copies: dTrunk.rows, into: dShare)
        let start = scratch.vector(1)
        start[0] = 0
        let embedded = student.embed(parameters, start, count: 1, scratch: scratch)
        student.backwardTime(
            parameters, dShare: dShare, embedded: embedded, gradient: own, scratch: scratch)
    }
}

extension OneStepNetwork: PathwiseNetwork {
    /// Apart from what the flow draws in the same step.
    public var ascentPurpose: Int { 254 }

    /// Adds the gradient of −Σ value / divisor at clip(g(s, z)); `PathwiseNetwork`.
    public func accumulateAscent(
        _ observations: Matrix, weights: PolicyWeights, draw: (key: RandomKey, firstRow: Int),
        divisor: Float, gradient: UnsafeMutablePointer<Float>, scratch: Scratch,
        value: (Matrix, Matrix) -> Float
    ) -> Float {
        let mark = scratch.mark()
        let pass = forward(observations, weights: weights, draw: draw, scratch: scratch)
        let count = observations.rows * chunkCount
        // clip(g) and ∂value/∂clip(g), each [R, A]; the latter becomes ∂loss/∂g.
        let actions = scratch.matrix(rows: observations.rows, columns: chunkCount)
        let slopes = scratch.matrix(rows: observations.rows, columns: chunkCount)
        actions.copy(from: pass.chunks)
        VectorMath.clamp(actions.base, count: count, low: -1, high: 1)
        let total = value(actions, slopes)
        for index in 0..<count {
            let isInside = abs(pass.chunks.base[index]) < 1
            slopes.base[index] = isInside ? -slopes.base[index] / divisor : 0
        }
        backward(pass, dChunks: slopes, weights: weights, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
        return total
    }
}
