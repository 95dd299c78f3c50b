import Neural

extension CriticEnsemble {
    /// Floats that `transpose` fills.
    var transposedCount: Int {
        heads.count * outputs * hidden + memberCount * (layerCount - 1) * hidden * hidden
    }

    /// Turns the heads and the hidden layers' square weights, for many backward passes with the same parameters.
    func transpose(
        _ parameters: UnsafePointer<Float>, into transposed: UnsafeMutablePointer<Float>
    ) {
        for member in 0..<memberCount {
            if member < heads.count {
                BLAS.transpose(
                    Matrix(
                        reading: parameters + head(member).weight, rows: hidden, columns: outputs),
                    into: transposedHead(member, transposed))
            }
            for index in 1..<max(1, layerCount) {
                let weight = layer(member, index).weight
                BLAS.transpose(
                    Matrix(reading: parameters + weight, rows: hidden, columns: hidden),
                    into: transposedLayer(member, index, transposed))
            }
        }
    }

    /// A member's head, [outputs, H].
    private func transposedHead(_ member: Int, _ transposed: UnsafePointer<Float>) -> Matrix {
        let place = heads.count == 1 ? 0 : member
        return Matrix(
            reading: transposed + place * outputs * hidden, rows: outputs, columns: hidden)
    }

    /// A member's hidden layer beyond the first, [H, H].
    private func transposedLayer(
        _ member: Int, _ index: Int, _ transposed: UnsafePointer<Float>
    ) -> Matrix {
        let place = member * (layerCount - 1) + index - 1
        let first = heads.count * outputs * hidden + place * hidden * hidden
        return Matrix(reading: transposed + first, rows: hidden, columns: hidden)
    }

    /// Propagates the seeded outputs to the actions only, adding to `dActions` [R, A].
    ///
    /// The trace's outputs hold ∂loss/∂output. `transposed`, from `transpose`, spares turning the weights at
    /// every call.
    public func backwardToActions(
        _ member: Int, _ parameters: UnsafePointer<Float>,
        transposed: UnsafePointer<Float>? = nil, trace: CriticTrace, into dActions: Matrix,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        // ∂loss/∂(a layer's result) and the same of the layer below, each [R, H]; they change places.
        var dActive = scratch.matrix(rows: trace.rows, columns: hidden)
        var other = scratch.matrix(rows: trace.rows, columns: hidden)
        if let transposed {
            BLAS.multiply(
                trace.outputs, transposedHead(member, transposed), into: dActive)
        } else {
            Affine.backwardInput(
                trace.outputs, weights: parameters + head(member).weight, into: dActive)
        }
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
                if let transposed {
                    BLAS.multiply(
                        dActive, transposedLayer(member, index, transposed), into: other)
                } else {
                    Affine.backwardInput(dActive, weights: parameters + place.weight, into: other)
                }
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
        // ∂loss/∂(a layer's result) and the same of the layer below, each [R, H]; they change places.
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
                // The action's rows of the weights' gradient, the last A: [A, H].
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
                // The rows of one state share its observation: sum them to [B, H], then one small product.
                let states = scratch.matrix(rows: observations.rows, columns: hidden)
                gather(sumsOf: dActive, copies: copies, into: states)
                // The observation's rows of it, the first O: [O, H].
                let dWeights = Matrix(
                    gradient + place.weight, rows: observationCount, columns: hidden)
                BLAS.multiply(
                    observations, transposeA: true, states, into: dWeights, accumulate: true)
            }
        }
        scratch.release(to: mark)
    }
}
