import Embodiment
import Neural
import Recipe
import Testing

@testable import Models

@Suite("Action optimisation")
struct ActionOptimiserTests {
    static func optimiser(
        candidates: Int = 8, kept: Int = 3, steps: Int = 10, stepSize: Double = 3e-4,
        kind: OptimiserKind = .gradient, pessimism: Double = 0
    ) -> ActionOptimiser {
        var settings = OptimisationSettings()
        settings.baseActions = candidates
        settings.keptActions = kept
        settings.steps = steps
        settings.stepSize = stepSize
        settings.optimiser = kind
        settings.pessimism = pessimism
        return ActionOptimiser(
            critic: CriticEnsemble(
                observationCount: 5, actionCount: 3,
                settings: criticSettings(trunk: .mlp, head: .scalar, shared: false)),
            settings: settings)
    }

    let scratch = Scratch(count: 500_000)

    @Test(
        "On a linear value ten steps move an action by exactly ten times the step times the slope")
    func linear() {
        let optimiser = Self.optimiser()
        let actions = Owned.uniform(rows: 6, columns: 3, seed: 1)
        let start = Array(actions.arena.buffer)
        let slope: [Float] = [2, -5, 0.5]
        let values = Arena(count: 6)
        var sums = OptimisationSums()
        optimiser.ascend(
            actions.matrix, values: values.base, sums: &sums, scratch: scratch
        ) { current, values, gradients in
            for row in 0..<6 {
                values[row] = (0..<3).reduce(0) { $0 + slope[$1] * current[row, $1] }
                if let gradients { for axis in 0..<3 { gradients[row, axis] = slope[axis] } }
            }
        }
        for index in 0..<18 {
            let expected = start[index] + 10 * 3e-4 * slope[index % 3]
            #expect(abs(actions.arena.base[index] - expected) < 1e-6)
        }
        #expect(sums.bestIterate == 60)
        #expect(abs(sums.gradientNorm / 6 - Float(29.25).squareRoot()) < 1e-5)
    }

    @Test("Steps stop at the box")
    func clipping() {
        let optimiser = Self.optimiser(stepSize: 1)
        let actions = Owned.uniform(rows: 2, columns: 3, seed: 1)
        let values = Arena(count: 2)
        var sums = OptimisationSums()
        optimiser.ascend(
            actions.matrix, values: values.base, sums: &sums, scratch: scratch
        ) { current, values, gradients in
            for row in 0..<2 {
                values[row] = current[row, 0] - current[row, 1]
                if let gradients {
                    gradients[row, 0] = 1
                    gradients[row, 1] = -1
                    gradients[row, 2] = 0
                }
            }
        }
        for row in 0..<2 {
            #expect(actions.matrix[row, 0] == 1)
            #expect(actions.matrix[row, 1] == -1)
        }
    }

    @Test("When steps overshoot, the best iterate is returned and the value never falls")
    func retention() {
        let optimiser = Self.optimiser(steps: 4, stepSize: 1)
        let actions = Owned(rows: 1, columns: 3)
        let values = Arena(count: 1)
        var iterate = 0
        let seen: [Float] = [1, 5, 3, 5, 2]
        var sums = OptimisationSums()
        optimiser.ascend(
            actions.matrix, values: values.base, sums: &sums, scratch: scratch
        ) { _, values, gradients in
            values[0] = seen[iterate]
            iterate += 1
            if let gradients { for axis in 0..<3 { gradients[0, axis] = 0.1 } }
        }
        #expect(values.base[0] == 5)
        // Ties take the newer: the iterate after three steps.
        #expect(sums.bestIterate == 3)
        #expect(abs(actions.matrix[0, 0] - 0.3) < 1e-6)
        #expect(sums.gain == 4)
    }

    @Test("The K best are kept in ascending order, ties in the order of arrival")
    func topK() {
        let optimiser = Self.optimiser()
        let values: [Float] = [3, -1, 7, 7, 0, 2, .nan, 5]
        var order = [Int32](repeating: 0, count: 8)
        optimiser.sort(values, count: 8, into: &order)
        #expect(order == [6, 1, 4, 5, 0, 7, 2, 3])
    }

    @Test("A dataset action replaces index 0, the worst kept, and comes last")
    func datasetAction() {
        let optimiser = Self.optimiser(kept: 3)
        let kept = Owned(rows: 6, columns: 3)
        for row in 0..<6 { for axis in 0..<3 { kept.matrix[row, axis] = Float(row) } }
        let data = Owned(rows: 2, columns: 3)
        data.matrix.fill(9)
        var places: [Int32] = [7, 2, 5, 0, 1, 3]
        optimiser.append(data.matrix, to: kept.matrix, places: &places)
        #expect(places == [2, 5, -1, 1, 3, -1])
        #expect((0..<6).map { kept.matrix[$0, 1] } == [1, 2, 9, 4, 5, 9])
    }

    @Test("Ranking keeps what the critic likes best", arguments: [1, 2, 3])
    func ranking(seed: UInt64) {
        let optimiser = Self.optimiser(candidates: 8, kept: 3)
        let critic = optimiser.critic
        let parameters = Arena(count: critic.layout.count)
        critic.initialise(parameters.base, key: RandomKey(seed: seed, stream: 1, step: 0))
        VectorMath.scale(parameters.base, count: parameters.count, by: 3)
        let observations = Owned.normal(rows: 4, columns: 5, seed: seed)
        let candidates = Owned.uniform(rows: 32, columns: 3, seed: seed)
        let parts = Owned(rows: critic.memberCount * 4, columns: critic.hidden)
        critic.observationParts(
            parameters.base, observations: observations.matrix, into: parts.matrix)
        let all = Arena(count: 32)
        critic.meanValues(
            parameters.base, observationParts: parts.matrix, copies: 8,
            actions: candidates.matrix, into: all.base, scratch: scratch)
        let kept = Owned(rows: 12, columns: 3)
        let scores = Arena(count: 12)
        var places = [Int32](repeating: -1, count: 12)
        var sums = OptimisationSums()
        optimiser.keepBest(
            parameters.base, parts: parts.matrix, candidates: candidates.matrix,
            into: kept.matrix, scores: scores.base, places: &places, sums: &sums,
            scratch: scratch)
        #expect(sums.described == 4)
        for (row, place) in places.enumerated() {
            let source = row / 3 * 8 + Int(place)
            for axis in 0..<3 { #expect(kept.matrix[row, axis] == candidates.matrix[source, axis]) }
        }
        for state in 0..<4 {
            let expected = (0..<8).map { all.base[state * 8 + $0] }.sorted().suffix(3)
            #expect(Array(expected) == (0..<3).map { scores.base[state * 3 + $0] })
            for place in 0..<3 {
                let index = Int(places[state * 3 + place])
                #expect(all.base[state * 8 + index] == scores.base[state * 3 + place])
            }
        }
        // And the whole call never returns less than the best candidate.
        let chosen = Owned(rows: 4, columns: 3)
        let values = Arena(count: 4)
        optimiser.optimise(
            OptimisationRequest(
                observations: observations.matrix, candidates: candidates.matrix,
                key: RandomKey(seed: 1, stream: 1, step: 1)),
            critic: parameters.base, into: chosen.matrix, values: values.base, scratch: scratch)
        for state in 0..<4 {
            let best = (0..<8).map { all.base[state * 8 + $0] }.max()!
            #expect(values.base[state] >= best - 1e-5)
        }
    }

    @Test(
        "A pessimistic value is the members' mean less so many of their standard deviations",
        arguments: [0, 0.5, 2] as [Float], [1, 2])
    func pessimism(pessimism: Float, seed: UInt64) {
        let fixture = CriticFixture(
            CriticShape(trunk: .mlp, head: .distributional, shared: false), seed: seed)
        let critic = fixture.critic
        let rows = fixture.states * fixture.copies
        let trace = CriticTrace(critic, rows: rows, scratch: fixture.scratch)
        var members: [[Double]] = []
        for member in 0..<critic.memberCount {
            let values = Arena(count: rows)
            fixture.forward(member, into: trace, values: values.base)
            members.append(values.buffer.map { Double($0) })
        }
        let parts = Owned(rows: critic.memberCount * fixture.states, columns: critic.hidden)
        critic.observationParts(
            fixture.parameters.base, observations: fixture.observations.matrix,
            into: parts.matrix)
        let found = Arena(count: rows)
        critic.meanValues(
            fixture.parameters.base, observationParts: parts.matrix, copies: fixture.copies,
            actions: fixture.actions.matrix, pessimism: pessimism, into: found.base,
            scratch: fixture.scratch)
        var spread = 0.0
        for row in 0..<rows {
            let column = members.map { $0[row] }
            let mean = column.reduce(0, +) / Double(column.count)
            let deviation =
                (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count))
                .squareRoot()
            spread += deviation
            #expect(abs(Double(found.base[row]) - (mean - Double(pessimism) * deviation)) < 1e-3)
        }
        // Otherwise the test would say nothing.
        #expect(spread / Double(rows) > 0.02)
    }

    @Test("A pessimistic choice ranks and reports by the lowered value", arguments: [1, 2, 3])
    func pessimisticChoice(seed: UInt64) {
        let optimiser = Self.optimiser(candidates: 8, kept: 8, kind: .rerank, pessimism: 1.5)
        let critic = optimiser.critic
        let parameters = Arena(count: critic.layout.count)
        critic.initialise(parameters.base, key: RandomKey(seed: seed, stream: 1, step: 0))
        VectorMath.scale(parameters.base, count: parameters.count, by: 3)
        let observations = Owned.normal(rows: 4, columns: 5, seed: seed)
        let candidates = Owned.uniform(rows: 32, columns: 3, seed: seed)
        let parts = Owned(rows: critic.memberCount * 4, columns: critic.hidden)
        critic.observationParts(
            parameters.base, observations: observations.matrix, into: parts.matrix)
        let lowered = Arena(count: 32)
        critic.meanValues(
            parameters.base, observationParts: parts.matrix, copies: 8,
            actions: candidates.matrix, pessimism: 1.5, into: lowered.base, scratch: scratch)
        let chosen = Owned(rows: 4, columns: 3)
        let values = Arena(count: 4)
        optimiser.optimise(
            OptimisationRequest(
                observations: observations.matrix, candidates: candidates.matrix,
                key: RandomKey(seed: 1, stream: 1, step: 1)),
            critic: parameters.base, into: chosen.matrix, values: values.base, scratch: scratch)
        for state in 0..<4 {
            let group = (0..<8).map { lowered.base[state * 8 + $0] }
            let best = group.indices.max { group[$0] < group[$1] }!
            #expect(abs(values.base[state] - group[best]) < 1e-5)
            #expect(chosen.matrix[state, 0] == candidates.matrix[state * 8 + best, 0])
        }
    }

    @Test("A draw follows the softmax at its temperature", arguments: [0.5, 1.0, 4.0] as [Float])
    func draw(temperature: Float) {
        let optimiser = Self.optimiser(kept: 3)
        let values: [Float] = [-2, -1, -1.5]
        var counts = [0, 0, 0]
        let key = RandomKey(seed: 3, stream: 9, step: 1)
        for row in 0..<4000 {
            counts[optimiser.select(values, .draw(temperature: temperature), key: key, row: row)] +=
                1
        }
        let weights = values.map { VectorMath.exponential(of: $0 / temperature) }
        let total = weights.reduce(0, +)
        for index in 0..<3 {
            #expect(abs(Float(counts[index]) / 4000 - weights[index] / total) < 0.03)
        }
        #expect(optimiser.select(values, .best, key: key, row: 0) == 1)
    }

    @Test("Every kind has as many candidates and steps as it says")
    func kinds() {
        func counts(_ kind: OptimiserKind) -> [Int] {
            let optimiser = Self.optimiser(kind: kind)
            return [
                optimiser.candidateCount, optimiser.poolCount, optimiser.keptCount, optimiser.steps,
            ]
        }
        #expect(counts(.gradient) == [8, 8, 3, 10])
        #expect(counts(.rerank) == [8, 8, 3, 0])
        #expect(counts(.edit) == [8, 16, 3, 0])
        #expect(counts(.editGradient) == [8, 16, 3, 10])
        for kind in [OptimiserKind.mean, .vgps, .random] { #expect(counts(kind) == [8, 8, 8, 0]) }
        #expect(counts(.none) == [1, 1, 1, 0])
    }
}
