import Testing

@testable import Neural

@Suite("Matrix products")
struct ProductTests {
    @Test(
        "every shape and transposition matches the definition",
        arguments: [
            (1, 1, 1), (1, 5, 7), (4, 3, 1), (1, 33, 1), (2, 1, 9), (17, 31, 33), (64, 65, 3),
            // The own kernel: every number of rows of a tile, ragged columns, several passes of the inner dimension.
            (4, 16, 32), (5, 17, 33), (6, 20, 48), (7, 40, 47), (8, 16, 64), (9, 33, 65),
            (10, 16, 33), (11, 18, 39), (12, 64, 32), (13, 16, 40), (23, 31, 80), (49, 300, 34),
            (60, 513, 48),
            // A few rows against rows of whole vectors; more than the cache holds.
            (2, 48, 40), (3, 272, 21), (4, 16, 9), (3, 700, 760),
        ])
    func matchesDefinition(n: Int, k: Int, m: Int) {
        // Rounding grows with the number of terms.
        let tolerance = 1e-5 * max(1, Double(k) / 128)
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
            #expect(worst(c.values, zip(before, expected).map { $0 + 0.5 * $1 }) < tolerance)
            BLAS.multiply(a.view, transposeA: ta, b.view, transposeB: tb, into: c.view)
            #expect(worst(c.values, expected) < tolerance)
        }
    }

    @Test("a row's product does not depend on the other rows", arguments: [8, 24, 61])
    func rowsAreTheirOwn(n: Int) {
        let (k, m) = (300, 72)
        let a = Owned(normal: 1, n, k)
        let b = Owned(normal: 2, k, m)
        let whole = Owned(n, m)
        BLAS.multiply(a.view, b.view, into: whole.view)
        guard BLAS.hasOwnKernel else { return }
        let part = Owned(n, m)
        for first in stride(from: 0, to: n, by: 4) {
            let rows = first..<min(n, first + 4)
            guard rows.count == 4 else { continue }
            BLAS.multiply(a.view.rows(rows), b.view, into: part.view.rows(rows))
            for row in rows {
                for column in 0..<m { #expect(part.view[row, column] == whole.view[row, column]) }
            }
        }
    }

    @Test("rows that share a start begin there", arguments: [1, 2, 5, 13], [7, 16, 48, 100])
    func sharedStarts(copies: Int, m: Int) {
        let states = 5
        let a = Owned(normal: 1, states * copies, 7)
        let b = Owned(normal: 2, 7, m, gap: 3)
        let start = Owned(normal: 3, states, m)
        let found = Owned(states * copies, m)
        let expected = Owned(states * copies, m)
        for row in 0..<(states * copies) {
            expected.view.row(row).update(from: start.view.row(row / copies), count: m)
        }
        BLAS.multiply(a.view, b.view, into: expected.view, accumulate: true)
        BLAS.multiply(a.view, b.view, onto: start.view, copies: copies, into: found.view)
        #expect(worst(found.values, expected.doubles) < 1e-6)
    }

    @Test("a transposed matrix has its rows as columns", arguments: [1, 15, 16, 33], [1, 16, 40])
    func transposes(n: Int, m: Int) {
        let a = Owned(normal: 1, n, m, gap: 2)
        let turned = Owned(m, n, gap: 1)
        BLAS.transpose(a.view, into: turned.view)
        for i in 0..<n { for j in 0..<m { #expect(turned.view[j, i] == a.view[i, j]) } }
    }

    @Test("rows of the second factor a page apart go through a panel")
    func farRows() {
        let (n, k, m) = (50, 40, 64)
        let a = Owned(normal: 1, n, k)
        let b = Owned(normal: 2, k, m, gap: 1024 - m)
        let near = Owned(k, m)
        near.view.copy(from: b.view)
        let found = Owned(n, m)
        let expected = Owned(n, m)
        BLAS.multiply(a.view, b.view, into: found.view)
        BLAS.multiply(a.view, near.view, into: expected.view)
        #expect(found.values == expected.values)
    }

    @Test("a tally names every product with its shape")
    func tally() {
        let a = Owned(normal: 1, 5, 6)
        let b = Owned(normal: 2, 6, 40)
        let c = Owned(5, 40)
        BLAS.multiply(a.view, b.view, into: c.view)
        let made = ProductTally.counting {
            BLAS.multiply(a.view, b.view, into: c.view)
            BLAS.multiply(a.view, b.view, into: c.view)
        }
        #expect(made[ProductShape(rows: 5, columns: 40, depth: 6)] == 2)
        #expect(made.keys.allSatisfy { $0.operations == 2400 })
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
    }
}

extension Matrix {
    var doubles: [Double] { (0..<rows).flatMap { r in (0..<columns).map { Double(self[r, $0]) } } }
}
