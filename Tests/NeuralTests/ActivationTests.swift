import Glibc
import Testing

@testable import Neural

@Suite("Activations and softmax")
struct ActivationTests {
    @Test(
        "activations and their gradients match double precision at every width",
        arguments: awkwardCounts)
    func activations(count: Int) {
        let n = 2
        let x = Owned(normal: 1, n, count, gap: 3)
        let bias = Owned(normal: 2, 1, count)
        let d = Owned(normal: 3, n, count, gap: 1)
        let biased = (0..<n * count).map { x.doubles[$0] + bias.doubles[$0 % count] }
        func check(
            _ y: (Double) -> Double, _ dy: (Double) -> Double, _ forward: (Matrix) -> Void,
            _ backward: (Matrix, UnsafeMutablePointer<Float>) -> Void
        ) {
            let out = Owned(n, count)
            forward(out.view)
            #expect(worst(out.values, biased.map(y)) < 2e-6)
            let dX = Owned(n, count, gap: 2)
            let dBias = Owned(1, count)
            dBias.view.fill(1)
            backward(dX.view, dBias.base)
            let expected = zip(d.doubles, biased).map { $0 * dy($1) }
            #expect(worst(dX.values, expected) < 3e-6)
            let sums = (0..<count).map { c in
                1 + (0..<n).map { expected[$0 * count + c] }.reduce(0, +)
            }
            #expect(worst(dBias.values, sums) < 1e-5)
        }
        let slope = Owned(n, count)
        let kept = Owned(n, count)
        check(
            Plain.swish,
            {
                let s = 1 / (1 + exp(-$0)); return s * (1 + $0 * (1 - s))
            }
        ) {
            Swish.forward(x.view, bias: bias.base, into: $0, slope: slope.view)
        } _: {
            Swish.backward(d.view, slope: slope.view, into: $0, dBias: $1)
        }
        check(tanh, { 1 - tanh($0) * tanh($0) }) {
            Tanh.forward(x.view, bias: bias.base, into: $0)
            kept.view.copy(from: $0)
        } _: {
            Tanh.backward(d.view, y: kept.view, into: $0, dBias: $1)
        }
        check({ max($0, 0) }, { $0 > 0 ? 1 : 0 }) {
            ReLU.forward(x.view, bias: bias.base, into: $0)
            kept.view.copy(from: $0)
        } _: {
            ReLU.backward(d.view, y: kept.view, into: $0, dBias: $1)
        }
    }

    private func softmax(_ x: [Double]) -> [Double] {
        let top = x.max() ?? 0
        let e = x.map { exp($0 - top) }
        let total = e.reduce(0, +)
        return e.map { $0 / total }
    }

    @Test(
        "softmax, its logarithm's sum and its expectation match double precision",
        arguments: awkwardCounts)
    func softmaxMatches(count: Int) {
        let n = 3
        let x = Owned(normal: 1, n, count, gap: 1)
        for i in 0..<count { x.view[1, i] = x.view[1, i] * 30 - 500 }
        let values = Owned(normal: 2, 1, count)
        let p = Owned(n, count)
        Softmax.forward(x.view, into: p.view)
        let expected = Plain.rows(x.doubles, count, softmax)
        #expect(worst(p.values, expected) < 1e-6)
        let lse = Owned(1, n)
        Softmax.logSumExp(x.view, into: lse.base)
        let sums = Plain.rows(x.doubles, count) { row in
            let top = row.max() ?? 0
            return [top + log(row.map { exp($0 - top) }.reduce(0, +))]
        }
        #expect(worst(lse.values, sums) < 1e-6)
        let q = Owned(1, n)
        let q2 = Owned(1, n)
        Softmax.expectation(x.view, values: values.base, into: q.base)
        Softmax.expectation(x.view, values: values.base, into: q2.base, probabilities: p.view)
        let means = Plain.rows(expected, count) { row in
            [zip(row, values.doubles).map(*).reduce(0, +)]
        }
        #expect(worst(q.values, means) < 2e-6)
        #expect(worst(q2.values, means) < 2e-6)
        #expect(worst(p.values, expected) < 1e-6)
    }

    @Test(
        "the gradients of expectation and cross-entropy match finite differences",
        arguments: [2, 15, 16, 18, 33])
    func softmaxGradients(count: Int) {
        let n = 2
        let x = Owned(normal: 1, n, count)
        let values = Owned(normal: 2, 1, count)
        let seed = Owned(normal: 3, 1, n)
        let targets = Owned(normal: 4, n, count)
        Softmax.forward(targets.view, into: targets.view)
        let p = Owned(n, count)
        let q = Owned(1, n)
        Softmax.expectation(x.view, values: values.base, into: q.base, probabilities: p.view)
        let d = Owned(n, count)
        d.view.fill(1)
        Softmax.expectationBackward(
            seed: seed.base, probabilities: p.view, values: values.base, expectations: q.base,
            into: d.view, accumulate: true)
        func value(_ x: [Double]) -> Double {
            let q = Plain.rows(x, count) { [zip(softmax($0), values.doubles).map(*).reduce(0, +)] }
            return zip(q, seed.doubles).map(*).reduce(0, +)
        }
        let expected = (0..<n * count).map { j in 1 + slope(x.doubles, at: j, value) }
        #expect(worst(d.values, expected) < 1e-5)

        func entropy(_ x: [Double]) -> Double {
            let logs = Plain.rows(x, count) { softmax($0).map { log($0) } }
            return -zip(logs, targets.doubles).map(*).reduce(0, +)
        }
        let losses = Owned(1, n)
        Softmax.crossEntropy(
            x.view, targets: targets.view, scale: 0.25, losses: losses.base, into: d.view)
        #expect(abs(losses.doubles.reduce(0, +) - entropy(x.doubles)) < 1e-4)
        let slopes = (0..<n * count).map { j in 0.25 * slope(x.doubles, at: j, entropy) }
        #expect(worst(d.values, slopes) < 1e-5)
    }
}
