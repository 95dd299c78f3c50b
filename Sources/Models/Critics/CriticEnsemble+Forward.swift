import Neural

extension CriticEnsemble {
    /// The observation's share of a member's first layer, once per state: [B, H], without bias.
    public func observationPart(
        _ member: Int, _ parameters: UnsafePointer<Float>, observations: Matrix, into part: Matrix
    ) {
        Affine.forward(
            observations, weights: parameters + layer(member, 0).weight, bias: nil, into: part)
    }

    /// Evaluates one member on `copies` actions per state, keeping what backward needs.
    ///
    /// - Parameters:
    ///   - observationPart: [B, H], from `observationPart`.
    ///   - copies: actions per state; row b·copies + j is action j of state b.
    ///   - actions: [B·copies, A]; ignored without actions.
    ///   - trace: of B·copies rows; its outputs are filled.
    public func forward(
        _ member: Int, _ parameters: UnsafePointer<Float>, observationPart: Matrix, copies: Int,
        actions: Matrix, into trace: CriticTrace
    ) {
        for index in 0..<layerCount {
            let place = layer(member, index)
            let tape = trace.tape(index)
            // The product is made where x̂ will be.
            product(
                place, isFirst: index == 0, parameters, observationPart: observationPart,
                copies: copies, actions: actions,
                below: index == 0 ? nil : trace.active(index - 1), into: tape.normalised)
            LayerNormSwish.forward(
                tape.normalised, bias: parameters + place.bias, scale: parameters + place.scale,
                shift: parameters + place.shift, into: trace.active(index), tape: tape)
        }
        let output = head(member)
        Affine.forward(
            trace.active(layerCount - 1), weights: parameters + output.weight,
            bias: parameters + output.bias, into: trace.outputs)
    }

    /// A hidden layer's product [R, H] before its bias.
    private func product(
        _ place: LayerPlace, isFirst: Bool, _ parameters: UnsafePointer<Float>,
        observationPart: Matrix, copies: Int, actions: Matrix, below: Matrix?, into out: Matrix
    ) {
        if let below {
            Affine.forward(below, weights: parameters + place.weight, bias: nil, into: out)
        } else if actionCount > 0 {
            BLAS.multiply(
                actions, actionWeights(place, parameters), onto: observationPart, copies: copies,
                into: out)
        } else {
            out.copy(from: observationPart, copies: copies)
        }
        if actionCount > 0, !isFirst, actionInEveryLayer {
            BLAS.multiply(actions, actionWeights(place, parameters), into: out, accumulate: true)
        }
    }

    /// Evaluates one member without keeping anything.
    ///
    /// - Parameters:
    ///   - buffers: two [R, H] and one [R, outputs].
    ///   - values: [R].
    func values(
        _ member: Int, _ parameters: UnsafePointer<Float>, observationPart: Matrix, copies: Int,
        actions: Matrix, buffers: (Matrix, Matrix, Matrix),
        into values: UnsafeMutablePointer<Float>
    ) {
        var (below, above, outputs) = buffers
        for index in 0..<layerCount {
            let place = layer(member, index)
            product(
                place, isFirst: index == 0, parameters, observationPart: observationPart,
                copies: copies, actions: actions, below: index == 0 ? nil : below, into: above)
            LayerNormSwish.forward(
                above, bias: parameters + place.bias, scale: parameters + place.scale,
                shift: parameters + place.shift, into: above)
            swap(&below, &above)
        }
        let output = head(member)
        Affine.forward(
            below, weights: parameters + output.weight, bias: parameters + output.bias,
            into: outputs)
        head.expectation(outputs, into: values)
    }

    /// The rows of a layer's weights that the action meets, the last A.
    func actionWeights(_ place: LayerPlace, _ parameters: UnsafePointer<Float>) -> Matrix {
        let before = place.inputs - actionCount
        return Matrix(
            reading: parameters + place.weight + before * hidden, rows: actionCount,
            columns: hidden)
    }

    /// The mean over members of Q(s, a), less `pessimism` standard deviations of the members.
    ///
    /// - Parameters:
    ///   - copies: actions per state.
    ///   - pessimism: ≥ 0; members disagree where there is no data, so this keeps to the data.
    ///   - observationParts: member e's part in rows e·B..<(e + 1)·B, [E·B, H].
    ///   - actions: [B·copies, A].
    ///   - values: [B·copies].
    public func meanValues(
        _ parameters: UnsafePointer<Float>, observationParts: Matrix, copies: Int,
        actions: Matrix, pessimism: Float = 0, into values: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        // Σ over members of the squared distance from the first member's value, and that value, each [B·copies]:
        // distances from zero would cancel where members agree.
        let squares = scratch.vector(actions.rows)
        let origins = scratch.vector(actions.rows)
        VectorMath.fill(squares, count: actions.rows, 0)
        let states = actions.rows / copies
        let statesAtOnce = max(1, min(states, Self.blockRows / copies))
        let rowsAtOnce = statesAtOnce * copies
        // A block of states at a time, r rows: two layers [r, H], the outputs [r, outputs] and the values [r].
        let below = scratch.matrix(rows: rowsAtOnce, columns: hidden)
        let above = scratch.matrix(rows: rowsAtOnce, columns: hidden)
        let outs = scratch.matrix(rows: rowsAtOnce, columns: outputs)
        let decoded = scratch.vector(rowsAtOnce)
        VectorMath.fill(values, count: actions.rows, 0)
        var first = 0
        while first < states {
            let count = min(statesAtOnce, states - first)
            let rows = (first * copies)..<((first + count) * copies)
            let used = 0..<rows.count
            for member in 0..<memberCount {
                // The member's share of the block's states, [r/copies, H].
                let part = observationParts.rows(
                    (member * states + first)..<(member * states + first + count))
                self.values(
                    member, parameters, observationPart: part, copies: copies,
                    actions: actions.rows(rows),
                    buffers: (below.rows(used), above.rows(used), outs.rows(used)), into: decoded)
                VectorMath.add(decoded, into: values + rows.lowerBound, count: rows.count)
                guard pessimism > 0 else { continue }
                for row in 0..<rows.count {
                    let place = rows.lowerBound + row
                    if member == 0 { origins[place] = decoded[row] }
                    let distance = decoded[row] - origins[place]
                    squares[place] += distance * distance
                }
            }
            first += count
        }
        VectorMath.scale(values, count: actions.rows, by: 1 / Float(memberCount))
        if pessimism > 0 {
            for row in 0..<actions.rows {
                let distance = values[row] - origins[row]
                let variance = squares[row] / Float(memberCount) - distance * distance
                values[row] -= pessimism * max(0, variance).squareRoot()
            }
        }
        scratch.release(to: mark)
    }

    /// Rows handled at a time where nothing is kept, so that activations stay in cache.
    static let blockRows = 256

    /// Fills the observation parts of all members, [E·B, H].
    public func observationParts(
        _ parameters: UnsafePointer<Float>, observations: Matrix, into parts: Matrix
    ) {
        let states = observations.rows
        for member in 0..<memberCount {
            observationPart(
                member, parameters, observations: observations,
                into: parts.rows((member * states)..<((member + 1) * states)))
        }
    }
}
