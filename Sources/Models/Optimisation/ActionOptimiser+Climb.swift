import Neural

extension ActionOptimiser {
    /// Local step: G clipped gradient steps on every action, keeping each one's best iterate.
    ///
    /// a ← clip(a + η ∂mean_e Q_e/∂a, −1, 1). Each iterate's value is compared before its step and
    /// the last iterate's afterwards; ties take the newer. The first iterate is the action itself, so
    /// a value never falls. As these are the same parameters, the best value is the final score.
    ///
    /// - Parameters:
    ///   - parts: the observation parts of all members, [E·B, H].
    ///   - copies: actions per state, K.
    ///   - actions: [B·K, A]; replaced by the best iterates.
    ///   - values: their values, [B·K].
    func climb(
        _ parameters: UnsafePointer<Float>, parts: Matrix, copies: Int, actions: Matrix,
        values: UnsafeMutablePointer<Float>, sums: inout OptimisationSums, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let states = actions.rows / copies
        let statesAtOnce = max(1, min(states, CriticEnsemble.blockRows / copies))
        // One backward pass turns the weights as fast as this does.
        var transposed: UnsafeMutablePointer<Float>?
        if steps > 1 || states > statesAtOnce {
            // Every head [outputs, H] and every square layer [H, H], turned.
            let turned = scratch.vector(critic.transposedCount)
            critic.transpose(parameters, into: turned)
            transposed = turned
        }
        var first = 0
        while first < states {
            let end = min(states, first + statesAtOnce)
            climbBlock(
                parameters, transposed: transposed, parts: parts, states: first..<end,
                stateCount: states, actions: actions.rows((first * copies)..<(end * copies)),
                values: values + first * copies, sums: &sums, scratch: scratch)
            first = end
        }
        scratch.release(to: mark)
    }

    private func climbBlock(
        _ parameters: UnsafePointer<Float>, transposed: UnsafePointer<Float>?, parts: Matrix,
        states: Range<Int>, stateCount: Int, actions: Matrix, values: UnsafeMutablePointer<Float>,
        sums: inout OptimisationSums,
        scratch: Scratch
    ) {
        ascend(actions, values: values, sums: &sums, scratch: scratch) {
            current, currentValues, gradients in
            critic.meanValuesAndGradients(
                parameters, transposed: transposed, observationParts: parts, states: states,
                stateCount: stateCount, copies: actions.rows / states.count, actions: current,
                values: currentValues,
                gradients: gradients,
                scratch: scratch)
        }
    }

    /// The ascent itself, on any function of the action.
    ///
    /// - Parameters:
    ///   - best: [R, A]; replaced by the best iterates.
    ///   - bestValues: their values, [R].
    ///   - evaluate: fills the values [R] of actions [R, A] and, where wanted, their gradients.
    func ascend(
        _ best: Matrix, values bestValues: UnsafeMutablePointer<Float>,
        sums: inout OptimisationSums, scratch: Scratch,
        evaluate: (Matrix, UnsafeMutablePointer<Float>, Matrix?) -> Void
    ) {
        let mark = scratch.mark()
        let rows = best.rows
        let width = best.columns
        // R candidates: where each is, where it began and ∂Q/∂a there, each [R, A].
        let current = scratch.matrix(rows: rows, columns: width)
        let start = scratch.matrix(rows: rows, columns: width)
        let gradient = scratch.matrix(rows: rows, columns: width)
        // Q at `current`, Q at `start` and the number of the best iterate, each [R].
        let values = scratch.vector(rows)
        let starts = scratch.vector(rows)
        let iterates = scratch.integers(rows)
        current.copy(from: best)
        start.copy(from: best)
        gradient.fill(0)
        for step in 0...steps {
            let isLast = step == steps
            evaluate(current, values, isLast ? nil : gradient)
            if step == 0 { starts.update(from: values, count: rows) }
            for row in 0..<rows where step == 0 || values[row] >= bestValues[row] {
                bestValues[row] = values[row]
                iterates[row] = Int32(step)
                best.row(row).update(from: current.row(row), count: width)
            }
            guard !isLast else { break }
            for index in 0..<(rows * width) {
                let moved = current.base[index] + stepSize * gradient.base[index]
                current.base[index] = max(-1, min(1, moved))
            }
        }
        for row in 0..<rows {
            sums.gain += bestValues[row] - starts[row]
            sums.bestIterate += Float(iterates[row])
            sums.gradientNorm +=
                VectorMath.sumOfSquares(gradient.row(row), count: width).squareRoot()
            for column in 0..<width {
                sums.shift += abs(best.row(row)[column] - start.row(row)[column])
            }
        }
        sums.candidates += Float(rows)
        scratch.release(to: mark)
    }
}

extension CriticEnsemble {
    /// The mean over members of Q(s, a) and, where wanted, its gradient with respect to the action.
    ///
    /// - Parameters:
    ///   - transposed: from `transpose`, or nothing for a single call.
    ///   - observationParts: of `stateCount` states, [E·stateCount, H].
    ///   - states: the range of them that `actions` belong to.
    ///   - copies: actions per state.
    ///   - actions: [R, A], R = states.count · copies.
    ///   - values: [R].
    ///   - gradients: [R, A], overwritten.
    public func meanValuesAndGradients(
        _ parameters: UnsafePointer<Float>, transposed: UnsafePointer<Float>? = nil,
        observationParts: Matrix, states: Range<Int>, stateCount: Int, copies: Int,
        actions: Matrix, values: UnsafeMutablePointer<Float>,
        gradients: Matrix?, scratch: Scratch
    ) {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let rows = actions.rows
        VectorMath.fill(values, count: rows, 0)
        defer { VectorMath.scale(values, count: rows, by: 1 / Float(memberCount)) }
        // One member's values, [R].
        let decoded = scratch.vector(rows)
        // Its share of these states, [states.count, H].
        func part(_ member: Int) -> Matrix {
            let first = member * stateCount
            return observationParts.rows(
                (first + states.lowerBound)..<(first + states.upperBound))
        }
        guard let gradients else {
            // Two layers, each [R, H], and the outputs, [R, outputs].
            let below = scratch.matrix(rows: rows, columns: hidden)
            let above = scratch.matrix(rows: rows, columns: hidden)
            let outs = scratch.matrix(rows: rows, columns: outputs)
            for member in 0..<memberCount {
                self.values(
                    member, parameters, observationPart: part(member), copies: copies,
                    actions: actions, buffers: (below, above, outs), into: decoded)
                VectorMath.add(decoded, into: values, count: rows)
            }
            return
        }
        let trace = CriticTrace(self, rows: rows, scratch: scratch)
        // ∂(mean over members)/∂Q_e, 1/E for every row: [R].
        let share = scratch.vector(rows)
        VectorMath.fill(share, count: rows, 1 / Float(memberCount))
        gradients.fill(0)
        for member in 0..<memberCount {
            forward(
                member, parameters, observationPart: part(member), copies: copies,
                actions: actions, into: trace)
            head.decode(trace.outputs, into: decoded)
            VectorMath.add(decoded, into: values, count: rows)
            head.seed(trace.outputs, values: decoded, gradients: share)
            backwardToActions(
                member, parameters, transposed: transposed, trace: trace, into: gradients,
                scratch: scratch)
        }
    }
}
