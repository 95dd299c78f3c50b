import Embodiment
import Foundation
import Neural
import Recipe
import Testing

@testable import Models

/// The ways to make one action of candidates, side by side on the same ones.
@Suite("Kinds of optimisers")
struct OptimiserKindTests {
    /// B states with N candidates and a critic that tells them apart.
    private struct Fixture {
        let states = 6
        let count: Int
        let optimiser: ActionOptimiser
        let parameters: Arena
        let edits: Arena?
        let observations: Owned
        let candidates: Owned
        let scratch = Scratch(count: 1_000_000)

        init(_ seed: UInt64, count: Int = 5, _ change: (inout OptimisationSettings) -> Void) {
            var settings = OptimisationSettings()
            settings.baseActions = count
            settings.keptActions = 2
            settings.steps = 1
            settings.stepSize = 0.01
            settings.pessimism = 1
            settings.edit.hidden = 16
            change(&settings)
            self.count = settings.candidateCount
            let critic = CriticEnsemble(
                observationCount: 5, actionCount: 3,
                settings: criticSettings(trunk: .mlp, head: .scalar, shared: false))
            optimiser = ActionOptimiser(critic: critic, settings: settings)
            parameters = Arena(count: critic.layout.count)
            critic.initialise(parameters.base, key: RandomKey(seed: seed, stream: 1, step: 0))
            VectorMath.scale(parameters.base, count: parameters.count, by: 3)
            edits = optimiser.edit.map { network in
                let arena = Arena(count: network.layout.count)
                network.initialise(arena.base, key: RandomKey(seed: seed, stream: 2, step: 0))
                return arena
            }
            observations = Owned.normal(rows: states, columns: 5, seed: seed)
            candidates = Owned.uniform(rows: states * self.count, columns: 3, seed: seed)
        }

        /// The chosen actions and their values.
        func run(
            explores: Bool = false, step: UInt64 = 1, data: Matrix? = nil
        ) -> (actions: [[Float]], values: [Float]) {
            let chosen = Owned(rows: states, columns: 3)
            let values = Arena(count: states)
            var request = OptimisationRequest(
                observations: observations.matrix, candidates: candidates.matrix,
                key: RandomKey(seed: 1, stream: 1, step: step))
            request.explores = explores
            request.datasetActions = data
            optimiser.optimise(
                request, critic: parameters.base, edits: edits.map { UnsafePointer($0.base) },
                into: chosen.matrix, values: values.base, scratch: scratch)
            let actions = (0..<states).map { row in (0..<3).map { chosen.matrix[row, $0] } }
            return (actions, Array(values.buffer))
        }

        func candidate(_ state: Int, _ place: Int) -> [Float] {
            (0..<3).map { candidates.matrix[state * count + place, $0] }
        }

        /// The score that each candidate has: [B][N].
        func scores(least: Bool = false) -> [[Float]] {
            let critic = optimiser.critic
            let values = Arena(count: states * count)
            var members: [[Float]] = []
            for member in 0..<critic.memberCount {
                critic.memberValues(
                    member, parameters.base, observations: observations.matrix, copies: count,
                    actions: candidates.matrix, into: values.base, scratch: scratch)
                members.append(Array(values.buffer))
            }
            return (0..<states).map { state in
                (0..<count).map { place in
                    let all = members.map { $0[state * count + place] }
                    if least { return all.reduce(.infinity, min) }
                    let mean = all.reduce(0, +) / Float(all.count)
                    let variance =
                        all.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Float(all.count)
                    return mean - variance.squareRoot()
                }
            }
        }
    }

    @Test("An edit of scale 0 changes nothing of re-ranking", arguments: [1, 2, 3] as [UInt64])
    func noEdit(seed: UInt64) {
        let data = Owned.uniform(rows: 6, columns: 3, seed: seed + 50)
        for dataset in [nil, data.matrix] {
            let rerank = Fixture(seed) { $0.optimiser = .rerank }.run(data: dataset)
            let edit = Fixture(seed) {
                $0.optimiser = .edit
                $0.edit.scale = 0
            }.run(explores: true, data: dataset)
            #expect(rerank.actions == edit.actions, "seed \(seed)")
            for (a, b) in zip(rerank.values, edit.values) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test("Edited candidates are only taken where they are better", arguments: [1, 2] as [UInt64])
    func better(seed: UInt64) {
        let rerank = Fixture(seed) { $0.optimiser = .rerank }.run()
        var taken = 0
        for explores in [false, true] {
            let edit = Fixture(seed) {
                $0.optimiser = .edit
                $0.edit.scale = 0.5
            }.run(explores: explores)
            for state in 0..<6 {
                #expect(edit.values[state] >= rerank.values[state] - 1e-5)
                if edit.actions[state] != rerank.actions[state] { taken += 1 }
            }
        }
        #expect(taken > 0, "seed \(seed): otherwise the test would say nothing")
    }

    @Test("Edits are their mode unless it explores; other numbers draw other ones")
    func drawn() {
        let fixture = Fixture(7) {
            $0.optimiser = .edit
            $0.edit.scale = 0.5
        }
        #expect(fixture.run(step: 1).actions == fixture.run(step: 2).actions)
        let (one, again, two) = (
            fixture.run(explores: true, step: 1), fixture.run(explores: true, step: 1),
            fixture.run(explores: true, step: 2)
        )
        #expect(one.actions == again.actions && one.actions != two.actions)
    }

    @Test(
        "Gradient steps behind an edit do not lower the mean value", arguments: [1, 2] as [UInt64])
    func editGradient(seed: UInt64) {
        func run(_ kind: OptimiserKind) -> (actions: [[Float]], values: [Float]) {
            Fixture(seed) {
                $0.optimiser = kind
                $0.pessimism = 0
                $0.steps = 3
            }.run()
        }
        let (edit, both) = (run(.edit), run(.editGradient))
        for state in 0..<6 { #expect(both.values[state] >= edit.values[state] - 1e-6) }
        #expect(both.actions != edit.actions)
    }

    @Test("A random choice is uniform, and the critic has no say in it")
    func random() {
        let fixture = Fixture(3, count: 4) { $0.optimiser = .random }
        var counts = [Int](repeating: 0, count: 4)
        for step in 0..<400 {
            let actions = fixture.run(step: UInt64(step)).actions
            for state in 0..<6 {
                let place = (0..<4).firstIndex { fixture.candidate(state, $0) == actions[state] }
                counts[place!] += 1
            }
        }
        // 2,400 draws: four deviations of a quarter are 85.
        for count in counts { #expect(abs(count - 600) < 85, "\(counts)") }
        let scores = fixture.scores()
        let found = fixture.run(step: 5)
        for state in 0..<6 {
            let place = (0..<4).first { fixture.candidate(state, $0) == found.actions[state] }!
            #expect(abs(found.values[state] - scores[state][place]) < 1e-4)
        }
    }

    @Test("Without an optimiser the policy's first candidate is taken")
    func none() {
        let fixture = Fixture(3) { $0.optimiser = .none }
        #expect(fixture.count == 1)
        let found = fixture.run()
        #expect((0..<6).allSatisfy { found.actions[$0] == fixture.candidate($0, 0) })
        #expect(found.values.allSatisfy { $0.isFinite })
    }

    @Test("vgps draws by softmax of the least member's value; at temperature 0 it takes the best")
    func vgps() {
        let best = Fixture(3, count: 4) {
            $0.optimiser = .vgps
            $0.vgpsTemperature = 0
        }
        let scores = best.scores(least: true)
        let chosen = best.run()
        for state in 0..<6 {
            let place = (0..<4).max { scores[state][$0] < scores[state][$1] }!
            #expect(chosen.actions[state] == best.candidate(state, place))
            #expect(abs(chosen.values[state] - scores[state][place]) < 1e-4)
        }
        let temperature = 0.2
        let fixture = Fixture(3, count: 4) {
            $0.optimiser = .vgps
            $0.vgpsTemperature = temperature
        }
        var counts = [Int](repeating: 0, count: 4)
        for step in 0..<1000 {
            let action = fixture.run(step: UInt64(step)).actions[2]
            counts[(0..<4).first { fixture.candidate(2, $0) == action }!] += 1
        }
        let weights = scores[2].map { exp(Double($0) / temperature) }
        for place in 0..<4 {
            let share = weights[place] / weights.reduce(0, +)
            #expect(abs(Double(counts[place]) / 1000 - share) < 0.06, "\(counts)")
        }
    }

    @Test(
        "Columns of longer candidates do as well, and it is told which one an action was made of",
        arguments: OptimiserKind.allCases)
    func origins(kind: OptimiserKind) {
        let fixture = Fixture(5, count: 4) {
            $0.optimiser = kind
            $0.edit.scale = 0.5
        }
        let count = fixture.count
        let long = Owned.uniform(rows: 6 * count, columns: 5, seed: 9)
        let window = long.matrix.columns(0..<3)
        window.copy(from: fixture.candidates.matrix)
        let chosen = Owned(rows: 6, columns: 3)
        let stored = Owned.uniform(rows: 6, columns: 3, seed: 8)
        var values = [Float](repeating: 0, count: 6)
        for hasData in [false, true] {
            let data = hasData ? stored.matrix : nil
            var origins = [Int32](repeating: -7, count: 6)
            origins.withUnsafeMutableBufferPointer { origins in
                var request = OptimisationRequest(
                    observations: fixture.observations.matrix, candidates: window,
                    key: RandomKey(seed: 1, stream: 1, step: 1))
                request.explores = true
                request.datasetActions = data
                request.origins = origins.baseAddress
                fixture.optimiser.optimise(
                    request, critic: fixture.parameters.base,
                    edits: fixture.edits.map { UnsafePointer($0.base) }, into: chosen.matrix,
                    values: &values, scratch: fixture.scratch)
            }
            #expect(fixture.run(explores: true, data: data).values == values)
            // Gradient steps and edits move an action by so much at most; a mean is near its best candidate.
            let reach: Float = kind == .mean ? 0.301 : kind.edits ? 0.6 : kind.climbs ? 0.1 : 0
            for state in 0..<6 {
                let origin = Int(origins[state])
                #expect((0..<count + (hasData ? 1 : 0)).contains(origin))
                for axis in 0..<3 {
                    let from =
                        origin == count
                        ? data?[state, axis] : window[state * count + origin, axis]
                    #expect(abs(chosen.matrix[state, axis] - (from ?? .nan)) <= reach)
                }
            }
        }
    }

    @Test("The mean weighs candidates near the best one by their standardised values")
    func mean() {
        let fixture = Fixture(4, count: 4) {
            $0.optimiser = .mean
            $0.meanRadius = 0.9
        }
        let scores = fixture.scores()
        let found = fixture.run()
        var mixed = 0
        for state in 0..<6 {
            let values = scores[state].map { Double($0) }
            let best = (0..<4).max { values[$0] < values[$1] }!
            let mean = values.reduce(0, +) / 4
            let deviation =
                (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 4).squareRoot()
            var (total, sum) = (0.0, [0.0, 0.0, 0.0])
            for place in 0..<4 {
                let candidate = fixture.candidate(state, place)
                let isNear = (0..<3).allSatisfy {
                    abs(candidate[$0] - fixture.candidate(state, best)[$0]) <= 0.9
                }
                guard isNear else { continue }
                let weight = exp((values[place] - mean) / deviation)
                total += weight
                for axis in 0..<3 { sum[axis] += weight * Double(candidate[axis]) }
                if place != best { mixed += 1 }
            }
            for axis in 0..<3 {
                #expect(abs(Double(found.actions[state][axis]) - sum[axis] / total) < 1e-4)
            }
        }
        #expect(mixed > 0 && mixed < 18, "otherwise the radius would say nothing")
    }
}
