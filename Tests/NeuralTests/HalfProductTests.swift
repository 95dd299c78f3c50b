import Testing

@testable import Neural

@Suite("Products in half precision", .enabled(if: HalfProducts.areThere))
struct HalfProductTests {
    /// Every number of rows of a tile, runs and passes of the inner dimension that do not come out even.
    static let shapes = [
        (1, 64, 64), (2, 1, 64), (3, 63, 128), (4, 65, 64), (5, 17, 64), (6, 128, 64),
        (7, 300, 192), (8, 64, 64), (9, 511, 64), (10, 100, 128), (11, 512, 64), (12, 513, 128),
        (25, 1100, 64),
    ]

    private func product(
        _ a: Owned, _ b: Owned, accumulate: Bool = false, into c: Owned
    ) {
        let room = Arena(
            count: HalfProducts.packedCount(rows: b.view.rows, columns: b.view.columns))
        HalfProducts.pack(b.view, into: room.base)
        HalfProducts.multiply(a.view, packed: room.base, into: c.view, accumulate: accumulate)
    }

    /// Small whole numbers lose nothing, so that each has to be where it belongs.
    @Test("whole numbers come out exactly, alone and added", arguments: shapes)
    func exact(n: Int, k: Int, m: Int) {
        let a = Owned(n, k, gap: 3)
        let b = Owned(k, m, gap: 2)
        let key = RandomKey(seed: 5, stream: 1, step: 0)
        for r in 0..<n { for l in 0..<k { a.view[r, l] = Float((r * 7 + l * 5) % 7) - 3 } }
        for l in 0..<k {
            for c in 0..<m {
                b.view[l, c] = Float(key.uniformInt(below: 7, index: UInt64(l * m + c))) - 3
            }
        }
        var expected: [Float] = []
        for r in 0..<n {
            for c in 0..<m {
                expected.append((0..<k).reduce(0) { $0 + a.view[r, $1] * b.view[$1, c] })
            }
        }
        let c = Owned(n, m, gap: 1)
        product(a, b, into: c)
        #expect(c.values == expected)
        product(a, b, accumulate: true, into: c)
        #expect(c.values == expected.map { 2 * $0 })
    }

    /// The largest of these cases' errors is 0.80 % of the root of an element's squared terms, the largest root of a
    /// case's mean square 0.13 %.
    @Test("normal numbers come out to a percent of their terms", arguments: shapes, [1, 2])
    func near(shape: (n: Int, k: Int, m: Int), seed: UInt64) {
        let (n, k, m) = shape
        let a = Owned(normal: seed, n, k)
        let b = Owned(normal: seed + 10, k, m)
        let c = Owned(n, m)
        product(a, b, into: c)
        var squares = 0.0
        for r in 0..<n {
            for column in 0..<m {
                var (sum, size) = (0.0, 0.0)
                for l in 0..<k {
                    let term = Double(a.view[r, l]) * Double(b.view[l, column])
                    sum += term
                    size += term * term
                }
                let error = abs(Double(c.view[r, column]) - sum) / size.squareRoot()
                squares += error * error
                #expect(error < 1e-2, "seed \(seed)")
            }
        }
        #expect((squares / Double(n * m)).squareRoot() < 2e-3, "seed \(seed)")
    }

    @Test("a row's product does not depend on the other rows")
    func rowsAreTheirOwn() {
        let (n, k, m) = (29, 300, 128)
        let a = Owned(normal: 1, n, k)
        let b = Owned(normal: 2, k, m)
        let whole = Owned(n, m)
        product(a, b, into: whole)
        let packed = Arena(count: HalfProducts.packedCount(rows: k, columns: m))
        HalfProducts.pack(b.view, into: packed.base)
        let alone = Owned(n, m)
        for row in 0..<n {
            HalfProducts.multiply(
                a.view.rows(row..<(row + 1)), packed: packed.base,
                into: alone.view.rows(row..<(row + 1)))
        }
        #expect(alone.values == whole.values)
    }
}
