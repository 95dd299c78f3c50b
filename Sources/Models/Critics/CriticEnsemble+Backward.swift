import Neural

extension CriticEnsemble {
    /// Propagates the seeded outputs to the actions only, adding to `dActions` [R, A].
    ///
    /// The trace's outputs hold ∂loss/∂output.
    public func backwardToActions(
        _ member: Int, _ parameters: UnsafePointer<Float>, trace: CriticTrace,
        into dActions: Matrix, scratch: Scratch
    ) {
        let mark = scratch.mark()
        var dActive = scratch.matrix(rows: trace.rows, columns: hidden)
        var other = scratch.matrix(rows: trace.rows, columns: hidden)
        Affine.backwardInput(
            trace.outputs, weights: parameters + head(member).weight, into: dActive)
        for index in (0..<layerCount).reversed() {
            let place = layer(member, index)
            LayerNormSwish.backwardInput(
                dActive, tape: trace.tape(index), scale: parameters + place.scale, into: dActive)
            if index == 0 || actionInEveryLayer {
                BLAS.multiply(
                    dActive, actionWeights(place, parameters), transposeB: true, into: dActions,
                    accumulate: true)
            }
            if index > 0 {
                Affine.backwardInput(dActive, weights: parameters + place.weight, into: other)
                swap(&dActive, &other)
            }
        }
        scratch.release(to: mark)
    }

    /// Adds the gradients of a member's parameters (and of the shared head) for the seeded outputs.
    ///
    /// - Parameters:
    ///   - observations: [B, O].
    ///   - copies: actions per state, as in `forward`.
    ///   - actions: [B·copies, A].
    ///   - trace: of the forward pass; its outputs hold ∂loss/∂output.
    ///   - gradient: of the parameters' layout, added to.
    public func backward(
        _ member: Int, _ parameters: UnsafePointer<Float>, observations: Matrix, copies: Int,
        actions: Matrix, trace: CriticTrace, gradient: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        var dActive = scratch.matrix(rows: trace.rows, columns: hidden)
        var other = scratch.matrix(rows: trace.rows, columns: hidden)
        let output = head(member)
        Affine.backward(
            trace.outputs, x: trace.active(layerCount - 1), weights: parameters + output.weight,
            into: dActive, dWeights: gradient + output.weight, dBias: gradient + output.bias)
        for index in (0..<layerCount).reversed() {
            let place = layer(member, index)
            LayerNormSwish.backward(
                dActive, tape: trace.tape(index), scale: parameters + place.scale, into: dActive,
                dBias: gradient + place.bias, dScale: gradient + place.scale,
                dShift: gradient + place.shift)
            if actionCount > 0, index == 0 || actionInEveryLayer {
                let dWeights = Matrix(
                    gradient + place.weight + (place.inputs - actionCount) * hidden,
                    rows: actionCount, columns: hidden)
                BLAS.multiply(
                    actions, transposeA: true, dActive, into: dWeights, accumulate: true)
            }
            if index > 0 {
                Affine.backward(
                    dActive, x: trace.active(index - 1), weights: parameters + place.weight,
                    into: other, dWeights: gradient + place.weight, dBias: nil)
                swap(&dActive, &other)
            } else {
                // The rows of one state share its observation: sum them, then one small product.
                let states = scratch.matrix(rows: observations.rows, columns: hidden)
                gather(sumsOf: dActive, copies: copies, into: states)
                let dWeights = Matrix(
                    gradient + place.weight, rows: observationCount, columns: hidden)
                BLAS.multiply(
                    observations, transposeA: true, states, into: dWeights, accumulate: true)
            }
        }
        scratch.release(to: mark)
    }
}
