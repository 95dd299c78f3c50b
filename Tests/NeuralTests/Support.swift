import Testing

@testable import Neural

/// Lengths around the widths of vectors and of unrolled loops.
let awkwardCounts = [1, 2, 7, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 100, 255, 256, 257]

/// A matrix with memory of its own, its rows `gap` further apart than they are long.
final class Owned {
    let arena: Arena
    let view: Matrix

    init(_ rows: Int, _ columns: Int, gap: Int = 0) {
        // Kept for good: an object goes after its last use, which may be before the call that was given its pointer.
        arena = Unmanaged.passRetained(Arena(count: rows * (columns + gap) + 16))
            .takeUnretainedValue()
        view = Matrix(arena.base, rows: rows, columns: columns, stride: columns + gap)
    }

    convenience init(normal seed: UInt64, _ rows: Int, _ columns: Int, gap: Int = 0) {
        self.init(rows, columns, gap: gap)
        RandomKey(seed: seed, stream: 1, step: 0).fillNormal(view)
    }

    var values: [Float] {
        (0..<view.rows).flatMap { r in (0..<view.columns).map { view[r, $0] } }
    }
    var doubles: [Double] { values.map(Double.init) }
    var base: UnsafeMutablePointer<Float> { arena.base }
}

/// The largest difference, relative to the expected value or to `floor` where that is larger.
func worst(_ found: [Float], _ expected: [Double], floor: Double = 1) -> Double {
    guard found.count == expected.count else { return .infinity }
    var worst = 0.0
    for (f, e) in zip(found, expected) {
        let error = abs(Double(f) - e) / max(abs(e), floor)
        if !(error <= worst) { worst = error }
    }
    return worst
}

/// The derivative of a function of one parameter by central differences in double precision.
func slope(_ values: [Double], at index: Int, _ f: ([Double]) -> Double) -> Double {
    var moved = values
    let step = 1e-5
    moved[index] = values[index] + step
    let up = f(moved)
    moved[index] = values[index] - step
    return (up - f(moved)) / (2 * step)
}

extension Scratch {
    /// A scratch that is kept for good.
    static func kept(count: Int) -> Scratch {
        Unmanaged.passRetained(Scratch(count: count)).takeUnretainedValue()
    }
}
