import Neural

extension CriticEnsemble {
    /// One member's Q(s, a), with `copies` actions per state.
    ///
    /// - Parameters:
    ///   - observations: [B, O].
    ///   - actions: [B·copies, A].
    ///   - values: [B·copies].
    public func memberValues(
        _ member: Int, _ parameters: UnsafePointer<Float>, observations: Matrix, copies: Int,
        actions: Matrix, into values: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let states = observations.rows
        let statesAtOnce = max(1, min(states, Self.blockRows / copies))
        let rowsAtOnce = statesAtOnce * copies
        // A block of states at a time, r rows: the states' share [r/copies, H], two layers [r, H], the outputs
        // [r, outputs].
        let part = scratch.matrix(rows: statesAtOnce, columns: hidden)
        let below = scratch.matrix(rows: rowsAtOnce, columns: hidden)
        let above = scratch.matrix(rows: rowsAtOnce, columns: hidden)
        let outs = scratch.matrix(rows: rowsAtOnce, columns: outputs)
        var first = 0
        while first < states {
            let count = min(statesAtOnce, states - first)
            let used = 0..<(count * copies)
            let seen = part.rows(0..<count)
            observationPart(
                member, parameters, observations: observations.rows(first..<(first + count)),
                into: seen)
            self.values(
                member, parameters, observationPart: seen, copies: copies,
                actions: actions.rows((first * copies)..<((first + count) * copies)),
                buffers: (below.rows(used), above.rows(used), outs.rows(used)),
                into: values + first * copies)
            first += count
        }
        scratch.release(to: mark)
    }
}

extension CriticEnsemble {
    /// The least Q over the members of each action.
    ///
    /// - Parameters:
    ///   - observationParts: member e's part in rows e·B..<(e + 1)·B, [E·B, H].
    ///   - copies: actions per state.
    ///   - actions: [B·copies, A].
    ///   - least: [B·copies].
    func leastValues(
        _ parameters: UnsafePointer<Float>, observationParts: Matrix, copies: Int,
        actions: Matrix, into least: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let states = actions.rows / copies
        // Two layers, each [B·copies, H], the outputs, [B·copies, outputs], and one member's values, [B·copies].
        let below = scratch.matrix(rows: actions.rows, columns: hidden)
        let above = scratch.matrix(rows: actions.rows, columns: hidden)
        let outs = scratch.matrix(rows: actions.rows, columns: outputs)
        let decoded = scratch.vector(actions.rows)
        for member in 0..<memberCount {
            // The member's share of the states, [B, H].
            let part = observationParts.rows((member * states)..<((member + 1) * states))
            values(
                member, parameters, observationPart: part, copies: copies, actions: actions,
                buffers: (below, above, outs), into: decoded)
            for row in 0..<actions.rows {
                least[row] = member == 0 ? decoded[row] : min(least[row], decoded[row])
            }
        }
        scratch.release(to: mark)
    }

    /// The least Q over the members of each row, and its gradient with respect to the action.
    ///
    /// - Parameters:
    ///   - observations: [R, O].
    ///   - actions: [R, A].
    ///   - gradients: [R, A], overwritten.
    /// - Returns: the least values' sums.
    public func leastValues(
        _ parameters: UnsafePointer<Float>, observations: Matrix, actions: Matrix,
        gradients: Matrix, scratch: Scratch
    ) -> ValueSums {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let rows = actions.rows
        // The least value of each row, one member's values and which member has the least, each [R].
        let least = scratch.vector(rows)
        let values = scratch.vector(rows)
        let chosen = scratch.integers(rows)
        for member in 0..<memberCount {
            memberValues(
                member, parameters, observations: observations, copies: 1, actions: actions,
                into: values, scratch: scratch)
            for row in 0..<rows where member == 0 || values[row] < least[row] {
                least[row] = values[row]
                chosen[row] = Int32(member)
            }
        }
        gradients.fill(0)
        // The states' share of the first layer, [R, H]; ∂(sum of the least)/∂Q of one member, [R].
        let part = scratch.matrix(rows: rows, columns: hidden)
        let trace = CriticTrace(self, rows: rows, scratch: scratch)
        let seeds = scratch.vector(rows)
        for member in 0..<memberCount {
            observationPart(member, parameters, observations: observations, into: part)
            forward(
                member, parameters, observationPart: part, copies: 1, actions: actions,
                into: trace)
            head.decode(trace.outputs, into: values)
            for row in 0..<rows { seeds[row] = chosen[row] == Int32(member) ? 1 : 0 }
            head.seed(trace.outputs, values: values, gradients: seeds)
            backwardToActions(member, parameters, trace: trace, into: gradients, scratch: scratch)
        }
        return ValueSums(of: least, count: rows)
    }

    /// The members' mean Q of each row, and its gradient with respect to the action.
    ///
    /// - Parameters:
    ///   - observations: [R, O].
    ///   - actions: [R, A].
    ///   - gradients: [R, A], overwritten.
    /// - Returns: the mean values' sums.
    public func meanValues(
        _ parameters: UnsafePointer<Float>, observations: Matrix, actions: Matrix,
        gradients: Matrix, scratch: Scratch
    ) -> ValueSums {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let rows = actions.rows
        let values = scratch.vector(rows)
        // Each member's share of its first layer that the state alone decides, [E·R, H].
        let parts = scratch.matrix(rows: memberCount * rows, columns: hidden)
        observationParts(parameters, observations: observations, into: parts)
        meanValuesAndGradients(
            parameters, observationParts: parts, states: 0..<rows, stateCount: rows, copies: 1,
            actions: actions, values: values, gradients: gradients, scratch: scratch)
        return ValueSums(of: values, count: rows)
    }
}
