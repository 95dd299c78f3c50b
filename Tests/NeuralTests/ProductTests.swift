import Testing

@testable import Neural

@Suite("Matrix products")
struct ProductTests {
    @Test(
        "every shape and transposition matches the definition",
        arguments: [
            (1, 1, 1), (1, 5, 7), (4, 3, 1), (1, 33, 1), (2, 1, 9), (17, 31, 33), (64, 65, 3),
        ])
    func matchesDefinition(n: Int, k: Int, m: Int) {
        for (ta, tb) in [(false, false), (true, false), (false, true), (true, true)] {
            let a = Owned(normal: 1, ta ? k : n, ta ? n : k, gap: 3)
            let b = Owned(normal: 2, tb ? m : k, tb ? k : m, gap: 2)
            let c = Owned(normal: 3, n, m, gap: 1)
            var expected: [Double] = []
            let before = c.doubles
            for i in 0..<n {
                for j in 0..<m {
                    var total = 0.0
                    for l in 0..<k {
                        let x = ta ? a.view[l, i] : a.view[i, l]
                        let y = tb ? b.view[j, l] : b.view[l, j]
                        total += Double(x) * Double(y)
                    }
                    expected.append(total)
                }
            }
            BLAS.multiply(
                a.view, transposeA: ta, b.view, transposeB: tb, into: c.view, accumulate: true,
                scale: 0.5)
            #expect(worst(c.values, zip(before, expected).map { $0 + 0.5 * $1 }) < 1e-5)
            BLAS.multiply(a.view, transposeA: ta, b.view, transposeB: tb, into: c.view)
            #expect(worst(c.values, expected) < 1e-5)
        }
    }

    @Test("an empty inner dimension gives zeros, or leaves what is added to")
    func emptyInner() {
        let a = Owned(3, 0)
        let b = Owned(0, 4)
        let c = Owned(normal: 3, 3, 4)
        let before = c.values
        BLAS.multiply(a.view, b.view, into: c.view, accumulate: true)
        #expect(c.values == before)
        BLAS.multiply(a.view, b.view, into: c.view)
        #expect(c.values.allSatisfy { $0 == 0 })
    }

    @Test("the affine map and its gradients match finite differences")
    func affineGradients() {
        let (n, i, o) = (5, 4, 3)
        let x = Owned(normal: 1, n, i)
        let w = Owned(normal: 2, i, o)
        let b = Owned(normal: 3, 1, o)
        let seed = Owned(normal: 4, n, o)
        func loss(_ x: [Double], _ w: [Double], _ b: [Double]) -> Double {
            var total = 0.0
            for r in 0..<n {
                for c in 0..<o {
                    var y = b[c]
                    for k in 0..<i { y += x[r * i + k] * w[k * o + c] }
                    total += y * seed.doubles[r * o + c]
                }
            }
            return total
        }
        let y = Owned(n, o)
        Affine.forward(x.view, weights: w.base, bias: b.base, into: y.view)
        let found = zip(y.doubles, seed.doubles).map(*).reduce(0, +)
        #expect(abs(found - loss(x.doubles, w.doubles, b.doubles)) < 1e-4)
        let dX = Owned(n, i)
        let dW = Owned(i, o)
        let dB = Owned(1, o)
        dW.view.fill(1)
        Affine.backward(
            seed.view, x: x.view, weights: w.base, into: dX.view, dWeights: dW.base, dBias: dB.base)
        let wx = (0..<n * i).map { j in
            slope(x.doubles, at: j) { loss($0, w.doubles, b.doubles) }
        }
        let ww = (0..<i * o).map { j in
            1 + slope(w.doubles, at: j) { loss(x.doubles, $0, b.doubles) }
        }
        let wb = (0..<o).map { j in slope(b.doubles, at: j) { loss(x.doubles, w.doubles, $0) } }
        #expect(worst(dX.values, wx) < 1e-5)
        #expect(worst(dW.values, ww) < 1e-5)
        #expect(worst(dB.values, wb) < 1e-5)
        // Only the last two inputs.
        let late = Owned(n, 2)
        Affine.backwardInput(seed.view, weights: w.base + 2 * o, into: late.view)
        #expect(worst(late.values, dX.view.columns(2..<4).doubles) < 1e-6)
    }

    @Test("a newer processor taken for a Haswell is named, and nobody else")
    func coreTypes() {
        let flags: Set<String> = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd", "fma"]
        #expect(CoreType.recommended(chosen: "Haswell", processorFlags: flags) == "SKYLAKEX")
        #expect(CoreType.recommended(chosen: "Zen", processorFlags: flags) == "SKYLAKEX")
        #expect(CoreType.recommended(chosen: "SkylakeX", processorFlags: flags) == nil)
        #expect(CoreType.recommended(chosen: "Cooperlake", processorFlags: flags) == nil)
        #expect(
            CoreType.recommended(chosen: "Haswell", processorFlags: ["avx2", "avx512f"]) == nil)
        #expect(!BLAS.coreName.isEmpty)
        #expect(!CoreType.processorFlags().isEmpty)
    }
}

extension Matrix {
    var doubles: [Double] { (0..<rows).flatMap { r in (0..<columns).map { Double(self[r, $0]) } } }
}
