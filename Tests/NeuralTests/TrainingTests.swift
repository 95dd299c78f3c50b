import Glibc
import Testing

@testable import Neural

@Suite("Optimisers and first values")
struct TrainingTests {
    @Test("thirty Adam steps match double precision at every length", arguments: awkwardCounts)
    func adamMatches(count: Int) {
        let p = Owned(normal: 1, 1, count)
        let m = Owned(1, count)
        let v = Owned(1, count)
        let g = Owned(1, count)
        var pd = p.doubles
        var md = [Double](repeating: 0, count: count)
        var vd = md
        let adam = Adam()
        for step in 1...30 {
            RandomKey(seed: 2, stream: 0, step: UInt64(step)).fillNormal(g.view)
            // Some gradients are always zero, some tiny.
            g.base[0] = 0
            if count > 2 { g.base[2] *= 1e-12 }
            // Two ranges, as two workers would.
            for range in [0..<count / 3, count / 3..<count] {
                adam.update(
                    parameters: p.base, gradients: g.base, firstMoments: m.base,
                    secondMoments: v.base, range: range, learningRate: 3e-4, step: step)
            }
            let (c1, c2) = (1 - pow(0.9, Double(step)), 1 - pow(0.999, Double(step)))
            for i in 0..<count {
                let gd = g.doubles[i]
                md[i] = 0.9 * md[i] + 0.1 * gd
                vd[i] = 0.999 * vd[i] + 0.001 * gd * gd
                pd[i] -= 3e-4 * (md[i] / c1) / ((vd[i] / c2).squareRoot() + 1e-8)
            }
        }
        #expect(worst(p.values, pd) < 2e-6)
        #expect(worst(m.values, md) < 1e-6)
        #expect(worst(v.values, vd) < 1e-6)
    }

    @Test("an average moves by its rate, inside its range only")
    func polyak() {
        let target = Owned(normal: 1, 1, 50)
        let source = Owned(normal: 2, 1, 50)
        let before = target.doubles
        Polyak.update(target: target.base, source: source.base, range: 3..<40, rate: 0.005)
        var expected = before
        let goal = source.doubles
        for i in 3..<40 { expected[i] += 0.005 * (goal[i] - before[i]) }
        #expect(worst(target.values, expected) < 1e-7)
    }

    @Test(
        "an orthogonal kernel is orthogonal along its shorter side",
        arguments: [(256, 256), (37, 256), (256, 7), (1, 1), (5, 1), (1, 9), (17, 33)])
    func orthogonal(inputs: Int, outputs: Int) {
        let w = Owned(inputs, outputs)
        Initialise.orthogonal(
            w.base, inputs: inputs, outputs: outputs, gain: 2,
            key: RandomKey(seed: 1, stream: 2, step: 3))
        let short = min(inputs, outputs)
        let product = Owned(short, short)
        BLAS.multiply(
            w.view, transposeA: inputs >= outputs, w.view, transposeB: inputs < outputs,
            into: product.view)
        for i in 0..<short {
            for j in 0..<short {
                #expect(abs(product.view[i, j] - (i == j ? 4 : 0)) < 1e-5)
            }
        }
    }

    @Test("LeCun's kernel has its variance and its cut")
    func lecun() {
        let w = Owned(256, 300)
        Initialise.lecunNormal(
            w.base, inputs: 256, outputs: 300, key: RandomKey(seed: 4, stream: 2, step: 3))
        let square = Double(VectorMath.sumOfSquares(w.base, count: 76_800)) / 76_800
        #expect(abs(square * 256 - 1) < 0.03)
        let cut = 2.0 / 16 / 0.879_625_66
        #expect(w.doubles.allSatisfy { abs($0) < cut * 1.000_01 })
    }

    @Test("shards run once each, in order")
    func serial() {
        final class Log { var seen: [Int] = [] }
        let log = Log()
        SerialRunner().run(4) { log.seen.append($0) }
        #expect(log.seen == [0, 1, 2, 3])
    }

    @Test("a layout places tensors one after the other, and a scratch takes back what it gave")
    func memory() {
        var layout = ParameterLayout()
        let a = layout.add("a", [3, 4])
        let b = layout.add("b", [])
        let c = layout.add("c", [2])
        #expect((a.range, b.range, c.range, layout.count) == (0..<12, 12..<13, 13..<15, 15))
        #expect(layout.tensor("b") == b && layout.tensor("d") == nil)
        let scratch = Scratch.kept(count: 100)
        let first = scratch.matrix(rows: 3, columns: 3)
        let mark = scratch.mark()
        let second = scratch.vector(20)
        #expect(second == first.base + 16)
        #expect(UInt(bitPattern: second) % 64 == 0)
        scratch.release(to: mark)
        #expect(scratch.vector(5) == second && scratch.peak == 48 && scratch.used == 32)
    }

    @Test("a scratch that runs out ends the process")
    func exhausted() async {
        await #expect(processExitsWith: .failure) {
            _ = Scratch(count: 10).vector(11)
        }
    }
}
