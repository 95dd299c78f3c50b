import Glibc
import Testing

@testable import Neural

/// The definitions in double precision.
enum Plain {
    static func normalise(_ x: [Double]) -> (hat: [Double], rstd: Double) {
        let mean = x.reduce(0, +) / Double(x.count)
        let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(x.count)
        let rstd = 1 / (variance + 1e-6).squareRoot()
        return (x.map { ($0 - mean) * rstd }, rstd)
    }

    static func swish(_ x: Double) -> Double { x / (1 + exp(-x)) }

    static func rows(_ x: [Double], _ count: Int, _ f: ([Double]) -> [Double]) -> [Double] {
        stride(from: 0, to: x.count, by: count).flatMap { f(Array(x[$0..<$0 + count])) }
    }

    static func layer(
        _ x: [Double], _ bias: [Double], _ scale: [Double], _ shift: [Double], swish on: Bool
    ) -> [Double] {
        rows(x, scale.count) { row in
            let hat = normalise(zip(row, bias).map(+)).hat
            return hat.indices.map {
                let y = hat[$0] * scale[$0] + shift[$0]
                return on ? swish(y) : y
            }
        }
    }
}

@Suite("Normalisation")
struct NormalisationTests {
    @Test("the fused layer matches its definition at every width", arguments: awkwardCounts)
    func fusedForward(count: Int) {
        let n = 3
        let x = Owned(normal: 1, n, count, gap: 5)
        let p = (2..<5).map { Owned(normal: $0, 1, count) }
        let expected = Plain.layer(
            x.doubles, p[0].doubles, p[1].doubles, p[2].doubles, swish: true)
        let out = Owned(n, count, gap: 2)
        LayerNormSwish.forward(
            x.view, bias: p[0].base, scale: p[1].base, shift: p[2].base, into: out.view)
        // One column has no variance: its x̂ is 0 whatever the rounding.
        #expect(worst(out.values, expected) < 3e-6)
        let scratch = Scratch.kept(count: LayerNormSwish.Tape.scratchCount(rows: n, columns: count))
        let tape = LayerNormSwish.Tape(scratch, rows: n, columns: count)
        let taped = Owned(n, count)
        LayerNormSwish.forward(
            x.view, bias: p[0].base, scale: p[1].base, shift: p[2].base, into: taped.view,
            tape: tape)
        #expect(taped.values == out.values)
        let plain = Owned(n, count)
        LayerNorm.forward(x.view, scale: p[1].base, shift: p[2].base, into: plain.view)
        let zero = [Double](repeating: 0, count: count)
        #expect(
            worst(
                plain.values,
                Plain.layer(x.doubles, zero, p[1].doubles, p[2].doubles, swish: false)) < 3e-6)
    }

    @Test("a row far from zero keeps its digits", arguments: [Float(1000), -3e4])
    func farFromZero(offset: Float) {
        let count = 256
        let x = Owned(normal: 9, 2, count)
        for i in 0..<2 * count { x.base[i] += offset }
        let one = Owned(1, count)
        one.view.fill(1)
        let zero = Owned(1, count)
        let y = Owned(2, count)
        LayerNorm.forward(x.view, scale: one.base, shift: zero.base, into: y.view)
        let expected = Plain.rows(x.doubles, count) { Plain.normalise($0).hat }
        // The mean itself is rounded to half a unit of the offset.
        #expect(worst(y.values, expected) < Double(abs(offset).ulp) + 1e-5)
    }

    @Test("the fused gradients match finite differences", arguments: [2, 5, 16, 19, 33, 48])
    func fusedBackward(count: Int) {
        let n = 2
        let x = Owned(normal: 1, n, count)
        let p = (2..<5).map { Owned(normal: $0, 1, count) }
        let seed = Owned(normal: 6, n, count)
        func loss(_ x: [Double], _ p: [[Double]]) -> Double {
            let y = Plain.layer(x, p[0], p[1], p[2], swish: true)
            return zip(y, seed.doubles).map(*).reduce(0, +)
        }
        let parameters = p.map(\.doubles)
        let out = Owned(n, count)
        let kept = Scratch.kept(count: LayerNormSwish.Tape.scratchCount(rows: n, columns: count))
        let used = LayerNormSwish.Tape(kept, rows: n, columns: count)
        LayerNormSwish.forward(
            x.view, bias: p[0].base, scale: p[1].base, shift: p[2].base, into: out.view, tape: used)
        let dX = Owned(n, count)
        let grads = (0..<3).map { _ in Owned(1, count) }
        LayerNormSwish.backward(
            seed.view, tape: used, scale: p[1].base, into: dX.view, dBias: grads[0].base,
            dScale: grads[1].base, dShift: grads[2].base)
        let expected = (0..<n * count).map { j in
            slope(x.doubles, at: j) { loss($0, parameters) }
        }
        #expect(worst(dX.values, expected) < 2e-4)
        for which in 0..<3 {
            let expected = (0..<count).map { j in
                slope(parameters[which], at: j) { moved in
                    var all = parameters
                    all[which] = moved
                    return loss(x.doubles, all)
                }
            }
            #expect(worst(grads[which].values, expected) < 2e-4)
        }
        let inputOnly = Owned(n, count)
        inputOnly.view.copy(from: seed.view)
        LayerNormSwish.backwardInput(
            inputOnly.view, tape: used, scale: p[1].base, into: inputOnly.view)
        #expect(inputOnly.values == dX.values)
    }

    @Test(
        "the gradients of plain normalisation match finite differences", arguments: [3, 16, 21, 40])
    func plainBackward(count: Int) {
        let n = 2
        let x = Owned(normal: 1, n, count)
        let scale = Owned(normal: 3, 1, count)
        let shift = Owned(normal: 4, 1, count)
        let seed = Owned(normal: 6, n, count)
        let zero = [Double](repeating: 0, count: count)
        func loss(_ x: [Double], _ s: [Double], _ t: [Double]) -> Double {
            zip(Plain.layer(x, zero, s, t, swish: false), seed.doubles).map(*).reduce(0, +)
        }
        let y = Owned(n, count)
        let hat = Owned(n, count)
        let rstd = Owned(1, n)
        LayerNorm.forward(
            x.view, scale: scale.base, shift: shift.base, into: y.view, normalised: hat.view,
            reciprocalDeviation: rstd.base)
        let dX = Owned(n, count)
        dX.view.fill(2)
        let dScale = Owned(1, count)
        let dShift = Owned(1, count)
        LayerNorm.backward(
            seed.view, normalised: hat.view, reciprocalDeviation: rstd.base, scale: scale.base,
            into: dX.view, accumulate: true, dScale: dScale.base, dShift: dShift.base)
        let sx = (0..<n * count).map { j in
            2 + slope(x.doubles, at: j) { loss($0, scale.doubles, shift.doubles) }
        }
        let ss = (0..<count).map { j in
            slope(scale.doubles, at: j) { loss(x.doubles, $0, shift.doubles) }
        }
        let st = (0..<count).map { j in
            slope(shift.doubles, at: j) { loss(x.doubles, scale.doubles, $0) }
        }
        #expect(worst(dX.values, sx) < 2e-4)
        #expect(worst(dScale.values, ss) < 2e-4)
        #expect(worst(dShift.values, st) < 2e-4)
    }
}
