import Glibc
import Neural
import Recipe

/// Turns a policy's candidates into one action with a critic: the heart of PA-RL; `Learning/Algorithm.md` 2.
///
/// Which way is `OptimiserKind`. The published one: keep the K of N candidates with the largest mean Q (global), G
/// clipped gradient steps on each, keeping the best iterate (local), then the best one, or a draw. One code for the
/// acting thread and for the learner: pure functions over flat parameters; safe on any thread, each with its own
/// scratch; nothing allocates.
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

    /// The way.
    public let kind: OptimiserKind
    /// The critic that ranks.
    public let critic: CriticEnsemble
    /// What edits candidates; nil where nothing does.
    public let edit: EditNetwork?
    /// N: candidates drawn per state.
    public private(set) var candidateCount: Int
    /// Candidate 0 is sampled without noise.
    public let zeroFirst: Bool
    /// M: candidates that there are per state, the edited ones included.
    public private(set) var poolCount: Int
    /// K: candidates that go on per state.
    public private(set) var keptCount: Int
    private let wantedKept: Int
    /// G: gradient steps.
    public let steps: Int
    /// η.
    public let stepSize: Float
    /// Standard deviations of the ensemble that a score is lowered by; 0 as published.
    public let pessimism: Float
    /// β of `vgps`.
    let guidance: Selection
    /// Largest distance of an axis from the best candidate's in `mean`.
    let radius: Float

    /// An optimiser of the named kind.
    public init(critic: CriticEnsemble, settings: OptimisationSettings) {
        let kind = settings.optimiser
        self.kind = kind
        self.critic = critic
        edit =
            kind.edits
            ? EditNetwork(
                observationCount: critic.observationCount, actionCount: critic.actionCount,
                settings: settings.edit) : nil
        wantedKept = settings.keptActions
        candidateCount = settings.candidateCount
        zeroFirst = settings.zeroNoiseCandidate
        poolCount = kind.edits ? 2 * candidateCount : candidateCount
        keptCount = kind.ranks ? max(1, min(settings.keptActions, poolCount)) : poolCount
        steps = kind.climbs ? settings.steps : 0
        stepSize = Float(settings.stepSize)
        pessimism = Float(settings.pessimism)
        guidance = Selection(temperature: settings.vgpsTemperature)
        radius = Float(settings.meanRadius)
    }

    /// The same for another number of candidates per state.
    func sized(to count: Int) -> ActionOptimiser {
        var other = self
        other.candidateCount = count
        other.poolCount = kind.edits ? 2 * count : count
        other.keptCount =
            kind.ranks ? max(1, min(wantedKept, other.poolCount)) : other.poolCount
        return other
    }

    /// Makes one action per state.
    ///
    /// - Parameters:
    ///   - request: B states with their candidates, at most N each.
    ///   - parameters: the critic's, online.
    ///   - edits: the edit policy's, where there is one.
    ///   - chosen: [B, A].
    ///   - values: score of each chosen action, [B]: mean Q less the pessimism, or the least member's with `vgps`.
    /// - Returns: sums over the batch for the report.
    @discardableResult
    public func optimise(
        _ request: OptimisationRequest, critic parameters: UnsafePointer<Float>,
        edits: UnsafePointer<Float>? = nil, into chosen: Matrix,
        values: UnsafeMutablePointer<Float>, scratch: Scratch
    ) -> OptimisationSums {
        let states = request.observations.rows
        let count = request.candidates.rows / states
        guard count == candidateCount else {
            return sized(to: count).optimise(
                request, critic: parameters, edits: edits, into: chosen, values: values,
                scratch: scratch)
        }
        let mark = scratch.mark()
        defer { scratch.release(to: mark) }
        // Each member's share of its first layer that the state alone decides, [E·B, H].
        let parts = scratch.matrix(rows: critic.memberCount * states, columns: critic.hidden)
        critic.observationParts(parameters, observations: request.observations, into: parts)
        var sums = OptimisationSums()
        let kept = Kept(self, states: states, scratch: scratch)
        prepare(request, parameters, edits, parts: parts, into: kept, sums: &sums, scratch: scratch)
        for state in 0..<states {
            let place = choose(kept, state: state, request, into: chosen.row(state))
            values[state] = kept.scores[state * keptCount + place]
            let winner = kept.places[state * keptCount + place]
            kept.winners[state] = winner
            // An edited action follows the candidates in the pool, in their order.
            request.origins?[state] =
                winner < 0 ? Int32(candidateCount) : winner % Int32(candidateCount)
        }
        if kind == .mean {
            score(parameters, parts: parts, copies: 1, chosen, into: values, scratch: scratch)
        }
        if kind == .editGradient, steps > 0 {
            climb(
                parameters, parts: parts, copies: 1, actions: chosen, values: values, sums: &sums,
                scratch: scratch)
            if pessimism > 0 {
                score(parameters, parts: parts, copies: 1, chosen, into: values, scratch: scratch)
            }
        }
        for state in 0..<states { sums.value += values[state] }
        tally(kept, request, chosen, into: &sums)
        sums.states += Float(states)
        return sums
    }

    /// What goes on of every state's candidates: K actions with their scores.
    struct Kept {
        /// [B·K, A].
        let actions: Matrix
        /// [B·K].
        let scores: UnsafeMutablePointer<Float>
        /// Which of a state's M candidates each is, [B·K]; −1 is the dataset's.
        let places: UnsafeMutablePointer<Int32>
        /// The same of the one that was chosen, [B].
        let winners: UnsafeMutablePointer<Int32>

        init(_ optimiser: ActionOptimiser, states: Int, scratch: Scratch) {
            let rows = states * optimiser.keptCount
            actions = scratch.matrix(rows: rows, columns: optimiser.critic.actionCount)
            scores = scratch.vector(rows)
            places = scratch.integers(rows)
            winners = scratch.integers(states)
        }
    }

    /// Edits, ranks, takes the dataset's action in, climbs, and scores what is left.
    private func prepare(
        _ request: OptimisationRequest, _ parameters: UnsafePointer<Float>,
        _ edits: UnsafePointer<Float>?, parts: Matrix, into kept: Kept,
        sums: inout OptimisationSums, scratch: Scratch
    ) {
        let datasetActions = request.datasetActions
        // Where the dataset's action replaces the only one nothing need be ranked.
        if datasetActions == nil || keptCount > 1 {
            keepBest(
                parameters, parts: parts, candidates: pool(request, edits, scratch),
                into: kept.actions, scores: kept.scores, places: kept.places,
                sorts: kind == .mean && datasetActions != nil, sums: &sums, scratch: scratch)
        }
        if let datasetActions { append(datasetActions, to: kept.actions, places: kept.places) }
        // With nothing to refine and nothing appended, the ranking's scores are final.
        let refines = kind == .gradient && steps > 0
        if !refines, datasetActions == nil, keptCount < poolCount { return }
        if refines {
            climb(
                parameters, parts: parts, copies: keptCount, actions: kept.actions,
                values: kept.scores, sums: &sums, scratch: scratch)
        }
        if !refines || pessimism > 0 {
            score(
                parameters, parts: parts, copies: keptCount, kept.actions, into: kept.scores,
                scratch: scratch)
        }
        if keptCount == poolCount { describe(kept.scores, of: kept.actions.rows, into: &sums) }
    }

    /// All candidates of every state, [B·M, A]: the policy's N, then as many edited ones.
    private func pool(
        _ request: OptimisationRequest, _ parameters: UnsafePointer<Float>?, _ scratch: Scratch
    ) -> Matrix {
        guard let edit, let parameters else { return request.candidates }
        let (states, width) = (request.observations.rows, critic.actionCount)
        let key = request.key.on(stream: request.key.stream &+ Self.editStream)
        // [B·M, A], and the edited ones alone, [B·N, A].
        let pool = scratch.matrix(rows: states * poolCount, columns: width)
        let edited = scratch.matrix(rows: states * candidateCount, columns: width)
        edit.edit(
            parameters, observations: request.observations, actions: request.candidates,
            draw: request.explores ? (key, request.firstRow) : nil, into: edited,
            scratch: scratch)
        for state in 0..<states {
            let (first, own) = (state * poolCount, state * candidateCount)
            let candidates = own..<(own + candidateCount)
            pool.rows(first..<(first + candidateCount)).copy(
                from: request.candidates.rows(candidates))
            pool.rows((first + candidateCount)..<(first + poolCount)).copy(
                from: edited.rows(candidates))
        }
        return pool
    }

    /// Global step: the K best of N in ascending order, so that index 0 is the worst kept.
    ///
    /// With K = M nothing is sorted, unless it is wanted. Ties keep the earlier candidate further from the top.
    func keepBest(
        _ parameters: UnsafePointer<Float>, parts: Matrix, candidates: Matrix, into kept: Matrix,
        scores: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Int32>,
        sorts: Bool = false, sums: inout OptimisationSums, scratch: Scratch
    ) {
        guard keptCount < poolCount || sorts else {
            kept.copy(from: candidates)
            for row in 0..<kept.rows { places[row] = Int32(row % keptCount) }
            return
        }
        let mark = scratch.mark()
        let count = poolCount
        // Scores of all candidates, [B·M]; the order of one state's, [M].
        let all = scratch.vector(candidates.rows)
        score(parameters, parts: parts, copies: count, candidates, into: all, scratch: scratch)
        if keptCount < poolCount { describe(all, of: candidates.rows, into: &sums) }
        let order = scratch.integers(count)
        for state in 0..<(candidates.rows / count) {
            // One state's scores, [M].
            let group = UnsafePointer(all + state * count)
            sort(group, count: count, into: order)
            for place in 0..<keptCount {
                let index = Int(order[count - keptCount + place])
                scores[state * keptCount + place] = group[index]
                places[state * keptCount + place] = Int32(index)
                kept.row(state * keptCount + place).update(
                    from: candidates.row(state * count + index), count: critic.actionCount)
            }
        }
        scratch.release(to: mark)
    }

    /// Drops index 0 of every group of `kept` [B·K, A] and appends the dataset action, of [B, A], at its end.
    func append(
        _ datasetActions: Matrix, to kept: Matrix, places: UnsafeMutablePointer<Int32>
    ) {
        let width = critic.actionCount
        for state in 0..<datasetActions.rows {
            let first = state * keptCount
            for place in 1..<max(keptCount, 1) {
                kept.row(first + place - 1).update(from: kept.row(first + place), count: width)
                places[first + place - 1] = places[first + place]
            }
            places[first + keptCount - 1] = -1
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
}
