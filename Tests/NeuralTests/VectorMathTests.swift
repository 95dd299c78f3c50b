import Testing

@testable import Neural

@Suite("Arithmetic over buffers")
struct VectorMathTests {
    @Test(
        "sums, products and mixtures match double precision, and stay in bounds",
        arguments: awkwardCounts)
    func matchesDoubles(count: Int) {
        let a = Owned(normal: 1, 1, count)
        let b = Owned(normal: 2, 1, count)
        let x = a.doubles
        let y = b.doubles
        let scale = x.map(abs).reduce(0, +) + 1
        #expect(abs(Double(VectorMath.sum(a.base, count: count)) - x.reduce(0, +)) < 1e-6 * scale)
        let dot = zip(x, y).map(*).reduce(0, +)
        let dotScale = zip(x, y).map { abs($0 * $1) }.reduce(1, +)
        #expect(abs(Double(VectorMath.dot(a.base, b.base, count: count)) - dot) < 1e-6 * dotScale)
        #expect(VectorMath.allFinite(a.base, count: count))
        for bad in [Float.nan, .infinity, -.infinity] {
            let kept = a.base[count - 1]
            a.base[count - 1] = bad
            #expect(!VectorMath.allFinite(a.base, count: count))
            a.base[count - 1] = kept
        }

        func check(_ expected: [Double], _ operation: (UnsafeMutablePointer<Float>) -> Void) {
            let t = Owned(1, count + 1)
            for i in 0..<count { t.base[i] = a.base[i] }
            t.base[count] = 123
            operation(t.base)
            #expect(worst(Array(t.values[..<count]), expected) < 1e-6)
            #expect(t.base[count] == 123)
        }
        check(zip(x, y).map(+)) { VectorMath.add(UnsafePointer(b.base), into: $0, count: count) }
        check(zip(x, y).map { $0 + 3 * $1 }) {
            VectorMath.add(b.base, times: 3, into: $0, count: count)
        }
        check(x.map { 2.5 * $0 }) { VectorMath.scale($0, count: count, by: 2.5) }
        check(x.map { min(max($0, -0.5), 0.25) }) {
            VectorMath.clamp($0, count: count, low: -0.5, high: 0.25)
        }
        check(zip(x, y).map { $0 + 0.3 * ($1 - $0) }) {
            VectorMath.interpolate(a.base, b.base, factor: 0.3, into: $0, count: count)
        }
        check(x.map { _ in 4 }) { VectorMath.fill($0, count: count, 4) }
    }
}
