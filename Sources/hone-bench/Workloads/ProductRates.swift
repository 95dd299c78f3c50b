import Neural
import Platform

/// How fast this machine makes each shape of product on one thread, by whichever kernel is fastest; measured once each.
///
/// The limit is no kernel's in particular: OpenBLAS may run on slower ones than ours, or ours than its.
final class ProductRates {
    private var seconds: [ProductShape: Double] = [:]
    private let memory = (0..<3).map { _ in Arena(count: 1 << 22) }
    private let isHalf: Bool

    /// - Parameter isHalf: whether kernels of half precision count too, because the work uses them.
    init(isHalf: Bool) { self.isHalf = isHalf }

    /// The seconds that all of the products take at least.
    func limit(_ products: [ProductShape: Int]) -> Double {
        products.reduce(0) { $0 + Double($1.value) * fastest($1.key) }
    }

    /// The least seconds of one product by any kernel.
    func fastest(_ shape: ProductShape) -> Double {
        if let known = seconds[shape] { return known }
        let time = kernels.compactMap { $0(shape) }.min() ?? 0
        seconds[shape] = time
        return time
    }

    /// The least seconds of one product by each kernel; nil for shapes that it does not make.
    private var kernels: [(ProductShape) -> Double?] {
        [libraryTime, engineTime] + (isHalf ? [halfTime] : [])
    }

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
    private func halfTime(_ shape: ProductShape) -> Double? {
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
