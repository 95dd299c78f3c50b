import Embodiment
import Neural
import Recipe
import Testing

@testable import Models

/// Shapes a critic may have.
struct CriticShape: Sendable, CustomTestStringConvertible {
    let trunk: CriticTrunk
    let head: CriticHead
    let shared: Bool
    var testDescription: String {
        "\(trunk.rawValue), \(head.rawValue), \(shared ? "shared" : "own") head"
    }
    static let all: [CriticShape] = CriticTrunk.allCases.flatMap { trunk in
        CriticHead.allCases.flatMap { head in
            [true, false].map { CriticShape(trunk: trunk, head: head, shared: $0) }
        }
    }
}

/// One critic with random weights, larger than fresh ones so that gradients are visible.
final class CriticFixture {
    let critic: CriticEnsemble
    let parameters: Arena
    let scratch = Scratch(count: 400_000)
    let observations: Owned
    let actions: Owned
    let states = 4
    let copies = 3

    init(_ shape: CriticShape, seed: UInt64) {
        critic = CriticEnsemble(
            observationCount: 5, actionCount: 3,
            settings: criticSettings(trunk: shape.trunk, head: shape.head, shared: shape.shared))
        parameters = Arena(count: critic.layout.count)
        critic.initialise(
            parameters.base, key: RandomKey(seed: seed, stream: 3, step: 0))
        let noise = Owned.normal(rows: 1, columns: critic.layout.count, seed: seed, scale: 0.2)
        VectorMath.add(noise.arena.base, into: parameters.base, count: parameters.count)
        observations = Owned.normal(rows: states, columns: 5, seed: seed + 1)
        actions = Owned.uniform(rows: states * copies, columns: 3, seed: seed + 2)
    }

    /// Values of one member through the tape-keeping path.
    func forward(_ member: Int, into trace: CriticTrace, values: UnsafeMutablePointer<Float>) {
        let part = scratch.matrix(rows: states, columns: critic.hidden)
        critic.observationPart(
            member, parameters.base, observations: observations.matrix, into: part)
        critic.forward(
            member, parameters.base, observationPart: part, copies: copies,
            actions: actions.matrix, into: trace)
        critic.head.decode(trace.outputs, into: values)
    }
}

@Suite("Critic ensemble")
struct CriticTests {
    @Test(
        "Backward agrees with finite differences for every trunk and head",
        arguments: CriticShape.all)
    func parameterGradient(shape: CriticShape) {
        let fixture = CriticFixture(shape, seed: 5)
        let critic = fixture.critic
        let rows = fixture.states * fixture.copies
        let targets = Owned.uniform(rows: fixture.states, columns: 1, seed: 9)
        let weights = Owned.normal(rows: 1, columns: rows, seed: 10, scale: 0.1)
        let gradient = Arena(count: critic.layout.count)
        /// Training loss of every third row plus a weighted sum of all values, over all members.
        func loss(_ gradient: Arena?) -> Double {
            var total = 0.0
            for member in 0..<critic.memberCount {
                let mark = fixture.scratch.mark()
                let trace = CriticTrace(critic, rows: rows, scratch: fixture.scratch)
                let values = fixture.scratch.vector(rows)
                fixture.forward(member, into: trace, values: values)
                let encoded = fixture.scratch.matrix(rows: fixture.states, columns: critic.outputs)
                let work = fixture.scratch.vector(critic.head.workCount)
                for state in 0..<fixture.states {
                    critic.head.encode(
                        -5 + 3 * targets.matrix[state, 0], into: encoded.row(state), work: work)
                }
                for row in 0..<rows {
                    total += Double(weights.arena.base[row] * values[row])
                }
                var sum: Float = 0
                critic.head.trainingSeed(
                    trace.outputs, values: values, gradients: weights.arena.base,
                    every: fixture.copies, targets: encoded, weight: 0.5, loss: &sum, work: work)
                total += 0.5 * Double(sum)
                if let gradient {
                    critic.backward(
                        member, fixture.parameters.base,
                        observations: fixture.observations.matrix, copies: fixture.copies,
                        actions: fixture.actions.matrix, trace: trace, gradient: gradient.base,
                        scratch: fixture.scratch)
                }
                fixture.scratch.release(to: mark)
            }
            return total
        }
        _ = loss(gradient)
        let error = gradientError(
            at: fixture.parameters, gradient: gradient.base, floor: 0.3,
            indices: probes(critic.layout)
        ) { loss(nil) }
        #expect(error < 0.02)
    }

    @Test(
        "The action's gradient agrees with finite differences of the mean value",
        arguments: CriticShape.all)
    func actionGradient(shape: CriticShape) {
        let fixture = CriticFixture(shape, seed: 6)
        let critic = fixture.critic
        let rows = fixture.states * fixture.copies
        let parts = Owned(rows: critic.memberCount * fixture.states, columns: critic.hidden)
        critic.observationParts(
            fixture.parameters.base, observations: fixture.observations.matrix, into: parts.matrix)
        let values = Arena(count: rows)
        let gradients = Owned(rows: rows, columns: 3)
        critic.meanValuesAndGradients(
            fixture.parameters.base, observationParts: parts.matrix, states: 0..<fixture.states,
            stateCount: fixture.states, copies: fixture.copies, actions: fixture.actions.matrix,
            values: values.base, gradients: gradients.matrix, scratch: fixture.scratch)
        let turned = Arena(count: critic.transposedCount)
        critic.transpose(fixture.parameters.base, into: turned.base)
        let again = Owned(rows: rows, columns: 3)
        critic.meanValuesAndGradients(
            fixture.parameters.base, transposed: turned.base, observationParts: parts.matrix,
            states: 0..<fixture.states, stateCount: fixture.states, copies: fixture.copies,
            actions: fixture.actions.matrix, values: values.base, gradients: again.matrix,
            scratch: fixture.scratch)
        for index in 0..<(rows * 3) {
            #expect(abs(again.arena.base[index] - gradients.arena.base[index]) < 1e-5)
        }
        let other = Arena(count: rows)
        func total() -> Double {
            critic.meanValues(
                fixture.parameters.base, observationParts: parts.matrix, copies: fixture.copies,
                actions: fixture.actions.matrix, into: other.base, scratch: fixture.scratch)
            return other.buffer.reduce(0) { $0 + Double($1) }
        }
        _ = total()
        for row in 0..<rows { #expect(abs(other.base[row] - values.base[row]) < 1e-4) }
        let error = gradientError(
            at: fixture.actions.arena, gradient: gradients.arena.base, floor: 0.05,
            indices: Array(0..<(rows * 3))
        ) { total() }
        #expect(error < 0.02)
    }

    @Test("The least value's gradient is that of the member that has it", arguments: [1, 2, 3])
    func leastGradient(seed: UInt64) {
        let fixture = CriticFixture(
            CriticShape(trunk: .mlp, head: .distributional, shared: false), seed: seed)
        let rows = fixture.states
        let actions = Owned.uniform(rows: rows, columns: 3, seed: seed)
        let gradients = Owned(rows: rows, columns: 3)
        func least() -> Double {
            Double(
                fixture.critic.leastValues(
                    fixture.parameters.base, observations: fixture.observations.matrix,
                    actions: actions.matrix, gradients: gradients.matrix, scratch: fixture.scratch
                ).total)
        }
        _ = least()
        let kept = Arena(count: rows * 3)
        kept.copy(from: gradients.arena)
        // Where two members are almost equal, the least has a kink that differences cannot follow.
        let values = (0..<fixture.critic.memberCount).map { member in
            let values = Arena(count: rows)
            fixture.critic.memberValues(
                member, fixture.parameters.base, observations: fixture.observations.matrix,
                copies: 1, actions: actions.matrix, into: values.base, scratch: fixture.scratch)
            return Array(values.buffer)
        }
        let clear = (0..<rows).filter { row in
            let ordered = values.map { $0[row] }.sorted()
            return ordered[1] - ordered[0] > 0.05
        }
        #expect(!clear.isEmpty)
        let error = gradientError(
            at: actions.arena, gradient: kept.base, floor: 0.1,
            indices: clear.flatMap { [3 * $0, 3 * $0 + 1, 3 * $0 + 2] }
        ) { least() }
        #expect(error < 0.03)
    }

    @Test("Fresh kernels are orthogonal with the published gains")
    func gains() {
        var settings = CriticSettings()
        settings.hidden = 24
        settings.layers = 3
        settings.ensembleSize = 2
        settings.bins = 8
        let critic = CriticEnsemble(observationCount: 9, actionCount: 3, settings: settings)
        let parameters = Arena(count: critic.layout.count)
        critic.initialise(parameters.base, key: RandomKey(seed: 1, stream: 1, step: 0))
        func gain(_ name: String) -> Float {
            let tensor = critic.layout.tensor(name)!
            let columns = tensor.shape[1]
            let rows = tensor.shape[0]
            let matrix = Matrix(parameters.base + tensor.offset, rows: rows, columns: columns)
            // The shorter side's vectors all have the gain as their length.
            var lengths: [Float] = []
            if rows <= columns {
                for row in 0..<rows {
                    lengths.append(VectorMath.sumOfSquares(matrix.row(row), count: columns))
                }
            } else {
                for column in 0..<columns {
                    lengths.append(
                        (0..<rows).reduce(0) { $0 + matrix[$1, column] * matrix[$1, column] })
                }
            }
            let first = lengths[0].squareRoot()
            #expect(lengths.allSatisfy { abs($0.squareRoot() - first) < 1e-4 })
            return first
        }
        for member in 0..<2 {
            #expect(abs(gain("member\(member).layer0.weight") - Float(2).squareRoot()) < 1e-4)
            #expect(abs(gain("member\(member).layer1.weight") - Float(2).squareRoot()) < 1e-4)
            #expect(abs(gain("member\(member).layer2.weight") - 0.01) < 1e-5)
        }
        #expect(abs(gain("head.weight") - 0.01) < 1e-5)
    }

    @Test("A fresh critic says about −50 with bins and about 0 with one number")
    func initialValues() {
        for (head, expected) in [(CriticHead.distributional, Float(-50)), (.scalar, 0)] {
            var settings = CriticSettings()
            settings.head = head
            settings.ensembleSize = 2
            let critic = CriticEnsemble(observationCount: 6, actionCount: 2, settings: settings)
            let parameters = Arena(count: critic.layout.count)
            critic.initialise(parameters.base, key: RandomKey(seed: 3, stream: 1, step: 0))
            let observations = Owned.normal(rows: 8, columns: 6, seed: 1)
            let actions = Owned.uniform(rows: 8, columns: 2, seed: 2)
            let values = Arena(count: 8)
            let scratch = Scratch(count: 400_000)
            for member in 0..<2 {
                critic.memberValues(
                    member, parameters.base, observations: observations.matrix, copies: 1,
                    actions: actions.matrix, into: values.base, scratch: scratch)
                for row in 0..<8 { #expect(abs(values.base[row] - expected) < 0.5) }
            }
        }
    }

    @Test("The published AntMaze critic has the published number of parameters")
    func size() {
        var settings = CriticSettings()
        settings.layers = 4
        let critic = CriticEnsemble(observationCount: 29, actionCount: 8, settings: settings)
        #expect(critic.layout.count == 10 * 209_152 + 32_896)
    }
}
