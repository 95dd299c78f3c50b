import Glibc
import Neural
import Recipe

extension ActionOptimiser {
    /// Random numbers of the edits, counted from the request's own stream.
    static let editStream: UInt32 = 4
    /// Of a draw that the optimiser itself is.
    private static let drawStream: UInt32 = 8

    /// Writes one state's action [A].
    ///
    /// - Parameter state: its number in the request.
    /// - Returns: its place among the K kept; of a mean, the best one's.
    func choose(
        _ kept: Kept, state: Int, _ request: OptimisationRequest,
        into action: UnsafeMutablePointer<Float>
    ) -> Int {
        // One state's scores, [K].
        let group = UnsafePointer(kept.scores + state * keptCount)
        let row = request.firstRow + state
        let key = request.key.on(stream: request.key.stream &+ Self.drawStream)
        let place: Int
        switch kind {
        case .gradient, .rerank, .edit, .editGradient:
            place = select(group, request.selection, key: request.key, row: row)
        case .mean: place = select(group, .best, key: key, row: row)
        case .vgps: place = select(group, guidance, key: key, row: row)
        case .random: place = key.uniformInt(below: keptCount, index: UInt64(row))
        case .none: place = 0
        }
        let rows = (state * keptCount)..<((state + 1) * keptCount)
        if kind == .mean {
            mean(of: kept.actions.rows(rows), group, around: place, into: action)
        } else {
            action.update(
                from: kept.actions.row(rows.lowerBound + place), count: critic.actionCount)
        }
        return place
    }

    /// The scores of candidates: the members' mean less the pessimism, or with `vgps` the least member's.
    ///
    /// - Parameters:
    ///   - parts: of all members, [E·B, H].
    ///   - copies: candidates per state.
    ///   - actions: [B·copies, A].
    ///   - scores: [B·copies].
    func score(
        _ parameters: UnsafePointer<Float>, parts: Matrix, copies: Int, _ actions: Matrix,
        into scores: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        if kind == .vgps {
            critic.leastValues(
                parameters, observationParts: parts, copies: copies, actions: actions,
                into: scores, scratch: scratch)
        } else {
            critic.meanValues(
                parameters, observationParts: parts, copies: copies, actions: actions,
                pessimism: pessimism, into: scores, scratch: scratch)
        }
    }

    /// Σ softmax((q − mean)/std)·a over the actions that are near the best one; Q-Planning, bounded.
    ///
    /// A mean over all of them would lie between two ways to do it.
    ///
    /// - Parameters:
    ///   - actions: of one state, [K, A].
    ///   - values: [K].
    ///   - best: the best one's place.
    ///   - mean: [A].
    private func mean(
        of actions: Matrix, _ values: UnsafePointer<Float>, around best: Int,
        into mean: UnsafeMutablePointer<Float>
    ) {
        let width = critic.actionCount
        func isNear(_ place: Int) -> Bool {
            (0..<width).allSatisfy { abs(actions[place, $0] - actions[best, $0]) <= radius }
        }
        let (average, deviation) = Self.moments(values, count: actions.rows)
        let unit = 1 / max(deviation, 1e-6)
        var total: Float = 0
        VectorMath.fill(mean, count: width, 0)
        for place in 0..<actions.rows where isNear(place) {
            let weight = expf((values[place] - average) * unit - (values[best] - average) * unit)
            total += weight
            for axis in 0..<width { mean[axis] += weight * actions[place, axis] }
        }
        VectorMath.scale(mean, count: width, by: 1 / total)
        VectorMath.clamp(mean, count: width, low: -1, high: 1)
    }

    /// Adds what the scores [rows] of all candidates of every state say to the sums.
    func describe(
        _ scores: UnsafePointer<Float>, of rows: Int, into sums: inout OptimisationSums
    ) {
        for first in stride(from: 0, to: rows, by: poolCount) {
            let moments = Self.moments(scores + first, count: poolCount)
            var best = scores[first]
            for index in 1..<max(poolCount, 1) { best = max(best, scores[first + index]) }
            sums.described += 1
            sums.best += best
            sums.mean += moments.mean
            sums.spread += moments.deviation
        }
    }

    /// Adds whose the chosen actions [B, A] are, and how far from what was proposed.
    func tally(
        _ kept: Kept, _ request: OptimisationRequest, _ chosen: Matrix,
        into sums: inout OptimisationSums
    ) {
        for state in 0..<chosen.rows {
            let place = Int(kept.winners[state])
            var origin = request.candidates.row(
                state * candidateCount + max(0, place) % candidateCount)
            if place < 0, let data = request.datasetActions { origin = data.row(state) }
            for axis in 0..<chosen.columns {
                sums.distance += abs(chosen[state, axis] - origin[axis])
            }
            if place < 0 {
                sums.data += 1
            } else if place >= candidateCount {
                sums.edited += 1
            } else if place == 0, zeroFirst {
                sums.zero += 1
            }
        }
    }

    /// Mean and standard deviation of so many values.
    static func moments(
        _ values: UnsafePointer<Float>, count: Int
    ) -> (mean: Float, deviation: Float) {
        let mean = VectorMath.sum(values, count: count) / Float(count)
        var squares: Float = 0
        for index in 0..<count { squares += (values[index] - mean) * (values[index] - mean) }
        return (mean, (squares / Float(count)).squareRoot())
    }

    /// The index chosen from one group of K values, [K].
    func select(
        _ values: UnsafePointer<Float>, _ selection: Selection, key: RandomKey, row: Int
    ) -> Int {
        var best = 0
        for index in 1..<max(keptCount, 1) where values[index] > values[best] { best = index }
        guard case .draw(let temperature) = selection else { return best }
        var total: Float = 0
        for index in 0..<keptCount { total += expf((values[index] - values[best]) / temperature) }
        var left = key.uniform(index: UInt64(row)) * total
        for index in 0..<keptCount {
            left -= expf((values[index] - values[best]) / temperature)
            if left < 0 { return index }
        }
        return keptCount - 1
    }
}
