import Glibc
import Testing

@testable import Neural

@Suite("Activations and softmax")
struct ActivationTests {
    @Test(
        "the activation and its gradients match double precision at every width",
        arguments: awkwardCounts)
    func activation(count: Int) {
        let n = 2
        let x = Owned(normal: 1, n, count, gap: 3)
        let bias = Owned(normal: 2, 1, count)
        let d = Owned(normal: 3, n, count, gap: 1)
        let biased = (0..<n * count).map { x.doubles[$0] + bias.doubles[$0 % count] }
        let slope = Owned(n, count)
        let out = Owned(n, count)
        Swish.forward(x.view, bias: bias.base, into: out.view, slope: slope.view)
        #expect(worst(out.values, biased.map(Plain.swish)) < 2e-6)
        let dX = Owned(n, count, gap: 2)
        let dBias = Owned(1, count)
        dBias.view.fill(1)
        Swish.backward(d.view, slope: slope.view, into: dX.view, dBias: dBias.base)
        let expected = zip(d.doubles, biased).map { d, x in
            let s = 1 / (1 + exp(-x))
            return d * s * (1 + x * (1 - s))
        }
        #expect(worst(dX.values, expected) < 3e-6)
        let sums = (0..<count).map { c in
            1 + (0..<n).map { expected[$0 * count + c] }.reduce(0, +)
        }
        #expect(worst(dBias.values, sums) < 1e-5)
    }

    private func softmax(_ x: [Double]) -> [Double] {
        let top = x.max() ?? 0
        let e = x.map { exp($0 - top) }
        let total = e.reduce(0, +)
        return e.map { $0 / total }
    }

    @Test("softmax and its expectation match double precision", arguments: awkwardCounts)
    func softmaxMatches(count: Int) {
        let n = 3
        let x = Owned(normal: 1, n, count, gap: 1)
        for i in 0..<count { x.view[1, i] = x.view[1, i] * 30 - 500 }
        let values = Owned(normal: 2, 1, count)
        let p = Owned(n, count)
        let expected = Plain.rows(x.doubles, count, softmax)
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
        "the gradient of the expectation matches finite differences",
        arguments: [2, 15, 16, 18, 33])
    func softmaxGradients(count: Int) {
        let n = 2
        let x = Owned(normal: 1, n, count)
        let values = Owned(normal: 2, 1, count)
        let seed = Owned(normal: 3, 1, n)
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
    }
}
