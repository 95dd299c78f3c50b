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
    ///   - actions: [B·K, A]; replaced by the best iterates.
    ///   - values: their values, [B·K].
    func climb(
        _ parameters: UnsafePointer<Float>, parts: Matrix, actions: Matrix,
        values: UnsafeMutablePointer<Float>, sums: inout OptimisationSums, scratch: Scratch
    ) {
        guard steps > 0 else {
            critic.meanValues(
                parameters, observationParts: parts, copies: keptCount, actions: actions,
                into: values, scratch: scratch)
            return
        }
        let mark = scratch.mark()
        let states = actions.rows / keptCount
        let statesAtOnce = max(1, min(states, CriticEnsemble.blockRows / keptCount))
        var first = 0
        while first < states {
            let end = min(states, first + statesAtOnce)
            climbBlock(
                parameters, parts: parts, states: first..<end, stateCount: states,
                actions: actions.rows((first * keptCount)..<(end * keptCount)),
                values: values + first * keptCount, sums: &sums, scratch: scratch)
            first = end
        }
        scratch.release(to: mark)
    }

    private func climbBlock(
        _ parameters: UnsafePointer<Float>, parts: Matrix, states: Range<Int>, stateCount: Int,
        actions: Matrix, values: UnsafeMutablePointer<Float>, sums: inout OptimisationSums,
        scratch: Scratch
    ) {
        ascend(actions, values: values, sums: &sums, scratch: scratch) {
            current, currentValues, gradients in
            critic.meanValuesAndGradients(
                parameters, observationParts: parts, states: states, stateCount: stateCount,
                copies: keptCount, actions: current, values: currentValues, gradients: gradients,
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
        let current = scratch.matrix(rows: rows, columns: width)
        let start = scratch.matrix(rows: rows, columns: width)
        let gradient = scratch.matrix(rows: rows, columns: width)
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
    ///   - observationParts: of `stateCount` states, [E·stateCount, H].
    ///   - states: the range of them that `actions` belong to.
    ///   - copies: actions per state.
    ///   - actions: [R, A], R = states.count · copies.
    ///   - values: [R].
    ///   - gradients: [R, A], overwritten.
    func meanValuesAndGradients(
        _ parameters: UnsafePointer<Float>, observationParts: Matrix, states: Range<Int>,
        stateCount: Int, copies: Int, actions: Matrix, values: UnsafeMutablePointer<Float>,
        gradients: Matrix?, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let rows = actions.rows
        let trace = CriticTrace(self, rows: rows, scratch: scratch)
        let decoded = scratch.vector(rows)
        let share = scratch.vector(rows)
        VectorMath.fill(share, count: rows, 1 / Float(memberCount))
        VectorMath.fill(values, count: rows, 0)
        gradients?.fill(0)
        for member in 0..<memberCount {
            let first = member * stateCount
            let part = observationParts.rows(
                (first + states.lowerBound)..<(first + states.upperBound))
            forward(
                member, parameters, observationPart: part, copies: copies, actions: actions,
                into: trace)
            head.decode(trace.outputs, into: decoded)
            VectorMath.add(decoded, into: values, count: rows)
            if let gradients {
                head.seed(trace.outputs, values: decoded, gradients: share)
                backwardToActions(
                    member, parameters, trace: trace, into: gradients, scratch: scratch)
            }
        }
        VectorMath.scale(values, count: rows, by: 1 / Float(memberCount))
        scratch.release(to: mark)
    }
}
