import Glibc
import Neural
import Recipe

/// Turns a policy's candidates into better actions with a critic: the heart of PA-RL; `Learning/Algorithm.md` 2.
///
/// Global: keep the K of N candidates with the largest mean Q. Local: G clipped gradient steps on
/// each, keeping the best iterate. Then the best one, or a draw. Pure functions over flat
/// parameters; safe on any thread, each with its own scratch; nothing allocates.
public struct ActionOptimiser: Sendable {
    /// How one of the optimised candidates is chosen.
    public enum Selection: Sendable, Equatable {
        /// The one with the largest value.
        case best
        /// A draw from softmax(Q/temperature).
        case draw(temperature: Float)

        /// The distillation draw that a temperature means: 0 is arg-max.
        public init(temperature: Double) {
            self = temperature > 0 ? .draw(temperature: Float(temperature)) : .best
        }
    }

    /// The critic that ranks.
    public let critic: CriticEnsemble
    /// N: candidates drawn per state.
    public let candidateCount: Int
    /// K: candidates optimised per state.
    public let keptCount: Int
    /// G: gradient steps.
    public let steps: Int
    /// η.
    public let stepSize: Float
    /// Standard deviations of the ensemble that a score is lowered by; 0 as published.
    public let pessimism: Float

    /// An optimiser; without global search N = K = 1, without local steps G = 0.
    public init(critic: CriticEnsemble, settings: OptimisationSettings) {
        self.critic = critic
        candidateCount = settings.useGlobal ? max(1, settings.baseActions) : 1
        keptCount = settings.useGlobal ? max(1, min(settings.keptActions, settings.baseActions)) : 1
        steps = settings.useLocal ? settings.steps : 0
        stepSize = Float(settings.stepSize)
        pessimism = Float(settings.pessimism)
    }

    /// Chooses one optimised action per state.
    ///
    /// - Parameters:
    ///   - request: B states with their candidates.
    ///   - parameters: the critic's, online.
    ///   - chosen: [B, A].
    ///   - values: mean Q of each chosen action, less the pessimism, [B].
    /// - Returns: sums over the batch for the report.
    @discardableResult
    public func optimise(
        _ request: OptimisationRequest, critic parameters: UnsafePointer<Float>,
        into chosen: Matrix, values: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> OptimisationSums {
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        let states = request.observations.rows
        let actionCount = critic.actionCount
        let datasetActions = request.datasetActions
        // Each member's share of its first layer that the state alone decides, [E·B, H].
        let parts = scratch.matrix(rows: critic.memberCount * states, columns: critic.hidden)
        critic.observationParts(parameters, observations: request.observations, into: parts)
        // What is kept of each state, [B·K, A], and its scores, [B·K].
        let kept = scratch.matrix(rows: states * keptCount, columns: actionCount)
        let scores = scratch.vector(states * keptCount)
        let replaced = datasetActions != nil && keptCount == 1
        if !replaced {
            keepBest(
                parameters, parts: parts, candidates: request.candidates, into: kept,
                scores: scores,
                scratch: scratch)
        }
        if let datasetActions { append(datasetActions, to: kept) }
        var sums = OptimisationSums()
        // With nothing to refine and nothing appended, the ranking's scores are final.
        let isScored = steps == 0 && datasetActions == nil && keptCount < candidateCount
        if !isScored {
            climb(
                parameters, parts: parts, actions: kept, values: scores, sums: &sums,
                scratch: scratch)
            if pessimism > 0 {
                critic.meanValues(
                    parameters, observationParts: parts, copies: keptCount, actions: kept,
                    pessimism: pessimism, into: scores, scratch: scratch)
            }
        }
        for state in 0..<states {
            // One state's scores, [K].
            let group = UnsafePointer(scores + state * keptCount)
            let index = select(
                group, request.selection, key: request.key, row: request.firstRow + state)
            values[state] = group[index]
            sums.value += group[index]
            chosen.row(state).update(
                from: kept.row(state * keptCount + index), count: actionCount)
        }
        sums.states += Float(states)
        return sums
    }

    /// Global step: the K best of N in ascending order, so that index 0 is the worst kept.
    ///
    /// With K = N nothing is sorted. Ties keep the earlier candidate further from the top.
    func keepBest(
        _ parameters: UnsafePointer<Float>, parts: Matrix, candidates: Matrix, into kept: Matrix,
        scores: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        guard keptCount < candidateCount else {
            kept.copy(from: candidates)
            return
        }
        let mark = scratch.mark()
        let count = candidateCount
        // Scores of all candidates, [B·N]; the order of one state's, [N].
        let all = scratch.vector(candidates.rows)
        critic.meanValues(
            parameters, observationParts: parts, copies: count, actions: candidates,
            pessimism: pessimism, into: all, scratch: scratch)
        let order = scratch.integers(count)
        for state in 0..<(candidates.rows / count) {
            // One state's scores, [N].
            let group = UnsafePointer(all + state * count)
            sort(group, count: count, into: order)
            for place in 0..<keptCount {
                let index = Int(order[count - keptCount + place])
                scores[state * keptCount + place] = group[index]
                kept.row(state * keptCount + place).update(
                    from: candidates.row(state * count + index), count: critic.actionCount)
            }
        }
        scratch.release(to: mark)
    }

    /// Drops index 0 of every group of `kept` [B·K, A] and appends the dataset action, of [B, A], at its end.
    func append(_ datasetActions: Matrix, to kept: Matrix) {
        let width = critic.actionCount
        for state in 0..<datasetActions.rows {
            let first = state * keptCount
            for place in 1..<max(keptCount, 1) {
                kept.row(first + place - 1).update(from: kept.row(first + place), count: width)
            }
            kept.row(first + keptCount - 1).update(from: datasetActions.row(state), count: width)
        }
    }

    /// Stable insertion sort of the indices of `values`, ascending; not-a-number counts as the worst.
    func sort(
        _ values: UnsafePointer<Float>, count: Int, into order: UnsafeMutablePointer<Int32>
    ) {
        for index in 0..<count {
            let value = values[index]
            var place = index
            while place > 0, values[Int(order[place - 1])] > value || value.isNaN {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = Int32(index)
        }
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
