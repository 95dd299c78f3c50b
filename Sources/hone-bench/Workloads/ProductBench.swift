import Neural
import Platform

/// Times one product of each shape by one kernel on one thread.
final class ProductBench {
    private let memory = (0..<3).map { _ in Arena(count: 1 << 22) }

    /// The least seconds of one product by OpenBLAS.
    func libraryTime(_ shape: ProductShape) -> Double {
        measure(shape) { a, b, c in
            BLAS.library(
                a, shape.transposeA, b, shape.transposeB, into: c, shape.accumulate, 1)
        }
    }

    /// The least seconds of one product as the engine makes it.
    func engineTime(_ shape: ProductShape) -> Double {
        measure(shape) { a, b, c in
            BLAS.multiply(
                a, transposeA: shape.transposeA, b, transposeB: shape.transposeB, into: c,
                accumulate: shape.accumulate)
        }
    }

    /// The least seconds of one product in half precision.
    func halfTime(_ shape: ProductShape) -> Double? {
        guard HalfProducts.areThere, !shape.transposeA, !shape.transposeB,
            shape.columns.isMultiple(of: HalfProducts.columns)
        else { return nil }
        return measure(shape) { a, b, c in
            // Whatever b holds is as good as packed weights.
            HalfProducts.multiply(a, packed: b.base, into: c, accumulate: shape.accumulate)
        }
    }

    /// The least of many timings: what the shape can do when nothing disturbs it.
    private func measure(_ shape: ProductShape, _ body: (Matrix, Matrix, Matrix) -> Void) -> Double
    {
        let (n, m, k) = (shape.rows, shape.columns, shape.depth)
        guard max(n * k, k * m, n * m) <= memory[0].count else { return 0 }
        let a = memory[0].matrix(
            at: 0, rows: shape.transposeA ? k : n, columns: shape.transposeA ? n : k)
        let b = memory[1].matrix(
            at: 0, rows: shape.transposeB ? m : k, columns: shape.transposeB ? k : m)
        let c = memory[2].matrix(at: 0, rows: n, columns: m)
        let clock = SystemClock()
        let repeats = max(1, Int(2e6 / max(1, shape.operations)))
        var best = Double.infinity
        let start = clock.now
        var rounds = 0
        while rounds < 5 || (rounds < 60 && clock.now.seconds(since: start) < 0.03) {
            let from = clock.now
            for _ in 0..<repeats { body(a, b, c) }
            best = min(best, clock.now.seconds(since: from) / Double(repeats))
            rounds += 1
        }
        return best
    }
}
